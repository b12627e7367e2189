# ruff: noqa: E501 (sentences are compared whole)
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.kit import AnyOf, Checks, Mismatch, Number, Recorder
from tests.kit.strange import STRANGE, WANT, message_of


@pytest.mark.parametrize("strange", STRANGE, ids=lambda v: type(v).__name__)
@pytest.mark.parametrize(
    "want",
    [WANT, 2.5, {"W1": WANT}, (WANT, 1.0), [1.0], AnyOf(WANT, 2.5), AnyOf(1.5, total=9.0), "said", None],
    ids=repr,
)
def test_it_has_a_message_for_any_value(same, strange, want):
    if strange is None and want is None:
        same(strange, want)
    else:
        message_of(same, strange, want, "y")


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (WANT * (1 + 1e-10), WANT),
        (WANT.astype(int), WANT),
        (WANT.astype(np.float32), WANT),
        (3, 3.0),
        (np.float64(3), 3.0),
        (np.array(3.0), 3.0),
        (3.0, np.array(3.0)),
        ({"a": WANT, "more": None}, {"a": WANT}),
        ([WANT, 1.0], (WANT, 1)),
        (True, np.bool_(True)),
        (np.array(False), False),
        ("word", "word"),
        (None, None),
        (np.array([1.0, 2.0]), AnyOf.column([1, 2])),
        (np.array([[1.0], [2.0]]), AnyOf.column([1, 2])),
        (12.0, AnyOf(average=2.0, sum=12.0)),
    ],
)
def test_equal_values_pass(same, got, want):
    same(got, want)


def test_the_measured_error_is_kept_with_its_threshold(same, recorder):
    same(np.array([1.0, 2.0]), np.array([1.0, 2.0 + 2e-9]), "y")

    (number,) = recorder.numbers
    assert number.name == "y"
    assert number.value == pytest.approx(4.5e-10, rel=0.05)
    assert number.threshold == 1e-9
    assert number.passed


def test_a_tolerance_can_be_relative_and_absolute(same):
    same(1.001, 1.0, rtol=1e-3)
    same(1e-12, 0.0, atol=1e-11)
    message_of(same, 1.002, 1.0, rtol=0.5e-3)
    message_of(same, 1e-10, 0.0, atol=1e-11)


def test_a_comparison_can_be_limited_to_shape_kind_and_finite_values(same, recorder):
    same({"a": -WANT}, {"a": WANT}, values=False)

    assert not recorder.numbers
    assert "has shape (3, 2), expected (2, 3)" in message_of(same, {"a": WANT.T}, {"a": WANT}, values=False)
    assert "is NaN, expected a finite number" in message_of(same, WANT * np.nan, WANT, values=False)


def test_single_precision_has_a_wider_tolerance(same):
    got = (WANT * (1 + 3e-6)).astype(np.float32)

    same(got, WANT, precision="float32")
    message_of(same, got, WANT)
    message_of(same, WANT * 1.001, WANT, precision="float32")


@pytest.mark.parametrize("kind", ["i", "b"])
def test_a_comparison_can_require_a_kind_of_number(same, kind):
    right = WANT.astype(np.int64) if kind == "i" else WANT > 2

    same(right, right, dtype_kind=kind)
    assert "dtype float64, expected" in message_of(same, right.astype(float), right, dtype_kind=kind)


# same: its messages


def wrong_by(index, by):
    got = WANT.copy()
    got[index] += by
    return got


