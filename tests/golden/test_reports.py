"""Every program that ships with a pack is graded as its golden file says.

The ordinary run grades solution, starter and two mistakes of each pack; GRADECHECK_GOLDEN=all grades
all of them, and GRADECHECK_GOLDEN=write (`make golden`) writes the files anew, for `git diff` to show.
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
WISH = os.environ.get("GRADECHECK_GOLDEN", "sample")
SAMPLED = 2  # mistakes of each pack
EACH_PACK = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@pytest.fixture
def client(shared_runner):
    return Client(shared_runner)


def chosen(keys):
    """The programs that this run grades: a mistake's place in the draw is its id's digest."""
    if WISH != "sample":
        return list(keys)
    mistakes = sorted(keys[2:], key=lambda key: hashlib.sha256(key.encode()).hexdigest())
    return [*keys[:2], *mistakes[:SAMPLED]]


def unanswered(found):
    """(program, test) without a verdict on the program, by a fault of ours: of a busy machine, say."""
    return [
        (key, test) for key, tests in found.items() for test in tests if tests[test]["verdict"] == "internal"
    ]


@EACH_PACK
@pytest.mark.timeout(1800)
def test_each_program_is_graded_as_before(folder, client):
    pack, golden = load(folder), GOLDEN / f"{folder.name}.json"
    submissions = dict(programs(pack))
    keys = chosen(list(submissions))

    with ThreadPoolExecutor(cores()) as pool:
        answers = pool.map(lambda key: graded(pack, submissions[key], client), keys)
        found = dict(zip(keys, answers, strict=True))
    if WISH == "write" and not unanswered(found):
        golden.write_text(text(found), encoding="utf-8")

    before = read(golden)
    assert unanswered(found) == []
    assert found == {key: before.get(key) for key in keys}


@EACH_PACK
def test_a_golden_file_holds_the_packs_programs_and_tests(folder):
    pack, before = load(folder), read(GOLDEN / f"{folder.name}.json")

    assert list(before) == [key for key, _ in programs(pack)]
    assert list(before["solution"]) == [row.id for row in pack.tests]
