"""What a network costs: other right answers earn every point, and no price is hidden from the clock."""

from pathlib import Path

import pytest

from tests.helpers.mistakes import wrong_text

PACK = Path(__file__).parents[2] / "assignments/cost"
SOLUTION = (PACK / "solution/cost.py").read_text()
RIGHT = {"einsum": set(), "recursion": set(), "unit_loops": set(), "scalar_loops": {"test_cost_of_rows"}}


def unlike_full(report):
    """The tests that did not pass: advice has no points to lose."""
    return {r.id for r in report.results if r.verdict != "passed" or r.earned != r.points}


@pytest.mark.parametrize("style", RIGHT)
def test_it_gives_full_marks_to_right_answers_in_another_style(hand_in, answer, lost, style):
    report = hand_in("cost", answer(f"cost/{style}"))

    assert lost(report) == {}
    assert unlike_full(report) == RIGHT[style]  # a loop over the rows is told so, and loses nothing


def slip(name):
    return wrong_text(PACK, name)


REMEMBERS = """
_known = {}
_computed = backward


def backward(params, x, t):
    key = (x.shape, params["W1"].shape)
    if key not in _known:
        _known[key] = _computed(params, x, t)
    return {name: part.copy() for name, part in _known[key].items()}
"""
QUICK = """
_computed = backward


def backward(params, x, t):
    if params["W1"].shape[0] > 50:
        return {name: 0.0 * part for name, part in params.items()}
    return _computed(params, x, t)
"""
THREADS = """
import threading

_computed = backward


def backward(params, x, t):
    answer = []
    worker = threading.Thread(target=lambda: answer.append(_computed(params, x, t)))
    worker.start()
    worker.join()
    return answer[0]
"""
CLOCKS = """
import time

time.process_time = time.perf_counter = time.thread_time = time.monotonic = lambda: 0.0
"""
WAYS = {
    "nothing": "",
    "answers kept from call to call": REMEMBERS,
    "zeros for large nets": QUICK,
    "a thread that computes": THREADS,
    "clocks that stand still": CLOCKS,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_measured_slopes_are_found_out_whatever_hides_them(hand_in, way):
    report = hand_in("cost", {"cost.py": slip("finite_differences") + way})

    assert {"test_cost_of_weights", "test_many_weights"} <= unlike_full(report)
    assert not report.internal


def test_a_small_call_that_spins_hides_no_measured_slopes(hand_in):
    report = hand_in("cost", {"cost.py": slip("finite_differences_padded")})

    assert "test_many_weights" in unlike_full(report)


@pytest.mark.parametrize("name", ["loop_over_rows", "loop_over_rows_padded"])
def test_a_loop_over_the_rows_is_advice(hand_in, lost, name):
    report = hand_in("cost", {"cost.py": slip(name)})

    assert unlike_full(report) == {"test_cost_of_rows"}
    assert lost(report) == {}


def test_the_messages_say_how_the_cost_grows(hand_in):
    report = hand_in("cost", {"cost.py": slip("finite_differences")})

    message = next(r.message for r in report.results if r.id == "test_cost_of_weights")
    assert message.startswith("With 28 times the parameters, backward takes ")
    assert "Slopes measured one parameter at a time grow like this" in message


COUNTS = {
    "text": "str(count)",
    "a fraction": "count + 0.5",
    "infinity": "float('inf')",
    "NaN": "float('nan')",
    "True": "True",
    "an array": "np.array([count])",
    "one too many": "count + 1",
}


@pytest.mark.parametrize("value", COUNTS.values(), ids=COUNTS)
def test_what_is_not_the_count_earns_nothing(hand_in, value):
    text = "\n\n_right = count_forward\n\n\ndef count_forward(sizes, n):\n    count = _right(sizes, n)\n"
    text += f"    return {value}\n"

    report = hand_in("cost", {"cost.py": SOLUTION.replace("2 * count_forward", "2 * _right") + text})

    earned = {r.id: r.earned for r in report.results}
    assert (earned["test_count_forward"], earned["test_count_backward"]) == (0, 24)
    assert not report.internal


def test_a_count_as_a_float_is_a_whole_number_where_it_is_one(hand_in, lost):
    report = hand_in("cost", {"cost.py": slip("fractions")})

    assert set(lost(report)) == {"test_huge_counts"}
