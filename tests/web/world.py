"""A small course for the tests: alice and bob are a team, charlie another student; two courses have staff."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from grader.database import (
    assignments,
    claims,
    courses,
    heartbeats,
    logins,
    open_engine,
    packs,
    passwords,
    results,
    submissions,
    users,
    writing,
)
from grader.database.models import (
    Assignment,
    Course,
    CourseRole,
    PackVersion,
    Submission,
    Team,
    TeamMember,
    User,
)
from grader.grading.client import FileScan, Health
from grader.grading.errors import RunnerError
from grader.grading.report import GradedFile, PackIdentity, Report, Result
from grader.grading.report_json import result_to_json
from grader.packs import write_zip
from grader.packs.readings import checked
from grader.packs.rendering import read_archive
from grader.settings import Settings
from grader.values import Cause, Mode, Number, Verdict, Visibility
from grader.values.health import Layer
from grader.values.readings import PackReading
from tests.helpers.packs import make_pack
from web.app import create_app
from web.security.logins import token_hash
from web.settings import WebSettings
from web.site import KEY, Site
from web.throttle import Throttle

NAMES = ("alice", "bob", "charlie", "ta", "instructor", "outsider", "operator")
PASSWORD = "correct horse battery"
SENDS = {
    "smtp_url": "smtp://127.0.0.1:1",
    "mail_from": "a@example.org",
    "public_url": "https://g.example.org",
}
"""Settings of an installation that sends e-mail."""
CSRF = "token-of-this-visit"
SQUARED = b"def loss(y, t):\n    return 0\n\n\ndef gradient(y, t):\n    return y - t\n"
WELL = FileScan("squared.py", None, None, None, "", False, ("loss", "gradient"), (), ("numpy",))


@dataclass
class FakeBackends:
    """Redis and a runner whose answers a test can set."""

    notified: int = 0
    redis_server: bool = True
    runner: bool = True
    scans: tuple[FileScan, ...] | None = (WELL,)
    packs_read: int = 0
    seen: list[tuple[str, int]] = field(default_factory=list)
    scanned: list[tuple[tuple[str, bytes], ...]] = field(default_factory=list)

    def notify(self) -> bool:
        self.notified += 1
        return self.redis_server

    def watched(self, public_id: str, user_id: int) -> None:
        self.seen.append((public_id, user_id))

    def preflight(self, files: tuple[tuple[str, bytes], ...]) -> tuple[FileScan, ...] | None:
        self.scanned.append(files)
        return self.scans

    def read_pack(self, data: bytes) -> PackReading:
        if not self.runner:
            raise RunnerError(Cause.SYSTEM, "no runner")
        self.packs_read += 1
        return checked(read_archive(data))

    def queue_reachable(self) -> bool:
        return self.redis_server

    def health(self) -> Health | None:
        layer = Layer("seccomp", True, "proven by a canary")
        return Health(Mode.UNPRIVILEGED, 2, 1, (layer,), {"numpy": "2"}) if self.runner else None


def make_site(
    engine: Engine, backends: FakeBackends, mail: dict[str, str] | None = None, **values: object
) -> Flask:
    """The site as production builds it, except for its backends; `mail` are settings of e-mail.

    Its app is the one of the last call with the same settings, because the addresses of all routes take
    long to compile: a test has one site of each kind."""
    app, made = _app(tuple((mail or {}).items()), tuple(values.items()))
    app.extensions[KEY] = replace(made, engine=engine, backends=backends, throttle=Throttle(None))
    return app


@cache
def _app(mail: tuple[tuple[str, str], ...], values: tuple[tuple[str, object], ...]) -> tuple[Flask, Site]:
    """The app with these settings, and its site before a test changed it."""
    service = Settings(
        database_url="sqlite://",
        redis_url="unix:///nowhere",
        runner_socket=Path("/nowhere"),
        least_mode=Mode.UNPRIVILEGED,
        secret_key=SecretStr("k" * 40),
        slots=1,
        lease_s=30,
        sweep_s=2,
        **dict(mail),  # type: ignore[arg-type]
    )
    settings = WebSettings(service=service, **dict(values))  # type: ignore[arg-type]
    parts = {"engine": open_engine("sqlite://"), "backends": FakeBackends(), "throttle": Throttle(None)}
    app = create_app(settings, **parts)  # type: ignore[arg-type]
    app.jinja_env.bytecode_cache = COMPILED
    return app, app.extensions[KEY]


class Compiled(BytecodeCache):
    """The code of every template that a test of this process needed: each app would compile them again."""

    def __init__(self) -> None:
        self._codes: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._codes[bucket.key + bucket.checksum] = bucket.code


COMPILED = Compiled()


class Visitor:
    """The browser of a user who is logged in, or of an anonymous visitor."""

    def __init__(self, app: Flask, engine: Engine, user: User | None) -> None:
        self.client = app.test_client()
        with self.client.session_transaction() as visit:
            visit["csrf"] = CSRF
            if user is not None:
                visit["login"] = self._log_in(engine, user)

    def _log_in(self, engine: Engine, user: User) -> str:
        token = secrets.token_urlsafe(16)
        now = datetime.now(UTC)
        with writing(engine) as session:
            logins.begin(session, user, token_hash(token), now, now + timedelta(days=2))
            logins.seen(session, token_hash(token), now + timedelta(days=2))  # tests move the clock
        return token

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, **more)  # type: ignore[arg-type]

    def post(self, path: str, data: dict[str, object] | None = None, **more: object) -> TestResponse:
        return self.client.post(path, data={"csrf": CSRF, **(data or {})}, **more)  # type: ignore[arg-type]


@dataclass
class World:
    """The site with its course, users, assignment and submission."""

    app: Flask
    engine: Engine
    people: dict[str, User]
    course: Course
    assignment: Assignment
    version: PackVersion
    submission: Submission
    draft: PackVersion

    @property
    def base(self) -> str:
        return f"/courses/{self.course.slug}"

    @property
    def page(self) -> str:
        return f"{self.base}/a/{self.assignment.slug}"

    @property
    def attempt(self) -> str:
        return f"/s/{self.submission.public_id}"

    def visit(self, name: str | None) -> Visitor:
        return Visitor(self.app, self.engine, self.people[name] if name else None)

    def grade(self, *rows: Result, failure: str = "") -> None:
        """Finish the best waiting grading with these rows."""
        with writing(self.engine) as session:
            claim = claims.claim(session, claims.Claimant("w"))
            assert claim is not None
            assert results.finish_grading(session, claim, make_report(*rows), failure)

    def run(self, *rows: Result) -> None:
        """Claim the best waiting grading and report these rows as done so far."""
        with writing(self.engine) as session:
            claim = claims.claim(session, claims.Claimant("w"))
            assert claim is not None
            assert claims.write_progress(session, claim, [result_to_json(row) for row in rows], 30)


def build_world(app: Flask, engine: Engine, **values: object) -> World:
    with writing(engine) as session:
        course = courses.create(session, "nn", "Neural Networks", zone="Europe/Zurich")
        people = _people(session, course)
        version = ship(session)
        assignment = make_assignment(session, course, version, **values)
        session.flush()
        files = [("squared.py", SQUARED)]
        submission = submissions.submit(session, assignment, people["alice"], files, datetime.now(UTC))
        draft = add_version(session, course, people["instructor"])
    return World(app, engine, people, course, assignment, version, submission, draft)


def show_alive(engine: Engine) -> None:
    """Store a current heartbeat of a worker and of a sweeper."""
    with writing(engine) as session:
        heartbeats.record(session, "worker-1", "worker", 2)
        heartbeats.record(session, "sweeper-1", "sweeper")


def _people(session: Session, course: Course) -> dict[str, User]:
    other = courses.create(session, "other", "Other course")
    people = {}
    for name in NAMES:
        user = users.create(
            session, f"{name}@example.org", name.title(), "no hash", operator=name == "operator"
        )
        session.flush()
        people[name] = user
    for name in ("alice", "bob", "charlie"):
        courses.enrol(session, course, people[name], CourseRole.STUDENT)
    courses.enrol(session, course, people["ta"], CourseRole.TA)
    courses.enrol(session, course, people["instructor"], CourseRole.INSTRUCTOR)
    courses.enrol(session, other, people["outsider"], CourseRole.INSTRUCTOR)
    team = Team(course_id=course.id, name="alice and bob")
    session.add(team)
    session.flush()
    session.add_all([TeamMember(team_id=team.id, user_id=people[name].id) for name in ("alice", "bob")])
    return people


def new_version(**parts: str) -> packs.NewVersion:
    pack = make_pack(**parts)
    return packs.NewVersion(pack.id, pack.title, pack.content_digest, pack.grading_digest, write_zip(pack))


def ship(session: Session) -> PackVersion:
    version = packs.ship(session, new_version())
    session.flush()
    return version


def add_version(session: Session, course: Course, by: User, **parts: str) -> PackVersion:
    version = packs.add_version(session, course, new_version(**(parts or {"id": "mine"})), by=by)
    session.flush()
    return version


def make_assignment(
    session: Session, course: Course, version: PackVersion, slug: str = "squared", **values: object
) -> Assignment:
    now = datetime.now(UTC)
    dates: dict[str, object] = {"opens_at": now - timedelta(days=7), "due_at": now + timedelta(days=7)}
    terms = assignments.Terms(**{**dates, **values})  # type: ignore[arg-type]
    return assignments.create(session, course, version, slug, f"The {slug} error", terms, by=None)


def row(test_id: str, verdict: Verdict = Verdict.PASSED, points: str = "10", **more: object) -> Result:
    """A result; keywords set its other fields, `hidden=True` makes it the result of a hidden test."""
    hidden = more.pop("hidden", False)
    earned = None if verdict is Verdict.INTERNAL else Decimal(points) * (verdict is Verdict.PASSED)
    return Result(
        id=test_id,
        title=str(more.pop("title", f"Test {test_id}")),
        points=Decimal(points),
        visibility=Visibility.HIDDEN if hidden else Visibility.VISIBLE,
        verdict=verdict,
        earned=earned,
        **more,  # type: ignore[arg-type]
    )


def text_row(text: str, *, hidden: bool = False) -> Result:
    """A result of test_why, worth 10 points, whose text awaits marking."""
    return replace(row("test_why", hidden=hidden), earned=None, by_hand=True, answer=text)


def make_report(*rows: Result) -> Report:
    return Report(
        pack=PackIdentity("squared", "Squared error", "c" * 64, "g" * 64),
        files=(GradedFile("squared.py", "0" * 64),),
        results=rows,
        mode=Mode.UNPRIVILEGED,
        replay="grader grade squared.py --pack squared",
    )


def error_of(name: str, value: float, threshold: float = 1e-6) -> Number:
    return Number(name, value, threshold, value <= threshold)


def set_password(world: World, name: str) -> None:
    with writing(world.engine) as session:
        user = session.get_one(User, world.people[name].id)
        user.password_hash = passwords.hash_password(PASSWORD)
