"""How large a request may be, by view, decided before any of its form is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, g, request

P = ParamSpec("P")
R = TypeVar("R")


def takes(most_bytes: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view take that many bytes from readers who are logged in."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def register(app: Flask) -> None:
    """Set the bound of each request; strangers get the small one everywhere."""

    @app.before_request
    def set_bound() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        most = getattr(view, "most_bytes", None)
        if most is not None and g.get("me") is not None:
            request.max_content_length = most