@pytest.mark.parametrize(
    ("got", "want", "sentence"),
    [
        (None, WANT, "y: None was returned, expected an array of shape (2, 3)."),
        (WANT.T, WANT, "y has shape (3, 2), expected (2, 3)."),
        (WANT.tolist(), WANT, "y is a list of 2 items, expected an array of shape (2, 3)."),
        (2.0, WANT, "y is a single number, expected an array of shape (2, 3)."),
        (np.array([2.0]), 2.0, "y has shape (1,), expected a single number."),
        ("six", 6.0, "y is text, expected a single number."),
        (WANT + 0j, WANT, "y has dtype complex128, expected float64."),
        (
            wrong_by((1, 0), np.nan),
            WANT,
            "y[1, 0] is NaN, expected a finite number; 1 of 6 entries are NaN or infinite.",
        ),
        (np.inf, 6.0, "y is ∞, expected a finite number."),
        (
            wrong_by((0, 2), 0.5),
            WANT,
            "y differs from the expected value: relative error 0.026, threshold 1.0e−9. Worst entry: y[0, 2] is 3.500, expected 3.000.",
        ),
        (
            wrong_by((0, 2), 3e-7),
            WANT,
            "y differs from the expected value: relative error 1.6e−8, threshold 1.0e−9. "
            "Worst entry: y[0, 2] is 3.0000003, expected 3.0000000. An array of float32 on the way gives errors of this size.",
        ),
        (-1.5, 1.5, "y is −1.500, expected 1.500; relative error 1, threshold 1.0e−9."),
        (
            (WANT * 1.1).astype(np.float32),
            WANT,
            "y has dtype float32, expected float64, and its values differ: relative error 0.0476, threshold 1.0e−9. "
            "Worst entry: y[1, 2] is 6.600, expected 6.000.",
        ),
        (
            np.float32(3.741827),
            3.741827,
            "y has dtype float32, expected float64: its values agree to fewer digits (relative error 1.5e−9, threshold 1.0e−9). "
            "y is 3.74182701, expected 3.74182700.",
        ),
        (
            float(np.float32(3.741827)) + 4e-7,
            AnyOf(average=3.741827, sum=22.45),
            "y is 3.7418274, expected 3.7418270 (average) or 22.45 (sum); relative error 5.5e−8, threshold 1.0e−9. "
            "An array of float32 on the way gives errors of this size.",
        ),
        (
            np.float32(3.74183),
            AnyOf(average=3.741827, sum=22.45),
            "y is 3.741830, expected 3.741827 (average) or 22.45 (sum); relative error 4.2e−7, threshold 1.0e−9. "
            "Its dtype is float32, expected float64.",
        ),
        ({"b": 1.0}, {"a": 1.0}, "y has no 'a'; it contains 'b'."),
        ({"a": 1.0}, {"a": 2.0}, "y['a'] is 1.000, expected 2.000; relative error 0.333, threshold 1.0e−9."),
        ((1.0,), (1.0, 2.0), "y is a tuple of 1 item, expected a tuple of 2 items."),
        ({"a": 1.0, "b": 1.0}, {"a": 2.0, "b": 2.0}, "y['a'] is 1.000, expected 2.000; relative error 0.333, "
         "threshold 1.0e−9. 1 more differs."),
        ("one", "two", "y is 'one', expected 'two'."),
        (True, False, "y is True, expected False."),
        (1.0, None, "y is a single float, expected None."),
        (
            6.0,
            AnyOf(average=2.0, sum=12.0),
            "y is 6.000, expected 2.000 (average) or 12.00 (sum); relative error 0.333, threshold 1.0e−9.",
        ),
        (
            {"a": 2.0, "b": 1.0},
            AnyOf(average={"a": 1.0, "b": 1.0}, sum={"a": 6.0, "b": 6.0}),
            "y['a'] is 2.000, expected 1.000; relative error 0.333, threshold 1.0e−9. "
            "The expected value shown (average) is the nearest of 2 accepted answers.",
        ),
        (
            2 * WANT,
            AnyOf(average=WANT, sum=6 * WANT),
            "y differs from the expected value: relative error 0.333, threshold 1.0e−9. Worst entry: y[1, 2] is 12.00, expected 6.000. "
            "The expected value shown (average) is the nearest of 2 accepted answers.",
        ),
    ],
)  # fmt: skip
def test_it_says_what_differs(same, got, want, sentence):
    assert message_of(same, got, want, "y") == sentence


def test_a_message_begins_with_a_capital_article_but_keeps_the_case_of_a_name(same):
    assert message_of(same, 1.0, 2.0).startswith("The result is 1.000, expected 2.000")
    assert message_of(same, 1.0, 2.0, "losses").startswith("losses is 1.000")


@pytest.mark.parametrize(
    "want", [np.zeros(0), {}, [], np.array([1.0, np.nan]), np.inf, {"a": np.zeros((0, 3))}], ids=str
)
def test_a_comparison_with_nothing_is_an_error_of_the_pack(same, want):
    with pytest.raises(ValueError, match="nothing to compare"):
        same({"a": np.zeros((0, 3))} if isinstance(want, dict) and want else want, want)


def test_a_mismatch_has_the_measured_numbers(same, recorder):
    with pytest.raises(Mismatch) as caught:
        same(1.0, 2.0, "L")

    assert caught.value.numbers == tuple(recorder.numbers) == (Number("L", 1 / 3, 1e-9, False),)


def test_any_of_needs_an_answer():
    with pytest.raises(TypeError, match="at least one"):
        AnyOf()


@given(
    got=st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    )
)
def test_property_no_value_makes_a_check_raise_anything_but_a_mismatch(got):
    checks = Checks(Recorder())
    for call in (
        lambda: checks.same(got, {"a": 1.0, "b": [WANT, "x"]}),
        lambda: checks.same(got, AnyOf(WANT, 0.25)),
        lambda: checks.gradcheck(got, reference={"a": WANT}),
        lambda: checks.gradcheck({"a": got}, reference={"a": np.array(0.25)}),
    ):
        try:
            call()
        except Mismatch as mismatch:
            assert 0 < len(mismatch.message) < 400  # noqa: PT017
