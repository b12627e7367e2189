from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import simplex

FRACTIONS = st.fractions(-3, 3, max_denominator=4)


@st.composite
def systems(draw):
    """The columns of A and c >= 0, small fractions."""
    rows = draw(st.integers(1, 4))
    columns = draw(st.lists(st.tuples(*[FRACTIONS] * rows), min_size=1, max_size=6))
    return columns, draw(st.tuples(*[st.fractions(0, 3, max_denominator=4)] * rows))


def dot(a, b):
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


@pytest.mark.slow
@given(case=systems())
def test_property_a_solution_solves_the_system_or_the_prices_prove_that_there_is_none(case):
    columns, target = case

    answer = simplex.solve(columns, target)

    if answer.solution is None:
        assert all(dot(answer.prices, column) <= 0 for column in columns)
        assert dot(answer.prices, target) > 0
    else:
        assert min(answer.solution) >= 0
        rows = zip(*columns, strict=True)
        assert all(dot(row, answer.solution) == c for row, c in zip(rows, target, strict=True))


@pytest.mark.slow
@given(case=systems(), weights=st.lists(st.fractions(0, 3, max_denominator=3), min_size=6, max_size=6))
def test_property_a_system_that_has_a_solution_gets_one(case, weights):
    columns, _ = case
    target = [dot(row, weights[: len(columns)]) for row in zip(*columns, strict=True)]
    sides = [1 if c >= 0 else -1 for c in target]
    turned = [tuple(side * v for side, v in zip(sides, column, strict=True)) for column in columns]

    answer = simplex.solve(turned, [abs(c) for c in target])

    assert answer.solution is not None


def test_the_smallest_cases():
    one = Fraction(1)

    assert simplex.solve([(one,)], [2 * one]).solution == (2,)
    assert simplex.solve([(-one,)], [one]) == simplex.Solution(None, (1,))
    assert simplex.solve([], [one]).solution is None
