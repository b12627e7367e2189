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
        help="the state folder of `grader up`; needed unless GRADECHECK_DATABASE_URL is set",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|password|link|course|enrol")
    add = actions.add_parser("add", help="add a user and print the new password")
    add.add_argument("email")
    add.add_argument("name")
    add.add_argument("--operator", action="store_true", help="let the user see the status of the service")
    password = actions.add_parser(
        "password", help="set a new password and print it; logs the user out everywhere"
    )
    password.add_argument("email")
    link = actions.add_parser("link", help="print a link with which the user chooses a new password, once")
    link.add_argument("email")
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
        url, where = database_of(options.state)
        migrate(url)
        engine = open_engine(url)
        with writing(engine) as session:
            actions = {"add": _add, "password": _password, "course": _course, "enrol": _enrol, "link": _link}
            done = actions[options.action](session, options)
        engine.dispose()
        print(done)
        print(f"(in {where})", file=sys.stderr)
    except (StoreError, SettingsError, LookupError) as error:
        print(f"grader user: {error.args[0]}", file=sys.stderr)
        return 2
    return 0


def database_of(state: Path | None) -> tuple[str, str]:
    """The URL of the database of the installation in the folder `state`, or without it the one in the
    environment; and where it is, in words. Raises LookupError if there is no such installation."""
    from grader.local.folders import DATABASE
    from grader.settings import text

    url = text("DATABASE_URL", os.environ)
    if state is None and url:
        return url, "the database that GRADECHECK_DATABASE_URL names"
    if state is None:
        raise LookupError(f"which installation? {_say_which(Path('var'))}")
    path = (state / DATABASE).absolute()
    if not path.is_file():
        start = f"start `grader up --state {state}` once"
        raise LookupError(f"no installation in {state}; {start}, or name another with --state")
    return f"sqlite:///{path}", str(state)


def _say_which(usual: Path) -> str:
    """What to type before the action; the usual folder is named with what it holds, if it holds anything."""
    from grader.local.folders import DATABASE, DEMO

    demo = ", which holds the demo" if (usual / DEMO).exists() else ""
    here = f"; `grader up` without --state uses {usual}{demo}" if (usual / DATABASE).exists() else ""
    return f"name its state folder with --state FOLDER{here}"


def _add(session: Session, options: argparse.Namespace) -> str:
    from grader.database import passwords, users
    from grader.database.names import checked_line

    password = secrets.token_urlsafe(12)
    name = checked_line("the name", options.name)
    hashed = passwords.hash_password(password)
    user = users.create(session, options.email, name, hashed, operator=options.operator)
    return f"{user.email} can log in with the password {password}"


def _password(session: Session, options: argparse.Namespace) -> str:
    from grader.database import passwords, users

    password = secrets.token_urlsafe(12)
    user = users.by_email(session, options.email)
    if user is None:
        raise LookupError(f"no user has the address {options.email}")
    users.set_password(session, user, passwords.hash_password(password), by=None)
    return f"{options.email} can log in with the password {password}"


def _link(session: Session, options: argparse.Namespace) -> str:
    from grader.database import password_links, users
    from grader.database.models.base import utc_now
    from grader.settings import text

    user = users.by_email(session, options.email)
    if user is None:
        raise LookupError(f"no user has the address {options.email}")
    token = password_links.make(session, user, utc_now(), password_links.GIVEN, by=None)
    site = text("PUBLIC_URL", os.environ).rstrip("/")
    days = password_links.GIVEN.days
    return f"{user.email} can choose a password, once, within {days} days: {site}/password/{token}"


def _course(session: Session, options: argparse.Namespace) -> str:
    from grader.database import courses
    from grader.database.names import checked_line

    title = checked_line("the title", options.title)
    course = courses.create(session, options.slug, title, term=options.term, zone=options.zone)
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
