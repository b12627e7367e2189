"""The late policy: grace days first, in the order of the due dates, then a percentage a day."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.database.late import Late, Policy, consequences, days_late, percent_off, reduced

DUE = datetime(2026, 10, 16, 21, 59, tzinfo=UTC)
policies = st.builds(
    Policy,
    st.integers(0, 20),
    st.none() | st.decimals(0, 100, places=2),
)
days = st.lists(st.integers(0, 40), max_size=15)
points = st.decimals(0, 1000, places=2)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(days=-3), 0),
        (timedelta(), 0),
        (timedelta(microseconds=1), 1),
        (timedelta(days=1), 1),
        (timedelta(days=1, seconds=1), 2),
    ],
)
def test_a_part_of_a_day_counts_as_a_day_and_there_is_no_tolerance(after, expected):
    assert days_late(DUE + after, DUE) == expected


def test_grace_days_are_used_in_the_order_of_the_due_dates():
    costs = consequences(Policy(3, Decimal(10)), [2, 0, 2, 1])

    assert costs == (Late(2, 2), Late(0), Late(2, 1, Decimal(10)), Late(1, 0, Decimal(10)))


def test_without_a_percentage_nothing_is_lost_and_no_grace_day_is_used():
    assert consequences(Policy(3, None), [2, 5]) == (Late(2), Late(5))


def test_a_percentage_is_taken_off_to_the_cent():
    assert Late(1, 0, Decimal("12.5")).final(Decimal("33.33")) == Decimal("29.16")


@given(policies, days)
def test_no_more_grace_days_are_used_than_there_are_and_none_where_nobody_was_late(policy, late):
    costs = consequences(policy, late)

    assert sum(cost.grace for cost in costs) <= policy.grace_days
    assert all(0 <= cost.grace <= cost.days for cost in costs)
    assert [cost.days for cost in costs] == late


@given(policies, days)
def test_no_percentage_is_taken_off_while_a_grace_day_is_left(policy, late):
    left = policy.grace_days
    for cost in consequences(policy, late):
        left -= cost.grace
        assert cost.percent == 0 or left == 0


@given(policies, days, points)
def test_points_never_fall_below_zero_and_never_rise(policy, late, most):
    for cost in consequences(policy, late):
        assert 0 <= cost.percent <= 100
        assert 0 <= cost.final(most) <= most


@given(policies, days, st.data())
def test_one_day_later_never_gives_more_points_in_the_sum(policy, late, data):
    if not late:
        return
    at = data.draw(st.integers(0, len(late) - 1))
    later = [*late[:at], late[at] + 1, *late[at + 1 :]]

    before, after = (sum(min(100, c.percent) for c in consequences(policy, row)) for row in (late, later))

    assert after >= before


@given(policies, days)
def test_a_later_assignment_does_not_change_an_earlier_one(policy, late):
    assert consequences(policy, [*late, 3])[: len(late)] == consequences(policy, late)


@given(points, st.decimals(-5, 200, places=1))
def test_any_percentage_leaves_between_nothing_and_everything(most, percent):
    assert 0 <= reduced(most, percent) <= most


@given(policies, st.integers(0, 40))
def test_without_grace_days_the_percentage_is_that_of_all_days(policy, late):
    alone = Policy(0, policy.percent)
    assert consequences(alone, [late])[0].percent == percent_off(policy, late)
