"""What a student's function returned, in words."""

import math

import numpy as np
import pytest

from grader.kit.returned import returned
from grader.values.returned import returned_as


@pytest.mark.parametrize(
    ("got", "want", "sentence"),
    [
        (math.inf, 3.0, "returned infinity, expected a finite number"),
        (np.float64("nan"), 3.0, "returned NaN, expected a finite number"),
        (np.array(math.inf), 3, "returned infinity, expected a finite number"),
        (1e200, 3.0, "returned a number beyond 1e150, expected a smaller one"),
        ((math.inf, 1.0), (1.0, 1.0), "returned infinity as the first of 2 values, expected a finite number"),
        (
            [1.0, 1.0, [2.0]],
            [1.0, 1.0, 1.0],
            "returned a list of 1 item as the third of 3 items, expected a single number",
        ),
        ((1,) * 11 + ("a",), (1,) * 12, "returned text as number 12 of 12 values, expected a single number"),
        ({"w": math.nan}, {"w": 1.0}, "returned NaN at ['w'], expected a finite number"),
        (((1.0, math.inf), 2.0), ((1.0, 2.0), 2.0), "returned infinity at [0][1], expected a finite number"),
        (
            (math.inf, 1.0),
            (np.ones(2), 1.0),
            "returned infinity as the first of 2 values, expected an array of shape (2,)",
        ),
    ],
)
def test_a_difference_names_the_value_by_its_place_and_what_is_expected(got, want, sentence):
    assert returned_as(returned("f", got), returned("f", want)) == sentence


def test_a_long_name_in_a_dict_is_cut_within_its_quotes():
    got = returned_as(returned("f", {"k" * 90: 1.0, "w": 2}), returned("f", {"w": 2}))

    assert got == f"returned a dict with '{'k' * 25}...' and 'w', expected a dict with 'w'"
