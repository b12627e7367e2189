"""Reads submissions from disk and grades them side by side, in the order they were given."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from grader.cli.progress import Progress
from grader.grading.client import Client
from grader.grading.errors import RunnerError, SubmissionError
from grader.grading.grade import PUBLIC_SECRET, Draw, grade
from grader.grading.preflight import preflight_faults
from grader.grading.report import Report
from grader.grading.submission import Submission, check_files
from grader.packs import Pack
from grader.packs.paths import is_ignored
from grader.values.faults import Fault

LARGEST_READ = 4_000_000  # bytes; what a pack allows is checked after
MOST_READ = 100  # files of one folder


@dataclass(frozen=True)
class Recorded:
    """The draw keys (test id to key) of a report, and the SHA-256 of the files it was about."""

    files: frozenset[str]
    keys: Mapping[str, int]


@dataclass(frozen=True)
class BatchSettings:
    """What every submission is graded with."""

    pack: Pack
    secret: bytes | None = None
    recorded: Sequence[Recorded] = ()

    def draw(self, submission: Submission) -> Draw:
        """The file's digest stands for a team, unless a report's draws are to be repeated: the
        report on these very files, or the only one there is."""
        files = frozenset(sha256 for _, sha256 in submission.sha256s)
        same = [each for each in self.recorded if each.files == files]
        chosen = same or (self.recorded if len(self.recorded) == 1 else ())
        keys = chosen[0].keys if chosen else {}
        return Draw(self.secret or PUBLIC_SECRET, submission.digest, keys)


@dataclass(frozen=True)
class Done:
    """One submission: its report, or (report None) why its files can't be graded."""

    path: str
    report: Report | None = None
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[Fault, ...] = ()
    took_ms: float = 0.0


def grade_all(paths: Sequence[str], settings: BatchSettings, client: Client, jobs: int) -> list[Done]:
    """Every submission, in order, `jobs` at a time, under a progress bar if there are many."""
    pool = ThreadPoolExecutor(jobs)
    with Progress(len(paths)) as progress:
        waiting = []
        for path in paths:
            future = pool.submit(grade_path, path, settings, client, rehearse=len(paths) > 2)
            future.add_done_callback(lambda _: progress.advance())
            waiting.append(future)
        try:
            return [future.result() for future in waiting]
        finally:  # after Ctrl-C nothing new is begun, and what runs ends with its runner
            pool.shutdown(wait=False, cancel_futures=True)


def grade_path(path: str, settings: BatchSettings, client: Client, rehearse: bool = False) -> Done:
    """One submission, from disk to report."""
    start = time.perf_counter()
    try:
        submission = check_files(settings.pack, read_files(Path(path)))
    except SubmissionError as error:
        return Done(path, faults=tuple(str(fault) for fault in error.faults))
    except OSError as error:
        return Done(path, faults=(f"{error.strerror or error}",))
    draw = settings.draw(submission)
    report = grade(settings.pack, submission, client, draw=draw, rehearse=rehearse)
    took_ms = (time.perf_counter() - start) * 1000
    found = _findings(settings.pack, submission, client, report)
    return Done(path, report, notes=submission.notes, findings=found, took_ms=took_ms)


def read_files(path: Path) -> dict[str, bytes]:
    """The (name, bytes) of a file, or of the files right inside a folder. OSError if unreadable."""
    if not path.is_dir():
        return {path.name: _read(path)}
    inside = (p for p in sorted(path.iterdir()) if not is_ignored(p.name) and not p.name.startswith("."))
    files = [p for p in inside if p.is_file()]
    if not 0 < len(files) <= MOST_READ:
        raise OSError(f"the folder holds {len(files)} files; 1 to {MOST_READ} make a submission")
    return {p.name: _read(p) for p in files}


def _read(path: Path) -> bytes:
    if path.exists() and not path.is_file():  # a pipe would be waited for, a device never ends
        raise OSError("not an ordinary file")
    with path.open("rb") as file:
        return file.read(LARGEST_READ)


def _findings(pack: Pack, submission: Submission, client: Client, report: Report) -> tuple[Fault, ...]:
    """What parsing shows, where points were lost."""
    if report.internal or report.score == report.max:
        return ()
    try:
        texts = {row.name: row.reader for row in pack.manifest.files if row.kind == "text"}
        read = [(name, data) for name, data in submission.files if texts.get(name, name.endswith(".py"))]
        return preflight_faults(pack, client.preflight(read))
    except RunnerError:
        return ()
