"""How long the server takes for the main pages of each role, in process: without the network and the browser."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, event, select

from bench.course.data import COURSE
from grader.database import logins, reading, writing
from grader.database.models import Assignment, Submission, User
from grader.settings import Settings
from grader.values import Mode
from web.app import create_app
from web.security.logins import token_hash
from web.settings import WebSettings
from web.throttle import Throttle

STUDENT = "s7@example.org"


@dataclass(frozen=True)
class Timing:
    """One page: milliseconds of each run, statements a run, and KB of the answer."""

    name: str
    taken: tuple[float, ...]
    queries: int
    kb: float

    @property
    def median(self) -> float:
        return median(self.taken)

    @property
    def p95(self) -> float:
        return sorted(self.taken)[math.ceil(0.95 * len(self.taken)) - 1]


class QuietBackends:
    """Redis and a runner that do nothing: no page here waits for them."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *_: None


def measured(engine: Engine, url: str, runs: int) -> list[Timing]:
    """Every page, after a first run that is not counted; the pages take turns."""
    app = create_app(_settings(url), engine=engine, backends=QuietBackends(), throttle=Throttle(None))  # type: ignore[arg-type]
    clients = {
        who: _client(app, engine, who) for who in (STUDENT, "ta@example.org", "instructor@example.org")
    }
    taken: dict[str, list[float]] = {}
    size: dict[str, tuple[int, float]] = {}
    for run in range(runs + 1):
        for name, (who, path) in _pages(engine).items():
            with _counted(engine) as statements:
                start = time.perf_counter()
                answer = clients[who].get(path)
                spent = (time.perf_counter() - start) * 1000
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status_code}")
            size[name] = len(statements), len(answer.data) / 1000
            if run:
                taken.setdefault(name, []).append(spent)
    return [Timing(name, tuple(times), *size[name]) for name, times in taken.items()]


def _pages(engine: Engine) -> Mapping[str, tuple[str, str]]:
    """Who asks for which page, by the name of the row."""
    with reading(engine) as session:
        slug = session.scalars(select(Assignment.slug).order_by(Assignment.id.desc())).first()
        query = select(Submission.public_id).join(User, User.id == Submission.submitter_id)
        attempt = session.scalar(query.where(User.email == STUDENT).order_by(Submission.id.desc()).limit(1))
    base, ta, instructor = f"/courses/{COURSE}", "ta@example.org", "instructor@example.org"
    table = f"{base}/a/{slug}/class/submissions"
    return {
        "student: course": (STUDENT, base),
        "student: assignment": (STUDENT, f"{base}/a/{slug}"),
        "student: submission": (STUDENT, f"/s/{attempt}"),
        "TA: course": (ta, base),
        "TA: the class": (ta, f"{base}/a/{slug}/class"),
        "TA: submissions": (ta, table),
        "TA: all attempts, page 200": (ta, f"{table}?all=1&page=200"),
        "TA: search": (ta, f"{table}?q=student+b"),
        "TA: by a mistake": (ta, f"{table}?mistake=slope-left-out"),
        "TA: by points, all attempts": (ta, f"{table}?all=1&least=3&most=9"),
        "instructor: people": (instructor, f"{base}/people"),
        "instructor: audit log": (instructor, f"{base}/audit"),
        "instructor: all of the log": (instructor, f"{base}/audit?kind=everything"),
    }


@contextmanager
def _counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *more: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _settings(url: str) -> WebSettings:
    service = Settings(
        database_url=url,
        redis_url="unix:///nowhere",
        runner_socket=Path("/nowhere"),
        least_mode=Mode.UNPRIVILEGED,
        secret_key=SecretStr(secrets.token_hex(32)),
        slots=1,
        lease_s=30,
        sweep_s=2,
    )
    return WebSettings(service=service)


def _client(app: Any, engine: Engine, email: str) -> Any:
    token, now = secrets.token_urlsafe(16), datetime.now(UTC)
    with writing(engine) as session:
        user = session.scalar(select(User).where(User.email == email))
        if user is None:
            raise RuntimeError(f"the course has no {email}")
        logins.begin(session, user, token_hash(token), now, now + timedelta(days=1))
    client = app.test_client()
    with client.session_transaction() as visit:
        visit["login"] = token
    return client
