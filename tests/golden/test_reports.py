"""Every program that ships with a pack gets the outcomes in its golden file.

The ordinary run grades solution, starter and two mistakes of each pack; GRADECHECK_GOLDEN=all grades
all of them, and GRADECHECK_GOLDEN=write (`make golden`) writes the files again, to be compared by `git diff`.
"""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.cli.runners import cores
from grader.grading.client import Client
from grader.packs import load
from tests.golden.outcomes import graded, programs, read, text

GOLDEN = Path(__file__).parent / "reports"
FOLDERS = sorted(path.parent for path in (Path(__file__).parents[2] / "assignments").glob("*/pack.toml"))
CHOICE = os.environ.get("GRADECHECK_GOLDEN", "sample")
SAMPLED = 2  # mistakes of each pack
EACH_PACK = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@pytest.fixture
def client(shared_runner):
    return Client(shared_runner)


def chosen(keys):
    """The programs that this run grades; mistakes are chosen by the digest of their ids."""
    if CHOICE != "sample":
        return list(keys)
    mistakes = sorted(keys[2:], key=lambda key: hashlib.sha256(key.encode()).hexdigest())
    return [*keys[:2], *mistakes[:SAMPLED]]


def without_verdict(graded_now):
    """(program, test) pairs without a verdict by our fault, e.g. on a busy machine."""
    return [
        (key, test)
        for key, tests in graded_now.items()
        for test in tests
        if tests[test]["verdict"] == "internal"
    ]


@EACH_PACK
@pytest.mark.timeout(1800)
def test_each_program_is_graded_as_before(folder, client):
    pack, golden = load(folder), GOLDEN / f"{folder.name}.json"
    submissions = dict(programs(pack))
    keys = chosen(list(submissions))

    with ThreadPoolExecutor(cores()) as pool:
        outcomes = pool.map(lambda key: graded(pack, submissions[key], client), keys)
        graded_now = dict(zip(keys, outcomes, strict=True))
    if CHOICE == "write" and not without_verdict(graded_now):
        golden.write_text(text(graded_now), encoding="utf-8")

    before = read(golden)
    assert without_verdict(graded_now) == []
    assert graded_now == {key: before.get(key) for key in keys}


@EACH_PACK
def test_a_golden_file_has_the_packs_programs_and_tests(folder):
    pack, before = load(folder), read(GOLDEN / f"{folder.name}.json")

    assert list(before) == [key for key, _ in programs(pack)]
    assert list(before["solution"]) == [row.id for row in pack.tests]
