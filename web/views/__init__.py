"""Views, one module for each topic: read the request, call a service, return a response."""

from flask import Flask

from web.views import (
    account,
    assignments,
    auth,
    classes,
    course_copy,
    course_settings,
    courses,
    health,
    invites,
    marking,
    packs,
    people,
    regrades,
    requests,
    reset,
    review,
    roster,
    rubric,
    set_up,
    status,
    submissions,
    theme,
    users,
)

MODULES = (
    account,
    assignments,
    auth,
    classes,
    course_copy,
    course_settings,
    courses,
    health,
    invites,
    marking,
    packs,
    people,
    regrades,
    requests,
    reset,
    review,
    roster,
    rubric,
    set_up,
    status,
    submissions,
    theme,
    users,
)


def register(app: Flask) -> None:
    """Register all blueprints."""
    for module in MODULES:
        app.register_blueprint(module.bp)
