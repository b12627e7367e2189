"""Files of written answers: which text is read, and the messages about everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.candidate.answers import LONGEST, AnswerSheet
from grader.candidate.texts import TextFile

SHEET = """Name: whoever, not read
[q1] b
[q2]
3/8

[Q3] A text
of two lines [not a heading]

  [nor this]
"""


def answer(text, name):
    return AnswerSheet("a.txt", text).answer(name)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("q1", "b", 2),
        ("q2", "3/8", 3),
        ("q3", "A text\nof two lines [not a heading]\n\n  [nor this]", 6),
    ],
)
def test_it_reads_the_text_under_a_heading(name, text, line):
    assert answer(SHEET, name) == {"found": True, "text": text, "line": line}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.txt has no line [q1]; an answer begins with its name in brackets, such as [q1]."),
        ("q1: b", "a.txt has no line [q1]; an answer begins with its name in brackets, such as [q1]."),
        ("[q11] b", "an answer begins with its name in brackets, such as [q1]; `[q11]` found in line 1."),
        ("\n[q 1] b", "such as [q1]. Line 2 begins with a bracket, but is not a heading: [q 1] b"),
        ("[q1]\n \n[q2] b", "a.txt, line 1: [q1] has no answer yet."),
        ("[q1] a\n[q1] b", "[q1] is in a.txt twice, in lines 1 and 2; keep one."),
        ("[q1] " + "x" * (LONGEST + 1), f"has {LONGEST + 1} characters; at most {LONGEST} are allowed."),
    ],
)
def test_it_says_why_there_is_no_answer(text, message):
    reply = answer(text, "q1")

    assert not reply["found"]
    assert reply["message"].endswith(message)


def test_an_answer_that_can_not_be_read_does_not_affect_the_others():
    sheet = AnswerSheet("a.txt", "[q1]\n[q2] b\n[q3] c\n[q3] d")

    assert [sheet.answer(name)["found"] for name in ("q1", "q2", "q3")] == [False, True, False]


def test_a_text_file_may_have_any_line_ends():
    file = TextFile("a.txt", "\ufeff[q1] a\r\n[q2] b\rmore".encode())

    assert file.answer("q2")["text"] == "b\nmore"
    assert file.text() == "[q1] a\n[q2] b\nmore"


@given(st.text(st.characters(codec=None) | st.sampled_from("[]q1\n "), max_size=300))
def test_it_raises_for_no_text(text):
    sheet = AnswerSheet("a.txt", text)

    for name in ["q1", *sheet.answers]:
        reply = sheet.answer(name)
        assert len(reply["text"]) <= LONGEST if reply["found"] else 0 < len(reply["message"]) < 400
