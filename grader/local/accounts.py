"""`grader user`: users and courses of an installation, for the operator in a terminal."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ROLES = ("student", "ta", "instructor")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `grader user`."""
    parser.add_argument(
        "--state",
        type=Path,
        default=Path("var"),
        help="the state folder of `grader up` (default: %(default)s)",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|password|course|enrol")
    add = actions.add_parser("add", help="add a user and print the new password")
    add.add_argument("email")
    add.add_argument("name")
    add.add_argument("--operator", action="store_true", help="let the user see the status of the service")
    password = actions.add_parser(
        "password", help="set a new password and print it; logs the user out everywhere"
    )
    password.add_argument("email")
    course = actions.add_parser("course", help="add a course")
    course.add_argument("slug", help="its name in URLs: lower-case letters, digits, hyphens")
    course.add_argument("title")
    course.add_argument("--term", default="")
    course.add_argument("--zone", default="UTC", help="IANA name of its time zone (default: %(default)s)")
    enrol = actions.add_parser("enrol", help="give a user a role in a course, or change the role")
    enrol.add_argument("email")
    enrol.add_argument("slug")
    enrol.add_argument("--role", choices=ROLES, default="student")
    enrol.add_argument("--section", default="")


def run(options: argparse.Namespace) -> int:
    """Run the chosen action; returns 0 for success, 2 if an argument is refused."""
    from grader.database import migrate, open_engine, writing
    from grader.database.errors import StoreError
    from grader.settings import SettingsError

    try:
        url = database_url(options.state)
        migrate(url)
        engine = open_engine(url)
        with writing(engine) as session:
            print(
                {"add": _add, "password": _password, "course": _course, "enrol": _enrol}[options.action](
                    session, options
                )
            )
        engine.dispose()
    except (StoreError, SettingsError, LookupError) as error:
        print(f"grader user: {error.args[0]}", file=sys.stderr)
        return 2
    return 0


def database_url(state: Path) -> str:
    """The database URL in the environment, else that of the installation in the folder `state`.

    Raises LookupError without both.
    """
    from grader.settings import text

    url = text("DATABASE_URL", os.environ)
    if not url and not state.is_dir():
        raise LookupError(
            f"no installation in {state}; start `grader up` once, or set GRADECHECK_DATABASE_URL"
        )
    return url or f"sqlite:///{(state / 'gradecheck.db').absolute()}"


def _add(session: Session, options: argparse.Namespace) -> str:
    from grader.database import passwords, users

    password = secrets.token_urlsafe(12)
    users.create(
        session, options.email, options.name, passwords.hash_password(password), operator=options.operator
    )
    return f"{options.email} can log in with the password {password}"


def _password(session: Session, options: argparse.Namespace) -> str:
    from grader.database import passwords, users

    password = secrets.token_urlsafe(12)
    user = users.by_email(session, options.email)
    if user is None:
        raise LookupError(f"no user has the address {options.email}")
    users.set_password(session, user, passwords.hash_password(password), by=None)
    return f"{options.email} can log in with the password {password}"


def _course(session: Session, options: argparse.Namespace) -> str:
    from grader.database import courses

    course = courses.create(session, options.slug, options.title, term=options.term, zone=options.zone)
    return f"{course.title} is at /courses/{course.slug}"


def _enrol(session: Session, options: argparse.Namespace) -> str:
    from grader.database import courses, users
    from grader.database.models import CourseRole

    user, course = users.by_email(session, options.email), courses.by_slug(session, options.slug)
    if user is None:
        raise LookupError(f"no user has the address {options.email}; add the user first")
    if course is None:
        raise LookupError(
            f"there is no course {options.slug}; make it with: grader user course {options.slug} TITLE"
        )
    courses.enrol(session, course, user, CourseRole(options.role), section=options.section)
    return f"{user.name} is {options.role} of {course.title}"
