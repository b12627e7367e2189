"""What a diagnosis names is in the student's file: layouts, written-in sizes, penalties, shared nodes."""

import numpy as np
import pytest

from grader.diagnosis.graph_names import node_text
from grader.diagnosis.words import worded
from grader.kit import Net, Signals
from grader.values import Fit
from reference import mlp
from reference.graph import INPUT, Node
from reference.mistakes import Net as Kind
from reference.mistakes import Pass, batch_of

RNG = np.random.default_rng


def point(sizes=(4, 5, 3), n=6):
    rng = RNG(2)
    return mlp.init_params(rng, sizes, 0.8), rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1]))


def gradients(params, x, t, changes=None, penalty=0.0):
    """The average's gradients under these changes of the pass."""
    wrong = Pass(Kind(penalty=penalty), batch_of(params, x, t), changes or {}).run()
    added = wrong.penalties()
    return {name: grad / len(x) + added.get(name, 0.0) for name, grad in wrong.gradients().items()}


def without_slope(params, x, t):
    return gradients(params, x, t, {("slope", 1): lambda p, layer: np.ones_like(p.z[layer])})


def diagnosed(backward, args, **more):
    return worded(Net(backward, RNG(1), args, **more).diagnose(backward(*args)))


# ------------------------------------------------------------------ sizes that are written in


def five_units(rest):
    """Code that knows of 5 hidden units, 4 inputs and 3 outputs, and of no others."""

    def backward(params, x, t):
        grads = rest(params, x, t)
        kept = {"W1": (5, 4), "b1": (5,), "W2": (3, 5), "b2": (3,)}
        small = {name: np.zeros_like(grad) for name, grad in grads.items()}
        for name, shape in kept.items():
            at = tuple(slice(0, size) for size in shape)
            small[name][at] = grads[name][at]
        return small

    return backward


@pytest.mark.parametrize(
    ("rest", "named"),
    [
        (without_slope, ("slope-left-out",)),
        (lambda *args: {n: 2 * g for n, g in gradients(*args).items()}, ("factor-two",)),
        (lambda *args: {n: -g if n == "b1" else g for n, g in gradients(*args).items()}, ("bias-sign:1",)),
    ],
    ids=["slope", "scale", "sign"],
)
def test_sizes_written_into_the_code_lose_no_name(rest, named):
    found = diagnosed(five_units(rest), point(), laws=("mean",))

    assert found.mistakes == named
    assert "On a net of other sizes it is not so: are sizes written into your code?" in found.sentence
    assert found.draws == 2


def test_code_for_every_size_is_not_asked_about_sizes():
    found = diagnosed(without_slope, point())

    assert "other sizes" not in found.sentence
    assert found.draws == 3


def test_a_wider_net_still_decides_between_mistakes_that_are_equal_at_the_tasks_sizes():
    def halved(params, x, t):
        return {name: grad / 2 for name, grad in gradients(params, x, t).items()}

    assert diagnosed(halved, point((4, 5, 2)), laws=("mean",)).mistakes == ("factor-half",)


# ------------------------------------------------------------------ units in rows or in columns


def turned(params):
    return {name: value.T if name.startswith("W") else value for name, value in params.items()}


def in_columns(backward):
    """A student whose weights are (inputs, units)."""
    return lambda params, x, t: turned(backward(turned(params), x, t))


def test_weights_with_a_column_for_each_unit_are_diagnosed_too():
    params, x, t = point()
    found = diagnosed(in_columns(without_slope), (turned(params), x, t))

    assert (found.mistakes, found.signal) == (("slope-left-out",), "z̄")


@pytest.mark.parametrize(("units", "kind"), [("rows", "row"), ("columns", "column")])
def test_the_part_of_a_gradient_that_is_wrong_is_counted_in_the_students_array(units, kind):
    def one_unit_dead(params, x, t):
        grads = gradients(params, x, t)
        grads["W1"][1] = 0.0
        return grads

    params, x, t = point()
    turn = units == "columns"
    args = (turned(params) if turn else params, x, t)
    found = diagnosed(in_columns(one_unit_dead) if turn else one_unit_dead, args)

    assert f"Only {kind} 1 (counted from 0) of W̄₁ is wrong: it is zero." in found.sentence


@pytest.mark.parametrize("units", [None, "columns"], ids=["told by the reference", "told by the pack"])
def test_if_all_layers_have_one_width_the_reference_says_where_the_units_are(units):
    params, x, t = point((4, 4, 4))
    args = (turned(params), x, t)
    backward = in_columns(without_slope)
    right = in_columns(gradients)(*args)

    found = Net(backward, RNG(1), args, units=units).diagnose(backward(*args), accepted=(right,))

    assert found.mistakes == ("slope-left-out",)


def test_no_question_says_what_the_rows_of_a_weight_matrix_are():
    def transposed(params, x, t):
        grads = gradients(params, x, t)
        return grads | {"W1": grads["W1"].T}

    question = diagnosed(transposed, point()).question

    assert "Which index of W₁ counts the units, and which of your W̄₁?" in question
    assert "row" not in question


