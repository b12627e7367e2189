"""Reads submissions from disk and grades them in parallel; the results keep the order of the paths."""

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
from grader.grading.lines import with_lines
from grader.grading.preflight import preflight_faults
from grader.grading.report import Report
from grader.grading.submission import Submission, check_files
from grader.packs import Pack
from grader.packs.paths import is_ignored
from grader.values.faults import Fault

LARGEST_READ = 4_000_000  # bytes of one file; the pack's own limit is checked later
MOST_READ = 100  # files of one folder


@dataclass(frozen=True)
class Recorded:
    """The draw keys (test id to key) of a report, and the SHA-256 of the files that were graded."""

    files: frozenset[str]
    keys: Mapping[str, int]


@dataclass(frozen=True)
class BatchSettings:
    """What is the same for every submission: the pack, the secret, the draws to repeat, and whether the wrong
    lines are looked for."""

    pack: Pack
    secret: bytes | None = None
    recorded: Sequence[Recorded] = ()
    lines: bool = False

    def draw(self, submission: Submission) -> Draw:
        """The draw of a submission. Its digest is used in place of a team's id. The keys of a recorded
        report on the same files, or of the only recorded report, are used again."""
        files = frozenset(sha256 for _, sha256 in submission.sha256s)
        same_files = [record for record in self.recorded if record.files == files]
        chosen = same_files or (self.recorded if len(self.recorded) == 1 else ())
        keys = chosen[0].keys if chosen else {}
        return Draw(self.secret or PUBLIC_SECRET, submission.digest, keys)


@dataclass(frozen=True)
class BatchResult:
    """The result for one path: its report, or (report None) the faults for which it can't be graded."""

    path: str
    report: Report | None = None
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[Fault, ...] = ()
    took_ms: float = 0.0


def grade_all(paths: Sequence[str], settings: BatchSettings, client: Client, jobs: int) -> list[BatchResult]:
    """Grade every submission, `jobs` at a time; shows a progress bar if there are many.

    The results have the order of `paths`.
    """
    pool = ThreadPoolExecutor(jobs)
    with Progress(len(paths)) as progress:
        futures = []
        for path in paths:
            future = pool.submit(grade_path, path, settings, client, rehearse=len(paths) > 2)
            future.add_done_callback(lambda _: progress.advance())
            futures.append(future)
        try:
            return [future.result() for future in futures]
        finally:  # after Ctrl-C nothing new starts, and running gradings end with the runner
            pool.shutdown(wait=False, cancel_futures=True)


def grade_path(path: str, settings: BatchSettings, client: Client, rehearse: bool = False) -> BatchResult:
    """Read one submission, check its files and grade it."""
    start = time.perf_counter()
    try:
        submission = check_files(settings.pack, read_files(Path(path)))
    except SubmissionError as error:
        return BatchResult(path, faults=tuple(str(fault) for fault in error.faults))
    except OSError as error:
        return BatchResult(path, faults=(f"{error.strerror or error}",))
    draw = settings.draw(submission)
    report = grade(settings.pack, submission, client, draw=draw, rehearse=rehearse)
    took_ms = (time.perf_counter() - start) * 1000
    if settings.lines:
        report = with_lines(report, settings.pack, submission, client)
    findings = _findings(settings.pack, submission, client, report)
    return BatchResult(path, report, notes=submission.notes, findings=findings, took_ms=took_ms)


def read_files(path: Path) -> dict[str, bytes]:
    """The bytes by name of one file, or of the files directly inside a folder. Raises OSError."""
    if not path.is_dir():
        return {path.name: _read(path)}
    paths = (p for p in sorted(path.iterdir()) if not is_ignored(p.name) and not p.name.startswith("."))
    files = [p for p in paths if p.is_file()]
    if not 0 < len(files) <= MOST_READ:
        raise OSError(f"the folder holds {len(files)} files; a submission has 1 to {MOST_READ}")
    return {p.name: _read(p) for p in files}


def _read(path: Path) -> bytes:
    if path.exists() and not path.is_file():  # reading a pipe could block, a device never ends
        raise OSError("not an ordinary file")
    with path.open("rb") as file:
        return file.read(LARGEST_READ)


def _findings(pack: Pack, submission: Submission, client: Client, report: Report) -> tuple[Fault, ...]:
    """The faults that parsing finds, if the submission lost points."""
    if report.internal or report.score == report.max:
        return ()
    try:
        readers = {row.name: row.reader for row in pack.manifest.files if row.kind == "text"}
        texts = [(name, data) for name, data in submission.files if readers.get(name, name.endswith(".py"))]
        return preflight_faults(pack, client.preflight(texts))
    except RunnerError:
        return ()
