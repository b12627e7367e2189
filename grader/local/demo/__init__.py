"""The demo: two courses with people, and everything that they do in a term; what is graded is really graded.

`seed` makes all that does not need a report, so that the first page shows soon; `later.finish` does the rest
when the worker has graded every file. The other modules are mostly tables of what there is.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from grader.database import course_settings, courses, passwords, reading, users, writing
from grader.database.models import User
from grader.local.demo import building as made
from grader.local.demo import terms
from grader.local.demo.attempts import COUNT, OF_LAST_TASK, OF_TASK
from grader.local.demo.handed_in import ask, comment, hand_in
from grader.local.demo.people import EVERYBODY, LAST_TERM, OPERATOR, PASSWORD, STAFF, STUDENTS, Person
from grader.local.demo.story import Story
from grader.local.demo.terms import COURSE
from grader.local.demo.versions import CHANGED, as_assigned
from grader.packs import Pack
from grader.worker.notify import notify

__all__ = ["COURSE", "PASSWORD", "STAFF", "STUDENTS", "Person", "login_lines", "seed"]


def seed(engine: Engine, redis_url: str, shipped: Mapping[str, Pack]) -> bool:
    """Make the demo and notify the workers of its submissions; False if its course exists already."""
    with reading(engine) as session:
        if courses.by_slug(session, COURSE) is not None:
            return False
    password_hash = passwords.hash_password(PASSWORD)  # slow on purpose, so outside the transaction
    with writing(engine) as session:
        story = Story(session, datetime.now(UTC), _users(session, password_hash))
        _last_term(story, shipped)
        _this_term(story, {**shipped, CHANGED: as_assigned(session, shipped[CHANGED])})
    notify(redis_url, COUNT)
    return True


def _users(session: Session, password_hash: str) -> dict[str, User]:
    users.create(session, OPERATOR.email, OPERATOR.name, password_hash, operator=True)
    made = {row.login: users.create(session, row.email, row.name, password_hash) for row in EVERYBODY}
    session.flush()
    return made


def _last_term(story: Story, packs: Mapping[str, Pack]) -> None:
    """The course of last term, which is archived."""
    term = terms.term_name(_today(story) - timedelta(days=200))
    course = made.make_course(story, terms.LAST_COURSE, term, LAST_TERM, begins=-235)
    tasks = made.make_tasks(story, course, terms.LAST_TASKS, packs, begins=-234)
    hand_in(story, tasks, OF_LAST_TASK, packs)
    made.mark_exam(story, course, terms.LAST_EXAM, day=-180)
    made.publish(story, course, tasks, terms.LAST_TASKS, after=7)
    story.play()
    with story.on(terms.LAST_ARCHIVED, "12:00") as at:
        course_settings.archive(story.session, course, at, by=story.people["elena"])


def _this_term(story: Story, packs: Mapping[str, Pack]) -> None:
    """The course that runs."""
    term = terms.term_name(_today(story))
    course = made.make_course(story, COURSE, term, STUDENTS, begins=-24)
    tasks = made.make_tasks(story, course, terms.TASKS, packs, begins=-23)
    made.give_time(story, course, tasks)
    made.form_groups(story, tasks)
    hand_in(story, tasks, OF_TASK, packs)
    comment(story, tasks)
    ask(story, tasks)
    for exam, day in zip(terms.EXAMS, (-10, -4), strict=True):
        made.mark_exam(story, course, exam, day=day)
    made.publish(story, course, tasks, terms.TASKS, after=5)
    story.play()


def _today(story: Story) -> date:
    return story.now.astimezone(ZoneInfo(terms.ZONE)).date()


def login_lines() -> list[str]:
    """The lines that show how to log in: one for each kind of user, and the others' names."""
    kinds = (
        ("student", STUDENTS[0]),
        ("student", STUDENTS[1]),
        ("TA", STAFF[1]),
        ("instructor", STAFF[0]),
        ("operator", OPERATOR),
    )
    lines = [f"  {kind:<11} {person.email:<20} {PASSWORD}" for kind, person in kinds]
    shown = {person.login for _, person in kinds}
    others = ", ".join(person.login for person in EVERYBODY if person.login not in shown)
    more = f"(and with the same password {others}, each @example.org)"
    return ["Log in as", *lines, *textwrap.wrap(more, 100, initial_indent="  ", subsequent_indent="  ")]
