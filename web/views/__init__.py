"""Views, one module a topic: read the request, ask a service, answer."""

from flask import Flask

from web.views import assignments, auth, classes, courses, health, packs, status, submissions, theme

MODULES = (auth, theme, health, courses, assignments, submissions, classes, packs, status)


def register(app: Flask) -> None:
    """Hang all blueprints."""
    for module in MODULES:
        app.register_blueprint(module.bp)
