"""The order of rows after a loss, and who may learn of it."""

from __future__ import annotations

from grader.runner.turns import Turns
from grader.runner.watch import Loss
from grader.values import Limits
from tests.runner.kit import plan

LIMITS = Limits(cpu_s=4, wall_s=20)
ENDLESS, CRASH = Loss("cpu limit"), Loss("crash", "SIGSEGV")


def test_what_happens_in_a_hidden_row_changes_no_visible_row() -> None:
    turns = Turns([plan("test_secret", hidden=True), plan("test_shown"), plan("test_other", hidden=True)])
    secret = turns.next()
    assert secret is not None

    turns.lost(secret, "f", ENDLESS)

    shown, other = turns.next(), turns.next()
    assert shown is not None
    assert other is not None
    assert (shown.avoid, other.avoid) == ((), ("f",))


def test_a_row_that_waited_for_a_crash_waits_once_more_for_an_endless_function() -> None:
    turns = Turns([plan(f"test_{n}", LIMITS) for n in "abc"])
    for function, loss in (("f", CRASH), ("g", ENDLESS)):
        turn = turns.next()
        assert turn is not None
        turns.lost(turn, function, loss)
    first = turns.next()
    assert first is not None
    assert set(first.avoid) == {"f", "g"}

    turns.wait(first, "f")
    second = turns.next()
    assert second is not None
    assert (second.plan.limits, second.avoid, second.alone) == (LIMITS, ("g",), True)

    turns.wait(second, "g")
    third = turns.next()
    assert third is not None
    assert (third.plan.limits.cpu_s, third.plan.limits.wall_s, third.avoid) == (1, 5, ())
    assert turns.next() is None


def test_a_function_that_a_fresh_process_survives_shortens_no_limits() -> None:
    turns = Turns([plan(f"test_{n}", LIMITS) for n in "ab"])
    lost = turns.next()
    assert lost is not None
    turns.lost(lost, "f", ENDLESS)
    turns.again(lost)
    waits = turns.next()
    assert waits is not None
    turns.wait(waits, "f")
    again = turns.next()
    assert again is not None
    assert (again.plan, again.alone, again.avoid) == (lost.plan, True, ())

    turns.harmless(again)

    last = turns.next()
    assert last is not None
    assert last.plan.limits == LIMITS


def test_after_an_examiner_was_lost_every_row_without_an_outcome_still_has_its_turn() -> None:
    plans = [plan(f"test_{n}", LIMITS) for n in "abcd"]
    turns = Turns(plans)
    lost = turns.next()
    assert lost is not None
    turns.lost(lost, "f", CRASH)
    waits = turns.next()
    assert waits is not None
    turns.wait(waits, "f")
    assert turns.next() is not None  # test_c is running when the examiner ends

    turns.resume(plans[1:])

    order = []
    while turn := turns.next():
        order.append(turn.plan.id)
    assert order == ["test_c", "test_d", "test_b"]
