"""The search for a mistake on a graph ends after a number of nodes, not after a time."""

import numpy as np
import pytest

from grader.diagnosis import signals
from grader.kit import Signals
from grader.values import Fit
from reference.graph import INPUT, Node
from reference.mistakes.graph_passes import Change, GraphPass


def recurrent(steps):
    """h_t = tanh(w h_{t-1} + u x_t)."""
    graph = {name: Node(INPUT) for name in ("w", "u", "h0", *(f"x{t}" for t in range(1, steps + 1)))}
    for t in range(1, steps + 1):
        graph |= {f"a{t}": Node("multiply", ("w", f"h{t - 1}")), f"b{t}": Node("multiply", ("u", f"x{t}"))}
        graph |= {f"z{t}": Node("add", (f"a{t}", f"b{t}")), f"h{t}": Node("tanh", (f"z{t}",))}
    return graph


@pytest.fixture
def diagnosed(monkeypatch):
    """diagnosed(steps): (the diagnosis of a sign that is wrong everywhere, the number of nodes computed)."""
    computed = []
    branch = GraphPass.branch

    def counted(self, change):
        computed.append(len(self.graph))
        return branch(self, change)

    monkeypatch.setattr(GraphPass, "branch", counted)

    def diagnose(steps):
        computed.clear()
        graph, end = recurrent(steps), f"h{steps}"
        inputs = [name for name in graph if graph[name].operation == INPUT]
        edges = {(f"z{t}", slot): lambda b, y, xs, s, r: -r for t in range(1, steps + 1) for slot in (0, 1)}

        def backward(*values):
            wrong = GraphPass(graph, dict(zip(inputs, values, strict=True)), end, Change("", "", edges)).run()
            return {"w_bar": wrong.signals["w"], "u_bar": wrong.signals["u"]}

        def draw(rng):
            return tuple(rng.uniform(0.3, 1.0, len(inputs)))

        point = draw(np.random.default_rng(1))
        keys = {"w_bar": "w", "u_bar": "u"}
        asked = Signals(
            backward,
            np.random.default_rng(2),
            point,
            graph=graph,
            inputs=inputs,
            end=end,
            keys=keys,
            draw=draw,
        )
        return asked.diagnose(backward(*point)), sum(computed)

    return diagnose


def test_a_small_graph_is_searched_to_its_end(diagnosed):
    found, _ = diagnosed(3)

    assert found.fit in (Fit.ONE, Fit.EITHER)
    assert any(name.startswith("graph-sign") for name in found.mistakes)


def test_a_search_that_would_take_too_long_names_nothing(diagnosed, monkeypatch):
    monkeypatch.setattr(signals, "MOST_NODES_SINGLE", 1000)

    found, computed = diagnosed(3)

    assert (found.fit, found.mistakes) == (Fit.NONE, ())
    assert computed <= 1000


@pytest.mark.parametrize("steps", [9, 20])
def test_the_search_in_a_long_graph_is_bounded_by_nodes(diagnosed, steps):
    _, computed = diagnosed(steps)

    assert computed <= 4 * signals.MOST_NODES_SINGLE
