import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from grader.kit.anyof import AnyOf
from grader.kit.comparing import Tolerance
from grader.kit.gradients import Question
from grader.kit.nearly import may_agree
from grader.kit.targets import of_gradients, of_value
from reference.gradcheck import FLOAT32, FLOAT64

NUMBERS = arrays(float, (2, 3), elements=st.floats(-1e6, 1e6))
RIGHT = {"W": np.array([[1.0, -2.0], [0.5, 3.0]]), "b": np.array([1e-9, 2.0])}


def wrong_parts(target, value):
    return [part for part, right in target.rights(value).items() if not right]


@given(NUMBERS, NUMBERS, st.sampled_from([0.0, 1e-12, 1e-6, 1.0]), st.sampled_from([1e-9, 1e-5, 0.1]))
def test_a_value_that_passes_is_never_refused(want, noise, scale, relative):
    target = of_value(None, {"a": want}, Tolerance(relative))
    value = {"a": want + scale * noise}

    assert target.nearly(value, ["['a']"]) or wrong_parts(target, value)


@given(arrays(float, (2, 2), elements=st.floats(-1, 1)), st.sampled_from([1e-18, 1e-14, 1e-10, 1e-6]))
def test_a_gradient_that_passes_is_never_refused(noise, scale):
    for precision in (FLOAT64, FLOAT32):
        target = of_gradients(RIGHT, Question(None, (RIGHT,), 0, None, precision), RIGHT)
        value = {**RIGHT, "W": RIGHT["W"] + scale * noise}

        assert target.nearly(value, ["['W']"]) or wrong_parts(target, value)


def test_a_tiny_gradient_that_passes_by_the_rounding_of_a_large_one_is_not_refused():
    right = {"W": np.full((2, 2), 1e6), "b": np.zeros(2)}
    target = of_gradients(right, Question(None, (right,), 0, None, FLOAT64), right)
    value = {**right, "b": np.array([1e-10, 0.0])}

    assert not wrong_parts(target, value)
    assert target.nearly(value, ["['b']"])


@pytest.mark.parametrize(
    "value",
    [
        {"W": 2 * RIGHT["W"], "b": RIGHT["b"]},
        {"W": RIGHT["W"].T, "b": RIGHT["b"]},
        {"W": RIGHT["W"][0], "b": RIGHT["b"]},
        {"W": None, "b": RIGHT["b"]},
        {"b": RIGHT["b"]},
        None,
    ],
)
def test_what_is_far_from_right_is_refused_without_a_comparison(value):
    gradients = of_gradients(RIGHT, Question(None, (RIGHT,), 0, None, FLOAT64), RIGHT)

    assert not of_value(None, RIGHT, Tolerance(1e-9)).nearly(value, ["['W']"])
    assert not gradients.nearly(value, ["['W']"])


def test_a_part_that_was_right_before_does_not_count():
    target = of_value(None, RIGHT, Tolerance(1e-9))
    value = {"W": 2 * RIGHT["W"], "b": RIGHT["b"]}

    assert not target.nearly(value, ["['W']"])
    assert target.nearly(value, ["['W']", "['b']"])


def test_any_of_several_answers_may_be_meant():
    either = AnyOf(average=np.ones(3), sum=3 * np.ones(3))

    assert may_agree(3.0 * np.ones(3), either, 1e-9, 0.0)
    assert not may_agree(2.0 * np.ones(3), either, 1e-9, 0.0)


def test_what_is_not_a_number_is_left_to_the_comparison():
    assert may_agree("a", "b", 1e-9, 0.0)
    assert may_agree(np.ones(2, complex), np.ones(2), 1e-9, 0.0)
    assert may_agree(float("nan"), 1.0, 1e-9, 0.0)
    assert of_value(None, {"a": {"b": 1.0}}, Tolerance(1e-9)).nearly({"a": 2.0}, ["['a']"])


def test_structure_alone_is_left_to_the_comparison():
    target = of_value(None, np.ones(3), Tolerance(1e-9, values=False))

    assert target.nearly(5 * np.ones(3), [""])
