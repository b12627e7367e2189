"""The graph of values and error signals behind a diagnosis, for one example."""

from types import SimpleNamespace

import numpy as np
import pytest

from grader.diagnosis import Net
from grader.grading import pictures
from grader.kit import Checks, Mismatch, Recorder
from grader.kit.pictures.graphs import traced
from reference import mlp
from reference.mistakes import Net as Kind
from reference.mistakes import Pass, batch_of, net_variants
from reference.notation import bar

RNG = np.random.default_rng
SIZES = {1: (4, 3), 2: (4, 5, 3), 3: (4, 6, 5, 2)}


def point(depth=2, n=6):
    rng, sizes = RNG(4), SIZES[depth]
    return (
        mlp.init_params(rng, sizes, 0.8), rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1])),
    )  # fmt: skip


def wrong(changes, kind=None):
    """A student's function whose backward pass has these changes."""

    def backward(params, x, t):
        made = Pass(kind or Kind(), batch_of(params, x, t), changes).run()
        return {name: grad / len(x) for name, grad in made.gradients().items()}

    return backward


WITHOUT_SLOPE = wrong({("slope", 1): lambda p, layer: np.ones_like(p.z[layer])})


def graph_of(function, args, **kind):
    """The graph that the page shows for this function; None if there is none."""
    net = Net(function, RNG(1), args, **kind)
    diagnosis = net.diagnose(function(*args))
    trace = net.trace(diagnosis)
    picture = None if trace is None else traced(trace, diagnosis.signal)
    return None if picture is None else pictures.read(picture)


def test_a_slope_left_out_shows_in_z_bar_first_which_equals_h_bar():
    graph = graph_of(WITHOUT_SLOPE, point())

    nodes = {node.name: node for node in graph.nodes}
    states = {part.name: part.state for part in graph.parts}
    assert list(nodes) == ["x", "z", "h", "y", "L"]
    assert graph.first == "z"
    assert states["y"] == states["W2"] == states["b2"] == "agrees"
    assert states["W1"] == states["b1"] == "after"
    assert nodes["z"].got.entries == pytest.approx(nodes["h"].want.entries, rel=1e-4)
    assert nodes["z"].want.entries != nodes["z"].got.entries


def test_the_values_are_those_of_the_first_row_alone():
    params, x, t = point()

    nodes = {node.name: node for node in graph_of(WITHOUT_SLOPE, (params, x, t)).nodes}

    right = mlp.forward(params, x[:1])
    loss = float(mlp.cost(params, x[:1], t[:1]))
    assert nodes["x"].value.entries == pytest.approx(x[0], rel=1e-4)
    assert nodes["y"].value.entries == pytest.approx(right.y[0], rel=1e-4)
    assert nodes["L"].value.entries == pytest.approx([loss], rel=1e-4)


def test_a_parameter_is_marked_first_if_its_error_signal_is_right():
    graph = graph_of(wrong({("w_bar", 1): lambda p, layer: 2.0 * p.z_bar[1].T @ p.h[0]}), point())

    states = {part.name: part.state for part in graph.parts}
    assert graph.first == "W1"
    assert states["z"] == states["b1"] == "agrees"


def test_a_mistake_that_one_row_does_not_show_has_no_graph():
    """The gradients are summed instead of averaged: for one row that is the same."""

    def summed(params, x, t):
        return Pass(Kind(), batch_of(params, x, t)).run().gradients()

    assert graph_of(summed, point()) is None


def test_a_wrong_forward_pass_has_no_graph_of_error_signals():
    changes = {("z", 1): lambda p, layer: p.h[0] @ p.batch.w[1].T}

    def forward(params, x):
        return Pass(Kind(), batch_of(params, x, np.zeros((len(x), 3))), changes).forward().y

    assert graph_of(wrong(changes), point(), forward=forward) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "depth"), [(Kind(), 3), (Kind(loss="cross-entropy"), 2)], ids=["squared", "cross-entropy"]
)
def test_what_a_graph_marks_first_is_what_its_diagnosis_names(kind, depth):
    args = point(depth)
    drawn = 0
    for variant in list(net_variants(kind, batch_of(*args)))[:: depth * depth - 3]:
        function = wrong(variant.changes, kind)
        net = Net(function, RNG(1), args, loss_kind=kind.loss, logits=kind.loss != "squared")
        found = net.diagnose(function(*args))
        trace = None if found is None else net.trace(found)
        picture = None if trace is None else traced(trace, found.signal)
        if picture is not None:
            drawn += 1
            assert bar(pictures.read(picture).first) == found.signal, variant.name
            assert pictures.read(picture).is_chain
    assert drawn >= 4


def test_a_cause_is_drawn_once_in_a_grading():
    student, recorders = SimpleNamespace(causes=set(), drawn=set()), []
    for _ in range(2):
        recorder, args = Recorder(), point()
        reference = mlp.cost_signals(*args).parameters
        with pytest.raises(Mismatch):
            Checks(recorder, student).gradcheck(
                WITHOUT_SLOPE(*args),
                args=args,
                reference=reference,
                diagnose=Net(WITHOUT_SLOPE, RNG(1), args),
            )
        recorder.explain()
        recorders.append(recorder)

    assert [recorder.diagnosis.graph is not None for recorder in recorders] == [True, False]
    assert recorders[0].left_out == []


def test_a_function_that_fails_for_one_row_has_a_diagnosis_without_a_graph():
    def backward(params, x, t):
        grads = WITHOUT_SLOPE(params, x, t)
        return grads if len(x) > 1 else None

    net = Net(backward, RNG(1), point())

    assert net.trace(net.diagnose(backward(*point()))) is None
