"""Addresses of static files that change with their content, so that browsers may cache them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, url_for

FOLDER = Path(__file__).parent / "static"


@cache
def digest(name: str) -> str:
    """The first 12 hexadecimal digits of the file's sha256."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file."""
    return url_for("static", filename=name, v=digest(name))


def register(app: Flask) -> None:
    """Make `asset` available in templates."""
    app.add_template_global(asset)
