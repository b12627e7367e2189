"""The mathematics of final marks, against exact fractions and by its properties."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.database.final_marks import Counted, Weighted, lowest, percent_of, rounded, total
from grader.database.spread import spread_of

PERCENTS = st.decimals(0, 100, places=2)
WEIGHTS = st.decimals(0, 100, places=2)
COLUMNS = st.lists(st.tuples(st.integers(0, 4), PERCENTS), max_size=20)
CATEGORIES = st.lists(st.tuples(WEIGHTS, st.integers(0, 3)), min_size=1, max_size=4)


def weighted(rows):
    return [Weighted(id, weight, drop) for id, (weight, drop) in enumerate(rows)]


def counted(rows):
    """Columns k0, k1, ...; one of a category that does not exist counts for nothing."""
    return [Counted(f"k{at}", id, percent) for at, (id, percent) in enumerate(rows)]


def exact(categories, columns):
    """The final percentage by the definition, in fractions."""
    earned = weights = Fraction(0)
    for id, (weight, drop) in enumerate(categories):
        rows = sorted(Fraction(percent) for place, percent in columns if place == id)
        kept = rows[min(drop, max(0, len(rows) - 1)) :]
        if kept:
            earned += Fraction(weight) * sum(kept) / len(kept)
            weights += Fraction(weight)
    return earned / weights if weights else None


@given(CATEGORIES, COLUMNS)
def test_it_equals_the_definition_in_exact_fractions(categories, columns):
    found = total(weighted(categories), counted(columns)).percent
    expected = exact(categories, columns)

    assert (found is None) == (expected is None)
    if found is not None:
        assert abs(Fraction(found) - expected) < Fraction(1, 10**18)


@given(CATEGORIES, COLUMNS)
def test_it_lies_between_the_lowest_and_the_highest_that_counts(categories, columns):
    result = total(weighted(categories), counted(columns))
    if result.percent is not None:
        tiny = Decimal("1e-20")
        assert min(p for _, p in columns) - tiny <= result.percent <= max(p for _, p in columns) + tiny


@given(CATEGORIES, COLUMNS, st.decimals("0.1", 10, places=1))
def test_only_the_proportions_of_the_weights_matter(categories, columns, factor):
    scaled = [(weight * factor, drop) for weight, drop in categories]

    one, other = (total(weighted(rows), counted(columns)).percent for rows in (categories, scaled))

    assert (one is None) == (other is None)
    if one is not None:
        assert abs(one - other) < Decimal("1e-18")


@given(st.lists(PERCENTS, max_size=12), st.integers(0, 14))
def test_the_lowest_are_left_out_and_one_always_stays(percents, count):
    out = lowest(percents, count)

    assert len(out) == max(0, min(count, len(percents) - 1))
    kept = [percent for at, percent in enumerate(percents) if at not in out]
    assert all(percents[at] <= min(kept) for at in out)


@given(CATEGORIES, COLUMNS)
def test_leaving_one_more_out_never_lowers_the_percentage(categories, columns):
    more = [(weight, drop + 1) for weight, drop in categories]

    one, other = (total(weighted(rows), counted(columns)).percent for rows in (categories, more))

    if one is not None:
        assert other >= one - Decimal("1e-20")


def test_of_equal_ones_the_first_is_left_out():
    assert lowest([Decimal(5), Decimal(3), Decimal(3)], 1) == {1}
    assert lowest([Decimal(3)] * 4, 2) == {0, 1}


def test_a_category_in_which_nothing_counts_is_left_out_and_the_others_are_scaled():
    rows = weighted([(Decimal(30), 0), (Decimal(40), 0), (Decimal(10), 0), (Decimal(20), 0)])

    result = total(rows, counted([(0, Decimal(90)), (1, Decimal(80)), (1, Decimal(60))]))

    assert result.shares == {0: 90, 1: 70}
    assert rounded(result.percent, 2) == Decimal("78.57")  # (30 * 90 + 40 * 70) / 70


def test_only_what_has_a_weight_decides():
    rows = weighted([(Decimal(0), 0)])

    assert total(rows, counted([(0, Decimal(90))])).percent is None
    assert total([], counted([(0, Decimal(90))])).percent is None
    assert total(rows, []).shares == {}


def test_a_column_without_a_maximum_can_not_count():
    assert percent_of(Decimal(3), Decimal(0)) is None
    assert percent_of(Decimal("7.5"), Decimal(10)) == 75


@pytest.mark.parametrize(
    ("percent", "shown"), [("89.949", "89.9"), ("89.95", "90.0"), ("0.05", "0.1"), ("100", "100.0")]
)
def test_halves_are_rounded_up(percent, shown):
    assert str(rounded(Decimal(percent))) == shown


def test_the_quartiles_are_those_of_a_spreadsheet():
    spread = spread_of(map(Decimal, (1, 2, 4, 8)))

    assert (spread.lower, spread.median, spread.upper) == (Decimal("1.75"), 3, 5)
    assert (spread.count, spread.least, spread.greatest, spread.mean) == (4, 1, 8, Decimal("3.75"))
    assert spread_of([]) is None
    assert spread_of([Decimal(7)]).upper == 7


@given(st.lists(PERCENTS, min_size=1, max_size=30))
def test_the_quartiles_are_in_order(values):
    spread = spread_of(values)

    assert spread.least <= spread.lower <= spread.median <= spread.upper <= spread.greatest
