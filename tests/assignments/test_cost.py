"""The cost of a network: other correct answers earn all points, and no answer can hide its cost."""

from pathlib import Path

import pytest

from tests.helpers.mistakes import wrong_text

PACK = Path(__file__).parents[2] / "assignments/cost"
SOLUTION = (PACK / "solution/cost.py").read_text()
RIGHT = {"einsum": set(), "recursion": set(), "unit_loops": set(), "scalar_loops": {"test_cost_of_rows"}}


def not_passed_in_full(report):
    """The tests that did not pass or not in full, also advice, which has no points."""
    return {r.id for r in report.results if r.verdict != "passed" or r.earned != r.points}


@pytest.mark.parametrize("style", RIGHT)
def test_correct_answers_in_another_style_earn_all_points(submit, answer, lost, style):
    report = submit("cost", answer(f"cost/{style}"))

    assert lost(report) == {}
    assert not_passed_in_full(report) == RIGHT[style]  # a loop over the rows gets advice and loses no points


def mistake(name):
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
    "answers cached between calls": REMEMBERS,
    "zeros for large nets": QUICK,
    "a thread that computes": THREADS,
    "clocks that are stopped": CLOCKS,
}
BRIEF_S = 1.0  # the solution needs a part of it, and measured slopes more than the pack's four seconds
MEASURING = {"test_cost_of_weights", "test_many_weights"}


def test_measured_slopes_fail_and_the_message_says_how_their_cost_grows(submit):
    report = submit("cost", {"cost.py": mistake("finite_differences")}, only=MEASURING)

    assert not_passed_in_full(report) == MEASURING
    assert not report.internal
    message = next(result.message for result in report.results if result.id == "test_cost_of_weights")
    assert message.startswith("With 28 times the parameters, backward takes ")
    assert "Slopes measured one parameter at a time grow like this" in message


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_nothing_hides_measured_slopes(submit, way):
    report = submit("cost", {"cost.py": mistake("finite_differences") + way}, only=MEASURING, cpu_s=BRIEF_S)

    assert not_passed_in_full(report) == MEASURING
    assert not report.internal


def test_a_slow_small_call_does_not_hide_measured_slopes(submit):
    wrong = {"cost.py": mistake("finite_differences_padded")}
    report = submit("cost", wrong, only={"test_many_weights"}, cpu_s=BRIEF_S)

    assert not_passed_in_full(report) == {"test_many_weights"}


def test_the_solution_needs_less_than_the_brief_limit(submit):
    report = submit("cost", {"cost.py": SOLUTION}, only=MEASURING, cpu_s=BRIEF_S)

    assert not_passed_in_full(report) == set()


@pytest.mark.parametrize("name", ["loop_over_rows", "loop_over_rows_padded"])
def test_a_loop_over_the_rows_gets_advice(submit, lost, name):
    report = submit("cost", {"cost.py": mistake(name)})

    assert not_passed_in_full(report) == {"test_cost_of_rows"}
    assert lost(report) == {}


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
def test_a_value_that_is_not_the_count_earns_nothing(submit, value):
    text = "\n\n_right = count_forward\n\n\ndef count_forward(sizes, n):\n    count = _right(sizes, n)\n"
    text += f"    return {value}\n"

    wrong = {"cost.py": SOLUTION.replace("2 * count_forward", "2 * _right") + text}
    report = submit("cost", wrong, only={"test_count_forward", "test_count_backward"})

    earned = {r.id: r.earned for r in report.results}
    assert (earned["test_count_forward"], earned["test_count_backward"]) == (0, 24)
    assert not report.internal


def test_a_float_count_passes_only_where_it_is_exact(submit, lost):
    report = submit("cost", {"cost.py": mistake("fractions")})

    assert set(lost(report)) == {"test_huge_counts"}
