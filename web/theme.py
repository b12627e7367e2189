"""Light, dark, or as the system wishes: kept in a cookie, so that it needs no script."""

from __future__ import annotations

from typing import Any

from flask import Flask, request

COOKIE = "look"
CHOICES = ("system", "light", "dark")


def chosen() -> str:
    """The reader's choice; anything unknown is the system's."""
    value = request.cookies.get(COOKIE, "system")
    return value if value in CHOICES else "system"


def register(app: Flask) -> None:
    """Give every template the choice."""

    @app.context_processor
    def look() -> dict[str, Any]:
        return {"look": chosen()}
