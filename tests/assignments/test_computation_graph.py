"""Computation graphs: right classes in other styles earn every point, and no half-right one does."""

from decimal import Decimal
from pathlib import Path

import pytest

from grader.values import Verdict

PACK = Path(__file__).parents[2] / "assignments/computation-graph"
SOLUTION = (PACK / "solution/graph.py").read_text()
ORDERS = {"test_order_of_examples", "test_order_of_random_graphs", "test_order_with_a_parent_twice"}
ORDERS |= {"test_order_of_a_long_chain", "test_other_orders"}


@pytest.mark.parametrize("style", ["dicts", "objects", "state_in_order"])
def test_it_gives_full_marks_to_right_answers_in_another_style(hand_in, answer, lost, style):
    report = hand_in("computation-graph", answer(f"computation-graph/{style}"))

    assert lost(report) == {}


def with_methods(text):
    """The solution with methods of Graph replaced by these."""
    return f"{SOLUTION}\n\nRight = Graph\n\n\nclass Graph(Right):\n{text}"


# What topological_order may return instead of an order.
ORDERS_THAT_ARE_NONE = {
    "every node twice": "return super().topological_order() * 2",
    "one node twice, one missing": "order = super().topological_order(); order[-1] = order[0]; return order",
    "a number too large": "order = super().topological_order(); order[-1] = 10**9; return order",
    "a number below zero": "order = super().topological_order(); order[-1] = -1; return order",
    "fractions": "return [node + 0.5 for node in super().topological_order()]",
    "NaN": "return [node * float('nan') for node in super().topological_order()]",
    "text": "return [str(node) for node in super().topological_order()]",
    "pairs": "return [(node, node) for node in super().topological_order()]",
    "nothing": "return super().topological_order()[:0]",
}


@pytest.mark.parametrize("body", ORDERS_THAT_ARE_NONE.values(), ids=ORDERS_THAT_ARE_NONE)
def test_what_is_no_order_earns_nothing_and_costs_the_signals_nothing(hand_in, lost, body):
    report = hand_in(
        "computation-graph", {"graph.py": with_methods(f"    def topological_order(self):\n        {body}\n")}
    )

    assert set(lost(report)) == ORDERS
    assert not report.internal


NAMED = {
    "all nodes": "range(len(self.parents))",
    "no node": "[]",
    "one node of many times": "[0, 0]",
    "numbers that are none": "[99, 100]",
    "text": "['a', 'b']",
}


@pytest.mark.parametrize("nodes", NAMED.values(), ids=NAMED)
def test_a_refusal_that_names_no_cycle_earns_nothing(hand_in, lost, nodes):
    lines = ["try:", "    return super().topological_order()", "except CycleError:"]
    body = "".join(f"        {line}\n" for line in [*lines, f"    raise CycleError({nodes}) from None"])

    report = hand_in(
        "computation-graph", {"graph.py": with_methods(f"    def topological_order(self):\n{body}")}
    )

    assert set(lost(report)) == {"test_cycles_are_named"}
    assert next(r for r in report.results if r.id == "test_cycles_are_named").earned == Decimal(0)
    assert not report.internal


def test_a_class_with_an_order_alone_earns_the_points_of_the_order(hand_in):
    text = with_methods("    def backward(self, values, outputs):\n        raise KeyError('not yet')\n")

    report = hand_in("computation-graph", {"graph.py": text})

    assert sum(r.earned for r in report.results) == 38
    assert {r.verdict for r in report.results} == {Verdict.PASSED, Verdict.ERROR}


def test_a_file_without_the_class_is_told_so(hand_in):
    report = hand_in("computation-graph", {"graph.py": "def topological_order(graph): return []\n"})

    assert sum(r.earned for r in report.results) == 0
    assert "Graph" in next(r.message for r in report.results if r.id == "test_order_of_examples")