# ------------------------------------------------------------------ penalties


@pytest.mark.parametrize(("sizes", "first"), [((4, 3), "b̄₁"), ((4, 5, 3), "b̄₂")], ids=["1 layer", "2 layers"])
def test_if_the_biases_are_penalised_too_the_first_wrong_signal_is_a_biass(sizes, first):
    changes = {("penalty", 0): lambda p, i: 0.3 * p.parameter(i)}

    found = diagnosed(lambda *args: gradients(*args, changes, 0.3), point(sizes), penalty=0.3)

    assert (found.mistakes, found.signal) == (("penalty-on-biases",), first)
    assert " R" not in found.question


# ------------------------------------------------------------------ graphs


DIAMOND = {
    "x": Node(INPUT),
    "v0": Node("exp", ("x",)),
    "v1": Node("square", ("v0",)),
    "v2": Node("logistic", ("v1",)),
    "v3": Node("exp", ("v2",)),
    "v4": Node("multiply", ("v1", "v3")),
}
KEYS = {name: name for name in ("v0", "v1", "v4")} | {f"{name}_bar": name for name in ("x", "v0", "v1")}


def diamond(x, visits=None, change=lambda grads: grads):
    """Values and signals; `visits` says how many times v1 passes its signal on."""
    v0 = np.exp(x)
    v1 = v0**2
    v2 = 1 / (1 + np.exp(-v1))
    v3 = np.exp(v2)
    from_v4, from_v2 = v3, v1 * v3 * v2 * (1 - v2)
    v1_bar = from_v4 + from_v2
    to_v0 = {None: v1_bar, "whole": 2 * v1_bar, "growing": from_v4 + v1_bar}[visits] * 2 * v0
    passed_on = to_v0 if visits is None else {"whole": 2 * to_v0, "growing": to_v0 + from_v4 * 2 * v0}[visits]
    found = {"v0": v0, "v1": v1, "v4": v1 * v3, "v1_bar": v1_bar, "v0_bar": to_v0, "x_bar": passed_on * v0}
    return change({key: float(value) for key, value in found.items()})


def of_diamond(function):
    checker = Signals(
        function, RNG(1), (0.3,), graph=DIAMOND, inputs=("x",), end="v4", keys=KEYS,
        draw=lambda rng: (float(rng.uniform(-0.5, 0.5)),),
    )  # fmt: skip
    return worded(checker.diagnose(function(0.3)))


@pytest.mark.parametrize("visits", ["whole", "growing"])
def test_a_shared_node_that_passes_on_once_a_path_is_named_so(visits):
    found = of_diamond(lambda x: diamond(x, visits))

    assert found.mistakes[0].partition(":")[0] == "graph-once-a-path"
    assert found.signal == "v̄₀"
    assert "v1 passes its error signal on once for each path that leads to it" in found.sentence
    assert "How many times does your backward pass visit v1?" in found.question


def test_a_right_diamond_has_no_diagnosis():
    assert of_diamond(diamond) is None


@pytest.mark.parametrize("factor", [3.0, -0.4])
def test_a_signal_that_is_a_multiple_is_named_with_its_factor(factor):
    found = of_diamond(
        lambda x: diamond(x, change=lambda grads: grads | {"v1_bar": factor * grads["v1_bar"]})
    )
    shown = f"{factor:g}".replace("-", "−")

    assert found.fit is Fit.NONE
    assert found.sentence == (
        "v̄₁ is the first error signal that is wrong. "
        f"v̄₁ is {shown} times the expected value, on every set of inputs."
    )
    assert found.question.startswith("Which number multiplies or divides v̄₁? ")


def test_a_value_that_is_wrong_first_is_named_as_a_value():
    found = of_diamond(lambda x: diamond(x, change=lambda grads: grads | {"v1": grads["v1"] ** 1.7}))

    assert found.sentence == "v1 is the first value that is wrong."
    assert "signal" not in found.sentence + found.question


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("L", "½ (y − t)²"),
        ("e", "y − t"),
        ("ee", "(y − t)²"),
        ("z", "w x + b"),
        ("c", "σ(w x + b)"),
        ("y", "y"),
    ],
)
def test_a_node_that_the_student_does_not_know_is_called_by_its_formula(name, text):
    graph = dict.fromkeys(("w", "b", "x", "t", "half"), Node(INPUT)) | {
        "wx": Node("multiply", ("w", "x")),
        "z": Node("add", ("wx", "b")),
        "y": Node("logistic", ("z",)),
        "c": Node("logistic", ("z",)),
        "e": Node("subtract", ("y", "t")),
        "ee": Node("square", ("e",)),
        "L": Node("multiply", ("half", "ee")),
    }

    assert node_text(graph, {"y"}, {"half": 0.5}, name) == text
