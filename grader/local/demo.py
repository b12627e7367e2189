"""The demo: a course with its people, two assignments, and submissions that really get graded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from grader.database import assignments, courses, packs, passwords, reading, submissions, users, writing
from grader.database.models import Assignment, Course, CourseRole, ReleaseRule, User
from grader.local.shipped import new_version
from grader.packs import Pack
from grader.packs.mistakes import program
from grader.worker.notify import notify

PASSWORD = "demo-password"  # public on purpose: the demo listens on loopback alone
COURSE = "neural-networks"
RULES = {"mlp-backprop": ReleaseRule.AFTER_DUE, "xor-training": ReleaseRule.AT_ONCE}


@dataclass(frozen=True)
class Person:
    """Somebody in the demo course."""

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
    """Make the demo course if it isn't there, and ring for its submissions; False if it was there."""
    with reading(engine) as session:
        if courses.by_slug(session, COURSE) is not None:
            return False
    password_hash = passwords.hash_password(PASSWORD)  # slow on purpose, so outside the transaction
    handed_in = 0
    with writing(engine) as session:
        course = courses.create(session, COURSE, "Neural Networks", term="Demo", zone="Europe/Zurich")
        people = {person: _enrol(session, course, person, password_hash) for person in STAFF + STUDENTS}
        for pack_id in RULES:
            assignment = _assign(session, course, shipped[pack_id], people[STAFF[0]])
            students = [people[person] for person in STUDENTS]
            handed_in += _hand_in(session, assignment, shipped[pack_id], students)
    notify(redis_url, handed_in)
    return True


def login_lines() -> list[str]:
    """What to type into the log-in form, a line for each kind of person."""
    kinds = (("student", STUDENTS[0]), ("student", STUDENTS[1]), ("TA", STAFF[1]), ("instructor", STAFF[0]))
    lines = [f"  {kind:<11} {person.email:<20} {PASSWORD}" for kind, person in kinds]
    others = ", ".join(person.email.partition("@")[0] for person in STUDENTS[2:])
    return ["Log in as", *lines, f"  (and {others}: students with nothing or something handed in)"]


def _enrol(session: Session, course: Course, person: Person, password_hash: str) -> User:
    user = users.create(session, person.email, person.name, password_hash)
    session.flush()
    courses.enrol(session, course, user, person.role, section=person.section)
    return user


def _assign(session: Session, course: Course, pack: Pack, by: User) -> Assignment:
    version = packs.ship(session, new_version(pack))  # there already, so this only finds it
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    terms = assignments.Terms(now - timedelta(days=7), now + timedelta(days=14), release=RULES[pack.id])
    assignment = assignments.create(session, course, version, pack.id, pack.title, terms, by=by)
    session.flush()
    return assignment


def _hand_in(session: Session, assignment: Assignment, pack: Pack, students: list[User]) -> int:
    """Hand in mistakes of the pack, a few hours apart; the later students get it right at their second try.

    The first student hands in nothing, so that there is somebody to try the upload with. Returns how many.
    """
    mistakes = list(_single_file_mistakes(pack))
    solution = tuple((name, pack.files[f"solution/{name}"]) for name in pack.names)
    began = datetime.now(UTC) - timedelta(hours=2 * len(students))
    count = 0
    for place, student in enumerate(students[1:]):
        attempts = [mistakes[place % len(mistakes)]] if mistakes else []
        attempts += [solution] if place % 2 else []
        for number, files in enumerate(attempts):
            at = began + timedelta(hours=2 * place, minutes=25 * number)
            submissions.hand_in(session, assignment, student, files, at)
            count += 1
    return count


def _single_file_mistakes(pack: Pack) -> Iterator[tuple[tuple[str, bytes], ...]]:
    """Mistakes of a pack that asks for one file, each as it is handed in."""
    if len(pack.names) == 1:
        yield from (tuple(program(pack, row).items()) for row in pack.manifest.mistakes)
