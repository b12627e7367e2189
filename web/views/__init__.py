"""Views, one module for each topic: read the request, call a service, return a response."""

from flask import Flask

from web.views import (
    account,
    assignments,
    auth,
    choices,
    classes,
    course_copy,
    course_settings,
    courses,
    extensions,
    gradebook,
    gradebook_columns,
    gradebook_import,
    gradebook_publish,
    gradebook_setup,
    groups,
    health,
    help,
    invites,
    marks,
    outages,
    packs,
    people,
    regrades,
    reset,
    roster,
    seeing,
    set_up,
    settings,
    status,
    submissions,
    theme,
    users,
)

MODULES = (
    account,
    assignments,
    auth,
    choices,
    classes,
    course_copy,
    course_settings,
    courses,
    extensions,
    gradebook,
    gradebook_columns,
    gradebook_import,
    gradebook_publish,
    gradebook_setup,
    groups,
    health,
    help,
    invites,
    marks,
    outages,
    packs,
    people,
    regrades,
    reset,
    roster,
    seeing,
    set_up,
    settings,
    status,
    submissions,
    theme,
    users,
)


def register(app: Flask) -> None:
    """Register all blueprints."""
    for module in MODULES:
        app.register_blueprint(module.bp)
