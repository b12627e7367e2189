"""Security headers of every response."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
A_YEAR_OF_HTTPS = "max-age=31536000"
A_YEAR = "public, max-age=31536000, immutable"


def answered_by_server(https: bool) -> list[tuple[str, str]]:
    """The headers of an answer that the server gives before the application sees the request."""
    strict = {"Strict-Transport-Security": A_YEAR_OF_HTTPS} if https else {}
    return [*ALWAYS.items(), *strict.items(), ("Cache-Control", "private, no-store")]


def register(app: Flask, https: bool) -> None:
    """Set the headers; over HTTPS also Strict-Transport-Security."""

    @app.after_request
    def set_headers(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", A_YEAR_OF_HTTPS)
        _set_caching(response)
        return response


def _set_caching(response: Response) -> None:
    """Pages are private and never cached; static files have their digest in the address and are cached."""
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = A_YEAR
    elif request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "private, no-store")
