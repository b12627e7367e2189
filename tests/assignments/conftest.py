"""Hands answers in to the packs that ship, in the sandbox."""

from pathlib import Path

import pytest

from grader.grading.client import Client
from grader.grading.grade import Draw, grade
from grader.grading.submission import Submission
from grader.packs import load

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
ANSWERS = Path(__file__).parent / "answers"


@pytest.fixture
def hand_in(shared_runner):
    """hand_in(pack id, {file name: text or bytes}): the report of one grading."""
    client = Client(shared_runner)

    def graded(pack_id, files):
        pack = load(ASSIGNMENTS / pack_id)
        handed_in = tuple(
            (name, text.encode() if isinstance(text, str) else text) for name, text in files.items()
        )
        return grade(pack, Submission(handed_in), client, draw=Draw(secret=b"of these tests", team="one"))

    return graded


@pytest.fixture
def answer():
    """answer("pack/style"): the files of a right answer in another style, by their names."""

    def read(path):
        place = ANSWERS / path
        files = sorted(place.glob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
        return {file.name: file.read_bytes() for file in files}

    return read


@pytest.fixture
def lost():
    """lost(report): what was not earned in full, by test, with its message."""
    return lambda report: {r.id: r.message for r in report.results if r.earned != r.points}
