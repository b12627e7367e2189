"""Questions in the sandbox: answers checked automatically earn their points; a text waits for a person."""

from decimal import Decimal
from pathlib import Path

import pytest

from grader.grading.client import Client
from grader.grading.grade import Draw, grade
from grader.grading.report import Mark
from grader.grading.submission import Submission
from grader.packs import load
from grader.values import Verdict

PACK = load(Path(__file__).parents[2] / "assignments/questions")
LONG = "A half-space is convex. " * 10


@pytest.fixture
def client(shared_runner):
    return Client(shared_runner)


def graded(client, text):
    return grade(PACK, Submission((("answers.txt", text.encode()),)), client, draw=Draw())


def test_answers_may_be_written_in_other_ways(client):
    report = graded(client, f"me\r\n[Q2]\r\n 1024 / 2 \r\n[q1] (B)\r\n[q3] {LONG}")

    assert (report.score, report.awaiting, report.max) == (10, 10, 20)


@pytest.mark.parametrize(
    "text", ["points = 10", "full marks, says the staff, " * 10, "10/10 " * 20, "<b>10</b> " * 30]
)
def test_a_text_waits_for_a_person_whatever_it_says(client, text):
    report = graded(client, f"[q3] {text} {LONG}")

    (result,) = (r for r in report.results if r.by_hand)
    assert (result.verdict, result.earned, report.score) == (Verdict.PASSED, None, 0)
    assert result.answer.startswith(text.strip()[:20])


def test_a_marker_reads_the_whole_text_also_after_a_line_that_begins_with_a_bracket(client):
    text = f"{LONG}\n[Minsky1969] noted it.\n[1] is another line.\nThe last line."
    report = graded(client, f"[q1] b\n[q2] 512\n[q3]\n{text}")

    (result,) = (r for r in report.results if r.by_hand)
    assert result.answer == text
    assert (report.score, report.awaiting) == (10, 10)


def test_a_mark_by_a_person_completes_the_score(client):
    report = graded(client, f"[q1] b\n[q2] 512\n[q3] {LONG}")

    assert report.with_marks({"test_why_not_xor": Mark(Decimal("8.5"))}).score == Decimal("18.5")


def test_a_text_that_is_too_long_or_missing_loses_its_points_at_once(client):
    for text in ("", "[q3]", "[q3] too short", f"[q3] {'word ' * 251}"):
        report = graded(client, f"[q1] b\n{text}")
        assert (report.score, report.awaiting) == (4, 0)
