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
    packs,
    people,
    reset,
    roster,
    set_up,
    status,
    submissions,
    theme,
    users,
)

MODULES = (
    *(auth, theme, health, courses, assignments, submissions, classes, packs, status),
    *(set_up, account, reset, users, course_settings, course_copy, people, roster, invites),
)


def register(app: Flask) -> None:
    """Register all blueprints."""
    for module in MODULES:
        app.register_blueprint(module.bp)
