"""What authors write in pytest does what they expect, or is refused by name when the tests are collected."""

from __future__ import annotations

import pytest

from grader.grading.client import Client
from grader.values import Verdict
from tests.runner.kit import grade, pack

SAYING = """
import pytest
def test_fail(student): pytest.fail("a is not even")
def test_skip(student): pytest.skip("the bonus is not there")
def test_no_reason(student): pytest.skip()
def test_xfail(student): pytest.xfail("known to be wrong")
def test_raises(student):
    with pytest.raises(ValueError): student.a(1.0)
def test_raises_either(student):
    with pytest.raises((KeyError, OSError)): student.a(1.0)
def test_match(student):
    with pytest.raises(ValueError, match="odd"):
        student.a(1.0)
"""
SAID = {
    "test_fail": "a is not even",
    "test_skip": "the bonus is not there",
    "test_no_reason": "The test was skipped.",
    "test_xfail": "known to be wrong",
    "test_raises": "Nothing was raised, expected ValueError.",
    "test_raises_either": "Nothing was raised, expected KeyError or OSError.",
    "test_match": "Nothing was raised, expected ValueError.",
}


def test_fail_skip_xfail_and_raises_fail_the_row_with_their_sentence(shared_runner):
    graded = grade(Client(shared_runner), pack(SAYING), "def a(x): return x\n", *SAID)

    ended = {o.id: (o.verdict, o.message, o.share) for o in graded.outcomes}
    assert ended == {name: (Verdict.FAILED, text, 0) for name, text in SAID.items()}


REFUSED = """
import pytest, unittest
from unittest import TestCase
def test_good(student, rng, monkeypatch): ...
@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.filterwarnings("ignore")
def test_cases(student, n): ...
@pytest.mark.xfail
def test_known(student): ...
@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.skip)])
def test_one_case_skipped(student, n): ...
@pytest.mark.weight(3)
def test_weight(student): ...
async def test_async(student): ...
def test_folder(student, tmp_path): ...
def test_log(student, caplog): ...
def test_printed(student, capsys): ...
class TestNames(unittest.TestCase):
    def test_name(self): ...
class Further(TestCase):
    def test_further(self): ...
@pytest.fixture
def recwarn(): return 1
def test_own_fixture(student, recwarn): ...
"""


@pytest.fixture
def found(shared_runner):
    return Client(shared_runner).collect(pack(REFUSED)).errors


@pytest.mark.parametrize(
    "sentence",
    [
        "test_known has the mark `xfail`, which gradecheck doesn't know; the marks are parametrize, "
        "usefixtures and filterwarnings",
        "test_one_case_skipped has the mark `skip`",
        "test_weight has the mark `weight`",
        "test_async is async; write an ordinary function",
        "test_folder uses the fixture tmp_path, which gradecheck doesn't have: a test can't write files",
        "test_log uses the fixture caplog",
        "test_printed uses the fixture capsys, which gradecheck doesn't have: it sees what the test prints; "
        "what the student's code printed is in student.printed",
        "the class TestNames is a unittest.TestCase; write its tests as pytest functions",
        "the class Further is a unittest.TestCase",
    ],
)
def test_what_would_be_ignored_is_refused(found, sentence):
    assert [line for line in found if f"tests/test_pack.py: {sentence}" in line]


def test_each_is_said_once_and_nothing_else_is_refused(found):
    assert len(found) == 9, found
