"""How well the estimate of the queue agrees with the wait: a burst with a real worker and a real runner."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bench.timing import Row
from grader.database import (
    assignments,
    courses,
    gradings,
    migrate,
    open_engine,
    packs,
    queue_times,
    reading,
    submissions,
    users,
    writing,
)
from grader.database.models import Assignment, CourseRole, Grading, Lane, User
from grader.local import address
from grader.local.folders import Folders, open_folders
from grader.local.processes import Installation
from grader.local.shipped import new_version, ship_packs
from grader.local.supervisor import supervising
from grader.packs import Pack
from grader.packs.mistakes import program
from grader.worker.notify import notify
from web.services.progress_texts import rounded

PACKS = ("activations", "mlp-backprop", "linear-limits")
BURST = 120
KNOWN = 4  # gradings of each pack before the burst: a course whose packs ran before
SHORT_S = 2.0  # shorter waits are not looked at
FACTOR = 1.5
WANTED = 90.0
PATIENCE_S = 900.0
SEED = 11


@dataclass(frozen=True)
class Wait:
    """One submission of the burst: what was estimated when it was queued, and what it was, in seconds."""

    estimated: float
    actual: float

    @property
    def is_near(self) -> bool:
        """Whether the estimate is within the factor."""
        return self.estimated / FACTOR <= self.actual <= self.estimated * FACTOR


def estimate(runs: int) -> list[Row]:
    """The share of waits whose estimate, as it is said to the student, is within the factor, of those above
    SHORT_S; one burst. `runs` is not used: a burst has many waits."""
    with _installation() as (folders, engine):
        waits = [wait for wait in _burst(folders, engine) if wait.actual > SHORT_S]
    share = 100.0 * sum(wait.is_near for wait in waits) / len(waits)
    ratios = sorted(wait.actual / max(wait.estimated, 0.1) for wait in waits)
    tenth = len(ratios) // 10
    print(
        f"{len(waits)} waits of {min(w.actual for w in waits):.1f} to {max(w.actual for w in waits):.1f} s; "
        f"wait / estimate: median {median(ratios):.2f}, nine in ten from {ratios[tenth // 2]:.2f} "
        f"to {ratios[-1 - tenth // 2]:.2f}",
        file=sys.stderr,
    )
    name = f"estimates within a factor {FACTOR}"
    return [Row(name, share, "%", "wanted", WANTED, share / WANTED, len(waits))]


@contextmanager
def _installation() -> Iterator[tuple[Folders, Engine]]:
    """Redis, runner and worker of their own, and an empty database."""
    with tempfile.TemporaryDirectory() as folder, open_folders(Path(folder) / "state") as folders:
        parts = Installation(folders, "127.0.0.1", address.choose_port("127.0.0.1", None))
        with supervising(lambda line: print(line, file=sys.stderr)) as supervisor:
            first = [supervisor.start(parts.redis()), supervisor.start(parts.runner())]
            migrate(folders.database_url)
            supervisor.wait_until_healthy([*first, supervisor.start(parts.worker())])
            engine = open_engine(folders.database_url)
            yield folders, engine
            engine.dispose()


def _burst(folders: Folders, engine: Engine) -> list[Wait]:
    chance = random.Random(SEED)
    shipped = ship_packs(engine)
    with writing(engine) as session:
        tasks, students = _course(session, shipped)
    programs = {slug: list(_programs(shipped[slug])) for slug in PACKS}
    for student in students[:KNOWN]:
        for slug in PACKS:
            _submit(engine, tasks[slug], student, chance.choice(programs[slug]))
            notify(folders.redis_url)
    _wait_until_over(engine)
    queued: list[tuple[int, float | None]] = []
    for student in students:
        slug = chance.choice(PACKS)
        queued.append(_submit(engine, tasks[slug], student, chance.choice(programs[slug])))
        notify(folders.redis_url)
        time.sleep(chance.expovariate(10.0))
    _wait_until_over(engine)
    with reading(engine) as session:
        return [
            Wait(rounded(estimated), _waited(session.get_one(Grading, id)))
            for id, estimated in queued
            if estimated is not None
        ]


def _waited(grading: Grading) -> float:
    if grading.started_at is None:
        raise RuntimeError("a grading of the burst has not started")
    return (grading.started_at - grading.created_at).total_seconds()


def _course(session: Session, shipped: dict[str, Pack]) -> tuple[dict[str, Assignment], Sequence[User]]:
    course = courses.create(session, "bench", "Neural Networks")
    students = [users.create(session, f"s{n}@example.org", f"Student {n}", "no hash") for n in range(BURST)]
    session.flush()
    for student in students:
        courses.enrol(session, course, student, CourseRole.STUDENT)
    now, tasks = datetime.now(UTC), {}
    terms = assignments.Terms(now - timedelta(days=1), now + timedelta(days=1))
    for slug in PACKS:
        version = packs.ship(session, new_version(shipped[slug]))  # it was shipped before
        tasks[slug] = assignments.create(session, course, version, slug, slug, terms, by=None)
    session.flush()
    return tasks, students


def _programs(pack: Pack) -> Iterator[tuple[tuple[str, bytes], ...]]:
    """The solution and every mistake, as files."""
    yield tuple((name, pack.files[f"solution/{name}"]) for name in pack.names)
    for row in pack.manifest.mistakes:
        yield tuple(program(pack, row).items())


def _submit(
    engine: Engine, task: Assignment, student: User, files: tuple[tuple[str, bytes], ...]
) -> tuple[int, float | None]:
    """Hand in; the id of the grading, and the estimate as its page shows it first."""
    with writing(engine) as session:
        own_task, own = session.get_one(Assignment, task.id), session.get_one(User, student.id)
        made = submissions.submit(session, own_task, own, files, datetime.now(UTC))
        grading = gradings.latest(session, made)
        assert grading is not None, "it was queued"
        id = grading.id
    with reading(engine) as session:
        grading = session.get_one(Grading, id)
        return id, queue_times.place_of(session, grading).starts_in_s


def _wait_until_over(engine: Engine) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with reading(engine) as session:
            lanes = [row for row in gradings.lanes(session) if row.lane is not Lane.BULK]
            if not any(row.waiting or row.running for row in lanes):  # searches for wrong lines go on
                return
        time.sleep(0.2)
    raise RuntimeError(f"the queue was not empty after {PATIENCE_S:.0f} s")
