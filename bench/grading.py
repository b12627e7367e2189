"""One submission of mlp-backprop, from disk to report: cold, warm and in a batch of 30."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.plain import STUDENT_FILE
from bench.timing import Job, Row, row, run_in_turn
from grader.cli.batch import BatchSettings, grade_path
from grader.cli.runners import cores
from grader.grading.client import Client
from grader.packs import find, load
from grader.runner.private import private_runner

PACK = "mlp-backprop"
FILE = "mlp.py"
BATCH = 30
IMPORT, PYTEST = "python3 -c 'import numpy'", "plain pytest, same tests"
ROOT = Path(__file__).resolve().parents[1]


class NotDone(Exception):
    """A measured job failed, so its time means nothing."""


def cold_cli(runs: int) -> list[Row]:
    """`grader grade FILE`, including every process that it starts and ends."""
    return _beside("cold CLI", lambda stack: _cli([_solution()]), runs)


def warm_runner(runs: int) -> list[Row]:
    """From the file on disk to the report, with a running runner and a loaded pack."""

    def prepare(stack: ExitStack) -> Job:
        client = Client(stack.enter_context(private_runner()))
        settings = BatchSettings(load(find(PACK)))
        return lambda: _graded(client, settings)

    return _beside("warm runner", prepare, runs)


def batch(runs: int) -> list[Row]:
    """`grader grade` of 30 files, everything included; the time for each file."""

    def prepare(stack: ExitStack) -> Job:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        files = [folder / f"{number}.py" for number in range(BATCH)]
        for number, file in enumerate(files):
            file.write_bytes(_solution().read_bytes() + f"# {number}\n".encode())
        return _cli(files)

    return _beside("batch of 30, each", prepare, max(3, runs // 5), each=BATCH)


def _beside(name: str, prepare: Callable[[ExitStack], Job], runs: int, each: int = 1) -> list[Row]:
    with ExitStack() as stack:
        jobs = {name: prepare(stack), IMPORT: _import_numpy(), PYTEST: _plain_pytest()}
        taken = run_in_turn(jobs, runs)
    return [row(name, baseline, taken, each) for baseline in (IMPORT, PYTEST)]


def _solution() -> Path:
    return find(PACK) / "solution" / FILE


def _cli(files: Sequence[Path]) -> Job:
    command = [sys.executable, "-m", "grader", "grade", *map(str, files), "--pack", PACK]
    return lambda: process([*command, "--jobs", str(cores()), "--fail-under", "100"])


def _import_numpy() -> Job:
    return lambda: process([sys.executable, "-c", "import numpy"])


def _plain_pytest() -> Job:
    tests = str(find(PACK) / "tests")
    options = ["-q", "-p", "bench.plain", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", tests]
    command = [sys.executable, "-m", "pytest", *options, "--confcutdir", tests, tests]
    return lambda: process(command, {STUDENT_FILE: str(_solution()), "PYTHONDONTWRITEBYTECODE": "1"})


def process(command: Sequence[str], environment: dict[str, str] | None = None) -> None:
    """Run a command to its end. Raises NotDone if it fails."""
    result = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **(environment or {})}, capture_output=True, check=False
    )
    if result.returncode:
        output = (result.stdout + result.stderr).decode("utf-8", "replace")[-2000:]
        raise NotDone(f"{' '.join(command[:6])} ended with {result.returncode}:\n{output}")


def _graded(client: Client, settings: BatchSettings) -> None:
    result = grade_path(str(_solution()), settings, client, rehearse=True)
    if result.report is None or result.report.score != result.report.max:
        raise NotDone(f"the solution of {PACK} did not get full points")
