"""Files of written answers: which text is read, and the messages about everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.candidate.answers import LONGEST, MOST_LINES, AnswerSheet
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


@pytest.mark.parametrize("line", ["[Minsky1969] noted it.", "[1] is a citation", "[]", "[q4]"])
def test_only_the_names_asked_for_are_headings(line):
    sheet = AnswerSheet("a.txt", f"[q1] b\n[q3]\nBefore.\n{line}\nAfter.", ["q1", "Q3"])

    assert sheet.answer("q3")["text"] == f"Before.\n{line}\nAfter."
    assert sheet.answer("q1")["text"] == "b"


def test_a_sheet_with_too_many_lines_is_not_cut_but_refused():
    sheet = AnswerSheet("a.txt", "[q1] b\n" + "\n" * MOST_LINES, ["q1"])

    message = f"a.txt has {MOST_LINES + 2} lines; at most {MOST_LINES} are read."
    assert sheet.answer("q1") == {"found": False, "message": message}
    assert sheet.first_problem == (MOST_LINES + 1, message)


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
