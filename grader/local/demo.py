"""The demo: a course with users, two assignments, and submissions that are really graded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from grader.database import assignments, courses, packs, passwords, reading, submissions, users, writing
from grader.database.models import Assignment, Course, CourseRole, ReleaseRule, User
from grader.local.demo_term import seed_term
from grader.local.shipped import new_version
from grader.packs import Pack
from grader.packs.mistakes import program
from grader.worker.notify import notify

PASSWORD = "demo-password"  # public on purpose: only this machine can reach the demo
COURSE = "neural-networks"
RULES = {"mlp-backprop": ReleaseRule.AFTER_DUE, "xor-training": ReleaseRule.AT_ONCE}


@dataclass(frozen=True)
class Person:
    """A user of the demo course."""

    name: str
    role: CourseRole
    section: str = ""

    @property
    def email(self) -> str:
        return self.name.split()[0].lower() + "@example.org"


STAFF = (Person("Elena Marchetti", CourseRole.INSTRUCTOR), Person("Jonas Weber", CourseRole.TA))
STUDENTS = (
    Person("Mira Okafor", CourseRole.STUDENT, "A"),
    Person("Noor Nowak", CourseRole.STUDENT, "A"),
    Person("Goran Kowalski", CourseRole.STUDENT, "A"),
    Person("Camille Eriksen", CourseRole.STUDENT, "B"),
    Person("Daniel Nguyen", CourseRole.STUDENT, "B"),
    Person("Rania Patel", CourseRole.STUDENT, "B"),
)


def seed(engine: Engine, redis_url: str, shipped: Mapping[str, Pack]) -> bool:
    """Make the demo course and notify the workers of its submissions; False if the course exists already."""
    with reading(engine) as session:
        if courses.by_slug(session, COURSE) is not None:
            return False
    password_hash = passwords.hash_password(PASSWORD)  # slow on purpose, so outside the transaction
    submission_count = 0
    with writing(engine) as session:
        course = courses.create(session, COURSE, "Neural Networks", term="Demo", zone="Europe/Zurich")
        people = {person: _enrol(session, course, person, password_hash) for person in STAFF + STUDENTS}
        students = [people[person] for person in STUDENTS]
        for pack_id in RULES:
            assignment = _assign(session, course, shipped[pack_id], people[STAFF[0]])
            submission_count += _submit(session, assignment, shipped[pack_id], students)
        seed_term(session, course, students, assignment, by=people[STAFF[0]])
    notify(redis_url, submission_count)
    return True


def login_lines() -> list[str]:
    """The lines that show how to log in, one for each kind of user."""
    kinds = (("student", STUDENTS[0]), ("student", STUDENTS[1]), ("TA", STAFF[1]), ("instructor", STAFF[0]))
    lines = [f"  {kind:<11} {person.email:<20} {PASSWORD}" for kind, person in kinds]
    others = ", ".join(person.email.partition("@")[0] for person in STUDENTS[2:])
    return ["Log in as", *lines, f"  (and {others}: more students)"]


def _enrol(session: Session, course: Course, person: Person, password_hash: str) -> User:
    user = users.create(session, person.email, person.name, password_hash)
    session.flush()
    courses.enrol(session, course, user, person.role, section=person.section)
    return user


def _assign(session: Session, course: Course, pack: Pack, by: User) -> Assignment:
    version = packs.ship(session, new_version(pack))  # it was added before, so this only finds it
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    terms = assignments.Terms(now - timedelta(days=7), now + timedelta(days=14), release=RULES[pack.id])
    assignment = assignments.create(session, course, version, pack.id, pack.title, terms, by=by)
    session.flush()
    return assignment


def _submit(session: Session, assignment: Assignment, pack: Pack, students: list[User]) -> int:
    """Submit mistakes of the pack, hours apart; every second student submits the solution after that.

    The first student submits nothing, so that the upload can be tried as this student. Returns how many
    submissions were made.
    """
    mistakes = list(_single_file_mistakes(pack))
    solution = tuple((name, pack.files[f"solution/{name}"]) for name in pack.names)
    start = datetime.now(UTC) - timedelta(hours=2 * len(students))
    count = 0
    for place, student in enumerate(students[1:]):
        attempts = [mistakes[place % len(mistakes)]] if mistakes else []
        attempts += [solution] if place % 2 else []
        for number, files in enumerate(attempts):
            at = start + timedelta(hours=2 * place, minutes=25 * number)
            submissions.submit(session, assignment, student, files, at)
            count += 1
    return count


def _single_file_mistakes(pack: Pack) -> Iterator[tuple[tuple[str, bytes], ...]]:
    """The files of each mistake of a pack that asks for one file."""
    if len(pack.names) == 1:
        yield from (tuple(program(pack, row).items()) for row in pack.manifest.mistakes)
