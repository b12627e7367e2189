"""The mathematics of the queue: from slots, run times and jobs ahead to the time until the next starts."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.database.queue_model import OVERDUE, Queue, Running, start_of_next, starts_in_s

FAST, SLOW, NEW = 1, 2, 3
RAN = {FAST: (1.0, 3.0), SLOW: (10.0,)}


def test_with_a_free_slot_and_nobody_ahead_it_starts_at_once():
    assert starts_in_s(Queue(2, RAN, (Running(SLOW, 1.0),))) == 0.0


def test_without_a_slot_or_without_any_run_time_nothing_is_known():
    assert starts_in_s(Queue(0, RAN)) is None
    assert starts_in_s(Queue(2, {})) is None


def test_one_slot_does_all_that_is_ahead_after_what_runs():
    queue = Queue(1, RAN, (Running(SLOW, 4.0),), {FAST: 3, SLOW: 1})

    assert starts_in_s(queue) == pytest.approx(6.0 + 3 * 2.0 + 10.0)


def test_the_slot_that_is_free_first_is_taken():
    assert starts_in_s(Queue(2, RAN, (Running(SLOW, 1.0), Running(FAST, 0.5)))) == pytest.approx(1.5)


def test_the_jobs_ahead_are_shared_among_the_slots():
    assert starts_in_s(Queue(2, RAN, (), {FAST: 6})) == pytest.approx(3 * 2.0)
    assert starts_in_s(Queue(3, RAN, (), {FAST: 6})) == pytest.approx(2 * 2.0)


def test_a_version_that_has_not_run_takes_as_long_as_the_usual_job():
    usual = (1.0 + 3.0 + 10.0) / 3

    assert starts_in_s(Queue(1, RAN, (), {NEW: 2})) == pytest.approx(2 * usual)


def test_a_job_that_runs_for_longer_than_usual_is_not_over_at_once():
    assert starts_in_s(Queue(1, RAN, (Running(SLOW, 25.0),))) == pytest.approx(OVERDUE * 10.0)


def test_the_slot_of_a_pack_check_is_left_out_if_there_is_another():
    assert starts_in_s(Queue(2, RAN, (Running(None, 3.0),), {FAST: 2})) == pytest.approx(4.0)
    assert starts_in_s(Queue(1, RAN, (Running(None, 3.0),), {FAST: 2})) == pytest.approx(4.0)


times = st.floats(0.01, 100.0)


@given(st.lists(times, min_size=1, max_size=8), st.integers(0, 60), times)
def test_the_start_is_within_a_job_of_the_work_shared_evenly(free_in, count, each):
    start = start_of_next(free_in, count, each)

    assert min(free_in) <= start
    even = (sum(free_in) + count * each) / len(free_in)
    assert start <= even + 1e-6
    assert start <= start_of_next(free_in, count + 1, each) <= start + each + 1e-6


@given(st.lists(times, min_size=1, max_size=8), st.integers(0, 60), times, times)
@example([0.5], 10, 0.010000000000000002, 1.0)
def test_one_more_slot_never_delays_it(free_in, count, each, other):
    with_one_more = start_of_next([*free_in, other], count, each)

    assert with_one_more <= start_of_next(free_in, count, each) + 1e-6
