"""How large a request may be, for each view; checked before the form is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, g, request

from web.security import kept

P = ParamSpec("P")
R = TypeVar("R")


def max_bytes(most_bytes: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Allow a view's requests to have that many bytes, from readers who are logged in, or had been when
    they loaded the form."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def register(app: Flask) -> None:
    """Set the size limit of each request; visitors get the small limit everywhere."""

    @app.before_request
    def set_limit() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        most = getattr(view, "most_bytes", None)
        if most is not None and (g.get("me") is not None or kept.had_login()):
            request.max_content_length = most
