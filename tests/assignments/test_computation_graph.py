"""Computation graphs: correct classes in other styles earn all points; partly correct ones do not."""

import importlib.util
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from grader.values import Verdict
from reference import graph

PACK = Path(__file__).parents[2] / "assignments/computation-graph"
SOLUTION = (PACK / "solution/graph.py").read_text()
ORDERS = {"test_order_of_examples", "test_order_of_random_graphs", "test_order_with_a_parent_twice"}
ORDERS |= {"test_order_of_a_long_chain", "test_other_orders"}


@pytest.mark.parametrize("style", ["dicts", "objects", "state_in_order"])
def test_correct_answers_in_another_style_earn_all_points(submit, answer, lost, style):
    report = submit("computation-graph", answer(f"computation-graph/{style}"))

    assert lost(report) == {}


def with_methods(text):
    """The solution with these methods instead of those of Graph."""
    return f"{SOLUTION}\n\nRight = Graph\n\n\nclass Graph(Right):\n{text}"


# What topological_order may return instead of an order.
NOT_ORDERS = {
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


@pytest.mark.parametrize("body", NOT_ORDERS.values(), ids=NOT_ORDERS)
def test_a_wrong_order_earns_nothing_and_does_not_affect_the_signals(submit, lost, body):
    report = submit(
        "computation-graph", {"graph.py": with_methods(f"    def topological_order(self):\n        {body}\n")}
    )

    assert set(lost(report)) == ORDERS
    assert not report.internal


NOT_CYCLES = {
    "all nodes": "range(len(self.parents))",
    "no node": "[]",
    "one node of many times": "[0, 0]",
    "numbers of no nodes": "[99, 100]",
    "text": "['a', 'b']",
}


@pytest.mark.parametrize("nodes", NOT_CYCLES.values(), ids=NOT_CYCLES)
def test_an_error_that_names_no_cycle_earns_nothing(submit, lost, nodes):
    lines = ["try:", "    return super().topological_order()", "except CycleError:"]
    body = "".join(f"        {line}\n" for line in [*lines, f"    raise CycleError({nodes}) from None"])

    report = submit(
        "computation-graph", {"graph.py": with_methods(f"    def topological_order(self):\n{body}")}
    )

    assert set(lost(report)) == {"test_cycles_are_named"}
    assert next(r for r in report.results if r.id == "test_cycles_are_named").earned == Decimal(0)
    assert not report.internal


def test_a_class_with_only_an_order_earns_the_points_of_the_order(submit):
    text = with_methods("    def backward(self, values, outputs):\n        raise KeyError('not yet')\n")

    report = submit("computation-graph", {"graph.py": text})

    assert sum(r.earned for r in report.results) == 38
    assert {r.verdict for r in report.results} == {Verdict.PASSED, Verdict.ERROR}


def test_the_message_says_that_the_class_is_missing(submit):
    report = submit("computation-graph", {"graph.py": "def topological_order(graph): return []\n"})

    assert sum(r.earned for r in report.results) == 0
    assert "Graph" in next(r.message for r in report.results if r.id == "test_order_of_examples")


@pytest.fixture
def cases():
    """The module with the pack's graphs."""
    spec = importlib.util.spec_from_file_location("graph_cases", PACK / "tests/cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("n", [2, 3, 300])
def test_the_signals_of_a_row_are_those_of_the_reference(cases, n):
    row = cases.chain(np.random.default_rng(n), n)
    inputs = {int(place): row.case.values[place] for place in row.places[:4]}

    values = graph.forward(row.case.nodes, inputs)

    np.testing.assert_allclose([values[node] for node in range(n + 4)], row.case.values, 1e-12, 1e-12)
    np.testing.assert_allclose(row.signals(), row.case.signals({row.end: 1.0}), rtol=1e-12)
    cases.check_order(row.places, row.case)
