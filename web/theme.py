"""Light, dark, or the system's setting: stored in a cookie, so that it needs no script."""

from __future__ import annotations

from typing import Any

from flask import Flask, request

COOKIE = "look"
CHOICES = ("system", "light", "dark")


def chosen() -> str:
    """The reader's choice; any unknown value means "system"."""
    value = request.cookies.get(COOKIE, "system")
    return value if value in CHOICES else "system"


def register(app: Flask) -> None:
    """Make the choice available in every template, as `look`."""

    @app.context_processor
    def look() -> dict[str, Any]:
        return {"look": chosen()}
