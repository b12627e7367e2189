"""Grades answers with the shipped packs, in the sandbox."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.grading.client import Client
from grader.grading.grade import Draw, grade
from grader.grading.submission import Submission
from grader.packcheck.variants import with_tests
from grader.packs import load

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
ANSWERS = Path(__file__).parent / "answers"


@pytest.fixture
def submit(shared_runner):
    """submit(pack id, {file name: text or bytes}, only=ids, cpu_s=limit): the report of one grading, of all
    tests or of these, with the pack's limit of processor time or with this one."""
    client = Client(shared_runner)

    def graded(pack_id, files, only=(), cpu_s=None):
        pack = load(ASSIGNMENTS / pack_id)
        pack = with_tests(pack, only) if only else pack
        if cpu_s is not None:
            limits = pack.manifest.limits.model_copy(update={"cpu_s": cpu_s})
            pack = replace(pack, manifest=pack.manifest.model_copy(update={"limits": limits}))
        submitted = tuple(
            (name, text.encode() if isinstance(text, str) else text) for name, text in files.items()
        )
        return grade(pack, Submission(submitted), client, draw=Draw(secret=b"of these tests", team="one"))

    return graded


@pytest.fixture
def answer():
    """answer("pack/style"): the files of a correct answer in another style, by name."""

    def read(path):
        place = ANSWERS / path
        files = sorted(place.glob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
        return {file.name: file.read_bytes() for file in files}

    return read


@pytest.fixture
def lost():
    """lost(report): the messages of the tests that did not earn all their points, by test."""
    return lambda report: {r.id: r.message for r in report.results if r.earned != r.points}
