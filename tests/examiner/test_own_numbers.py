# ruff: noqa: E501 - each message is one line
"""What is left of the numbers in a hidden test's message."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.examiner.own_numbers import Known, without_values

KNOWN = Known(
    texts=(
        "expected 1.0 or 2, but f returned ",
        "a number such as 12, 0.25 or 3/8 is expected",
        "a share is added to ",
    ),
    names=frozenset({"W1000", "complex128"}),
    sizes=frozenset({3, 4, 20}),
    lines=90,
)
SHOWN = {
    # the kit's sentences
    "L is 3.742, expected 3.741827; relative error 1.3e−7, threshold 1.0e−9.": (
        "L is wrong; relative error about 1e−7, threshold 1e−9."
    ),
    "W̄₁ differs from the reference: relative error 0.729, threshold 1.0e−7. Worst entry: W̄₁[2, 1] is 7.000, "
    "expected −3.5. W̄₂ and b̄₂ are wrong too; b̄₁ is right.": (
        "W̄₁ differs from the reference: relative error about 1, threshold 1e−7. W̄₂ and b̄₂ are wrong too; b̄₁ is right."
    ),
    "W̄₁ differs from the measured slopes of loss: relative error 0.02, threshold 1.0e−6. Along random direction 3 "
    "it predicts a slope of 0.12, measured 0.34.": (
        "W̄₁ differs from the measured slopes of loss: relative error about 0.01, threshold 1e−6."
    ),
    "y has shape (20, 4), expected (4, 20).": "y has shape (20, 4), expected (4, 20).",
    "y has shape (271828, 4), expected (4, 20).": "y has shape [value], expected (4, 20).",
    "y has shape (3, 4, 3, 4, 20), expected an array of shape (3,).": (
        "y has shape [value], expected an array of shape (3,)."
    ),
    "The result is a list of 3 items, expected a tuple of 2 items.": (
        "The result is a list of 3 items, expected a tuple of 2 items."
    ),
    "The result is a list of 271 items, expected a list of 3 items.": (
        "The result is a list of [value] items, expected a list of 3 items."
    ),
    "y[0, 2] is NaN, expected a finite number; 3 of 12 entries are NaN or infinite.": (
        "y[value] is NaN, expected a finite number; some entries are NaN or infinite."
    ),
    "w: None was returned, expected an array of shape (7, 9).": (
        "w: None was returned, expected an array of shape (7, 9)."
    ),
    "y has shape (271828,), expected (7, 9).": "y has shape [value], expected (7, 9).",
    "W differs from the reference (average, the nearest of 2): relative error 0.05, threshold 0.1.": (
        "W differs from the reference (average, the nearest of several): relative error about 0.1, threshold 0.1."
    ),
    "a share is added to Facade, and f returned deaf or beefcafe": (  # hexadecimal numbers of letters alone
        "a share is added to [value], and f returned [value] or [value]"
    ),
    "W is wrong. 12 more differ.": "W is wrong. Others differ too.",
    "f did not return a value for each of 12 calls, but a single complex128.": (
        "f did not return a value for each call, but a single complex128."
    ),
    "`z` is wrong at i = 2 where w = 0.5, x = −1: its value is 3, expected 2.": "`z` is wrong.",
    "[q1] is `12,5`; a number such as 12, 0.25 or 3/8 is expected, and nothing else.": (
        "[q1] is `[value]`; a number such as 12, 0.25 or 3/8 is expected, and nothing else."
    ),
    # an author's
    "expected 1.0 or 2, but f returned 1.0": "expected 1.0 or 2, but f returned [value]",
    "it was [[1, 2], [3]], and then (4, 5)": "it was [value], and then [value]",
    "array([[1. , 2.5],\n       [3. , nan]])": "array[value]",
    "got 271828 (not 3) in float64": "got [value] (not [value]) in float64",
    "got -0.5e-12, .5, 1_000, 0x1f, 3+4j and 12px": "got [value] and [value]",
    "are [True, False, True]; was True, expected False": "are [value]; was True, expected False",
    "is [[], [[], []], []]": "is [value]",
    "layer271828 of W1000 and h12": "[value] of W1000 and h12",
    "f is af5d5 in float64": "f is [value] in float64",
    "the loss is nan": "the loss is nan",
    "in line 70, in line 80": "in line 70, in line [value]",
    "in line 271828": "in line [value]",
    "relative error about 0.271828, relative error 0.1": "relative error about 0.1, relative error [value]",
    "nothing to see": "nothing to see",
    "": "",
}  # fmt: skip


@pytest.mark.parametrize("message", SHOWN)
def test_a_message_says_what_was_wrong_without_values(message: str) -> None:
    assert without_values(message, KNOWN) == SHOWN[message]


@given(
    st.floats(allow_nan=False), st.sampled_from(["{}", "{:.3g}", "{:.17e}", "{:f}", "{:g}", "{:.0f}", "{:+}"]),
    st.sampled_from([
        "f returned {}", "L is {}, expected 3; relative error {}, threshold {}.", "shape ({}, 4)", "W[{}] is [{}]",
        "expected 1.0 or 2, but f returned {}", "W{}", "a list of {} items", "{}, {}. {} more differ. {}",
    ]),
)  # fmt: skip
@example(11.0, "{:.3g}", "W{}")
def test_no_format_of_a_float_is_shown(value: float, form: str, message: str) -> None:
    shown = without_values(message.replace("{}", form.format(value).replace("-", "\u2212")), KNOWN)
    plain = without_values(message.replace("{}", form.format(value)), KNOWN)

    for text in (shown, plain):  # a name may have two digits: W11
        rest = re.sub(r"1\.0 or 2|1e\u2212?[0-9]+|W[0-9]{1,2}(?![0-9.])", "", text)
        assert not re.search(r"[1-9]\.?[0-9]*[1-9]", rest), text


def test_a_float_that_is_glued_to_a_name_is_a_value_and_a_name_at_a_sentence_s_end_stays():
    assert without_values("W11.0 is wrong.", Known()) == "W[value] is wrong."
    assert without_values("It is W1. 2 differ.", Known()) == "It is W1. [value] differ."
