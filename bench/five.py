"""The five tests of one small network: in the runner, in this process, and in plain graders."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.grading import NotDone, process
from bench.timing import Job, Row, row, run_in_turn
from grader.cli.batch import BatchSettings, grade_path
from grader.grading.client import Client
from grader.kit.checks import Checks
from grader.kit.recorder import Recorder
from grader.packs import load
from grader.runner.private import private_runner

FOLDER = Path(__file__).parent / "packs" / "five-tests"
IN_PROCESS, PYTEST, GRADESCOPE = "the five tests in process", "plain pytest", "gradescope-utils"
AT_A_TIME, TOGETHER = 2, 12


def five_tests(runs: int) -> list[Row]:
    """The solution from disk to report, compared with the same tests in this process, in a pytest process
    and (if it is installed) in a gradescope-utils process."""
    with ExitStack() as stack:
        client = Client(stack.enter_context(private_runner(slots=AT_A_TIME)))
        settings = BatchSettings(load(FOLDER))
        name = "five tests, warm runner"
        jobs: dict[str, Job] = {
            name: lambda: _graded(client, settings),
            IN_PROCESS: _in_process(),
            PYTEST: _plain_pytest(),
        }
        if importlib.util.find_spec("gradescope_utils"):
            jobs[GRADESCOPE] = _gradescope(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        taken = run_in_turn(jobs, runs)
        rows = [row(name, other, taken) for other in jobs if other != name]
        share = [ours - theirs for ours, theirs in zip(taken[name], taken[IN_PROCESS], strict=True)]
        rows.append(
            row("five tests, our own share", IN_PROCESS, {**taken, "five tests, our own share": share})
        )
        return [*rows, _throughput(client, settings)]


def _throughput(client: Client, settings: BatchSettings) -> Row:
    """Gradings per minute with two at a time, compared with one after the other in this process."""
    start = time.perf_counter()
    threads = [threading.Thread(target=_several, args=(client, settings)) for _ in range(AT_A_TIME)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ours = 60 * AT_A_TIME * TOGETHER / (time.perf_counter() - start)
    job = _in_process()
    job()
    start = time.perf_counter()
    for _ in range(TOGETHER):
        job()
    alone = 60 * TOGETHER / (time.perf_counter() - start)
    return Row("five tests, two at a time", ours, "/min", IN_PROCESS, alone, ours / alone, TOGETHER)


def _several(client: Client, settings: BatchSettings) -> None:
    for _ in range(TOGETHER):
        _graded(client, settings)


def _graded(client: Client, settings: BatchSettings) -> None:
    result = grade_path(str(FOLDER / "solution/mlp.py"), settings, client, rehearse=True)
    if result.report is None or result.report.score != result.report.max:
        raise NotDone("the solution of five-tests did not get full points")


def _module(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class _Student:
    """The solution's functions, called in this process."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def _in_process() -> Job:
    """The pack's own test functions on the pack's own solution, without isolation."""
    _module(FOLDER / "tests/small_net.py", "small_net")
    tests = _module(FOLDER / "tests/test_five.py", "bench_test_five")
    student = _Student(_module(FOLDER / "solution/mlp.py", "bench_mlp"))

    def job() -> None:
        checks = Checks(Recorder())
        tests.test_shapes(student, checks.same)
        tests.test_forward(student, checks.same)
        tests.test_gradient_check(student, checks.gradcheck)
        tests.test_backward(student, checks.same)
        tests.test_xor(student)

    return job


def _plain_pytest() -> Job:
    tests = str(FOLDER / "tests")
    options = ["-q", "-p", "bench.plain", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", tests]
    command = [sys.executable, "-m", "pytest", *options, "--confcutdir", tests, tests]
    solution = str(FOLDER / "solution/mlp.py")
    return lambda: process(command, {"BENCH_STUDENT_FILE": solution, "PYTHONDONTWRITEBYTECODE": "1"})


_UNITTEST = """
import sys, unittest
import numpy as np
sys.path[:0] = {paths!r}
from gradescope_utils.autograder_utils.decorators import weight
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner
import mlp, small_net, test_five
from grader.kit.checks import Checks
from grader.kit.recorder import Recorder

class Five(unittest.TestCase):
    def setUp(self):
        self.checks = Checks(Recorder())
    @weight(1)
    def test_shapes(self): test_five.test_shapes(mlp, self.checks.same)
    @weight(1)
    def test_forward(self): test_five.test_forward(mlp, self.checks.same)
    @weight(3)
    def test_gradient_check(self): test_five.test_gradient_check(mlp, self.checks.gradcheck)
    @weight(2)
    def test_backward(self): test_five.test_backward(mlp, self.checks.same)
    @weight(3)
    def test_xor(self): test_five.test_xor(mlp)

with open(sys.argv[1], "w") as out:
    five = unittest.defaultTestLoader.loadTestsFromTestCase(Five)
    JSONTestRunner(visibility="visible", stream=out).run(five)
"""


def _gradescope(folder: Path) -> Job:
    """The same five functions under gradescope-utils, in their own process."""
    script, results = folder / "run_tests.py", folder / "results.json"
    script.write_text(
        _UNITTEST.format(paths=[str(FOLDER / "solution"), str(FOLDER / "tests"), str(FOLDER.parents[2])])
    )

    def job() -> None:
        process([sys.executable, str(script), str(results)])
        if json.loads(results.read_text())["score"] != 10:
            raise NotDone("gradescope-utils did not give full points")

    return job
