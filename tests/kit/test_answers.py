"""Answers in text files as a pack's tests read them: choices, numbers and texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.candidate.texts import TextFile
from grader.kit import Mismatch, Recorder, answer, choice, number


def sheet(text):
    return TextFile("a.txt", f"[q] {text}".encode())


def message(call, *args):
    with pytest.raises(Mismatch) as caught:
        call(*args)
    return caught.value.message


@pytest.mark.parametrize("text", ["b", "B", "(b)", "b)", "b.", " b \n\n"])
def test_a_choice_may_be_written_in_several_ways(text):
    assert choice(sheet(text), "q", "abcd") == "b"


@pytest.mark.parametrize("text", ["b or c", "bc", "e", "b, c", "b because", "ｂ", "1", "b\nc"])
def test_it_refuses_anything_but_one_option(text):
    sentence = message(choice, sheet(text), "q", "abcd")

    assert sentence.startswith("[q] is `")
    assert sentence.endswith("; one of a, b, c, d is expected, and nothing else.")


def test_options_may_be_words_and_numbers():
    assert choice(sheet("True"), "q", ["true", "false"]) == "true"
    assert choice(sheet("10"), "q", ["1", "10"]) == "10"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-0.25", -0.25),
        ("−.5", -0.5),
        ("1e-3", 0.001),
        ("3/8", 0.375),
        ("+1 / -4", -0.25),
        ("5.", 5),
    ],
)
def test_it_reads_the_usual_ways_to_write_a_number(text, value):
    assert number(sheet(text), "q") == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("twelve", "a number such as 12, 0.25 or 3/8 is expected, and nothing else."),
        ("12 units", "is expected"),
        ("0,25", "write decimals with a dot."),
        ("2^9", "is expected"),
        ("9**9**9", "is expected"),
        ("1/0", "which is not a finite number."),
        ("1e999", "which is not a finite number."),
        ("nan", "is expected"),
        ("inf", "is expected"),
        ("１２", "is expected"),
        ("9" * 61, "is expected"),
        ("1\n2", "`1` and 1 more line;"),
    ],
)
def test_it_refuses_anything_that_is_not_a_number(text, words):
    assert words in message(number, sheet(text), "q")


def test_the_message_about_a_missing_answer_is_the_one_of_the_answer_file():
    assert "has no line [r]" in message(answer, sheet("b"), "r")


class Replying:
    """A candidate that sends this reply, whatever is requested."""

    def __init__(self, reply):
        self.answer = lambda name: reply


@given(
    st.none()
    | st.text()
    | st.integers()
    | st.dictionaries(st.sampled_from(["found", "message", "line"]), st.text())
)
def test_it_refuses_any_reply_of_the_wrong_form(reply):
    for read in (answer, number):
        assert message(read, Replying(reply), "q") is not None


@pytest.mark.parametrize("text", ["", "  \n", None, 3])
def test_it_refuses_to_give_an_empty_text_to_a_person(text):
    with pytest.raises(ValueError, match="no text to mark"):
        Recorder().by_hand(text)


def test_a_text_that_is_too_long_to_be_shown_as_a_whole_fails():
    recorder = Recorder()

    with pytest.raises(Mismatch, match="20001 characters; at most 20000 are shown"):
        recorder.by_hand("x" * 20_001)
    recorder.by_hand("x" * 20_000)
