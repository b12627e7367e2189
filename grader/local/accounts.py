"""`grader user`: people and courses of an installation, from the operator's terminal."""

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
        "--state", type=Path, default=Path("var"), help="the state of `grader up` (default: %(default)s)"
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|password|course|enrol")
    add = actions.add_parser("add", help="somebody who may log in; prints a password")
    add.add_argument("email")
    add.add_argument("name")
    add.add_argument("--operator", action="store_true", help="may see the status of the service")
    password = actions.add_parser("password", help="another password; ends all log-ins")
    password.add_argument("email")
    course = actions.add_parser("course", help="a new course")
    course.add_argument("slug", help="its name in addresses: small letters, digits, dashes")
    course.add_argument("title")
    course.add_argument("--term", default="")
    course.add_argument("--zone", default="UTC", help="IANA name of its time zone (default: %(default)s)")
    enrol = actions.add_parser("enrol", help="give somebody a role in a course, or change it")
    enrol.add_argument("email")
    enrol.add_argument("slug")
    enrol.add_argument("--role", choices=ROLES, default="student")
    enrol.add_argument("--section", default="")


def run(options: argparse.Namespace) -> int:
    """Do what was asked; 0 done, 2 if it can't be as asked."""
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
    """The database that the environment names, else that of the embedded installation in `state`."""
    from grader.settings import text

    named = text("DATABASE_URL", os.environ)
    if not named and not state.is_dir():
        raise LookupError(
            f"no installation in {state}; start `grader up` once, or set GRADECHECK_DATABASE_URL"
        )
    return named or f"sqlite:///{(state / 'gradecheck.db').absolute()}"


def _add(session: Session, options: argparse.Namespace) -> str:
    from grader.database import passwords, users

    password = secrets.token_urlsafe(12)
    users.create(
        session, options.email, options.name, passwords.hash_password(password), operator=options.operator
    )
    return f"{options.email} may log in with the password {password}"


def _password(session: Session, options: argparse.Namespace) -> str:
    from grader.database import passwords, users

    password = secrets.token_urlsafe(12)
    user = users.by_email(session, options.email)
    if user is None:
        raise LookupError(f"nobody has the address {options.email}")
    users.set_password(session, user, passwords.hash_password(password), by=None)
    return f"{options.email} may log in with the password {password}"


def _course(session: Session, options: argparse.Namespace) -> str:
    from grader.database import courses

    course = courses.create(session, options.slug, options.title, term=options.term, zone=options.zone)
    return f"{course.title} is at /courses/{course.slug}"


def _enrol(session: Session, options: argparse.Namespace) -> str:
    from grader.database import courses, users
    from grader.database.models import CourseRole

    user, course = users.by_email(session, options.email), courses.by_slug(session, options.slug)
    if user is None:
        raise LookupError(f"nobody has the address {options.email}; add them first")
    if course is None:
        raise LookupError(
            f"there is no course {options.slug}; make it with: grader user course {options.slug} TITLE"
        )
    courses.enrol(session, course, user, CourseRole(options.role), section=options.section)
    return f"{user.name} is {options.role} of {course.title}"
