"""On a machine with 16 busy processes, every shipped solution gets full marks in every grading.

`make chaos` grades each 100 times (GRADECHECK_LOADED).
"""

import contextlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.grading.client import Client
from grader.grading.grade import Draw, grade
from grader.packcheck import variants
from grader.packs import load
from grader.runner.private import private_runner

GRADINGS = int(os.environ["GRADECHECK_LOADED"])
BUSY, SLOTS = 16, 8  # more gradings than cores at once: each gets even less of them
SPINS = "print(flush=True)\nwhile True: pass"
FOLDERS = sorted(path.parent for path in (Path(__file__).parents[2] / "assignments").glob("*/pack.toml"))


@pytest.fixture(scope="module")
def busy_machine():
    """16 processes that compute as long as the tests run."""
    with contextlib.ExitStack() as stack:
        for _ in range(BUSY):
            child = subprocess.Popen([sys.executable, "-c", SPINS], stdout=subprocess.PIPE)
            stack.callback(child.communicate)
            stack.callback(child.kill)
            child.stdout.readline()
        yield


@pytest.fixture(scope="module")
def client(servers, busy_machine):
    """The client of a runner that starts while the machine is busy."""
    with private_runner(slots=SLOTS) as socket:
        yield Client(socket)


@pytest.mark.timeout(0)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_solution_gets_full_marks_every_time(folder, client):
    pack = load(folder)
    solution = variants.solution(pack)

    def short(number):
        """The rows without full marks, with verdict and reason."""
        report = grade(pack, solution, client, draw=Draw(secret=b"loaded", team=f"team {number}"))
        return {r.id: (r.verdict, r.message, r.detail) for r in report.results if not r.passes_alone}

    with ThreadPoolExecutor(SLOTS) as pool:
        lost = [rows for rows in pool.map(short, range(GRADINGS)) if rows]

    assert lost == []
