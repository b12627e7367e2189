"""How long the server takes for the main pages of each role, without the network and the browser."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, event, select

from bench.course import addresses
from bench.course.processor import Processor
from grader.database import logins, writing
from grader.database.models import User
from grader.packs.readings import checked
from grader.packs.rendering import read_archive
from grader.settings import Settings
from grader.values import Mode
from grader.values.readings import PackReading
from web.app import create_app
from web.security.logins import token_hash
from web.serve import keep_out_of_collections
from web.settings import WebSettings
from web.throttle import Throttle


@dataclass(frozen=True)
class Timing:
    """One page: milliseconds of each run, on the clock and of processor (this process and its database's
    together), statements a run, and KB of the answer."""

    name: str
    taken: tuple[float, ...]
    worked: tuple[float, ...]
    queries: int
    kb: float

    @property
    def median(self) -> float:
        return median(self.taken)

    @property
    def processor(self) -> float:
        return median(self.worked)

    @property
    def p95(self) -> float:
        return sorted(self.taken)[math.ceil(0.95 * len(self.taken)) - 1]


class QuietBackends:
    """Redis and a runner that answer at once. Packs, which ship with gradecheck, are read in this process."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *_: None

    def read_pack(self, data: bytes) -> PackReading:
        """The pack as pages show it."""
        return checked(read_archive(data))


def measured(engine: Engine, url: str, runs: int) -> list[Timing]:
    """Every page, after a first run that is not counted; the pages take turns."""
    processor = Processor(engine)
    app = create_app(_settings(url), engine=engine, backends=QuietBackends(), throttle=Throttle(None))
    keep_out_of_collections()  # as a served site does
    pages = addresses.pages(engine)
    clients = {who: _client(app, engine, who) for who in addresses.WHO.values()}
    taken: dict[str, list[float]] = {name: [] for name in pages}
    worked: dict[str, list[float]] = {name: [] for name in pages}
    size: dict[str, tuple[int, float]] = {}
    for run in range(runs + 1):
        for name, (who, path) in pages.items():
            with _counted(engine) as statements:
                before, start = processor.ms(), time.perf_counter()
                answer = clients[who].get(path)
                spent, work = (time.perf_counter() - start) * 1000, processor.ms() - before
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status_code}")
            size[name] = len(statements), len(answer.data) / 1000
            if run:
                taken[name].append(spent)
                worked[name].append(work)
    return [Timing(name, tuple(taken[name]), tuple(worked[name]), *size[name]) for name in pages]


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
    return WebSettings(service=service)  # type: ignore[call-arg]  # the others have defaults


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
