"""Views, one module for each topic: read the request, call a service, return a response."""

from flask import Flask

from web.views import (
    assignments,
    auth,
    choices,
    classes,
    courses,
    extensions,
    health,
    outages,
    packs,
    seeing,
    settings,
    status,
    submissions,
    theme,
)

MODULES = (
    auth,
    theme,
    health,
    courses,
    assignments,
    settings,
    extensions,
    outages,
    seeing,
    submissions,
    choices,
    classes,
    packs,
    status,
)


def register(app: Flask) -> None:
    """Register all blueprints."""
    for module in MODULES:
        app.register_blueprint(module.bp)
