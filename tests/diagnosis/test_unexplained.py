"""No mistake fits: the sentence about the first wrong gradient."""

import numpy as np
import pytest

from grader.diagnosis.words import worded
from grader.kit import Net
from grader.values import Diagnosis, Fit
from reference import mlp


def point(sizes=(4, 5, 3), n=6):
    rng = np.random.default_rng(2)
    return mlp.init_params(rng, sizes, 0.8), rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1]))


def diagnosis_after(spoil, args=None):
    """The diagnosis of right gradients after `spoil(grads, x)` has changed them."""
    args = args or point()

    def backward(params, x, t):
        grads = dict(mlp.cost_signals(params, x, t).parameters)
        spoil(grads, x)
        return grads

    return worded(Net(backward, np.random.default_rng(1), args).diagnose(backward(*args)))


def put(name, change):
    return lambda grads, x: grads.update({name: change(grads[name])})


def second_row_dead(w):
    w = w.copy()
    w[1] = 0.0
    return w


def one_column_off(w):
    w = w.copy()
    w[:, 2] *= 1.0 + np.arange(1, len(w) + 1)
    return w


def rank_one(w):
    u, s, v = np.linalg.svd(w)
    return s[0] * np.outer(u[:, 0], v[0])


@pytest.mark.parametrize(
    ("spoil", "how", "sentence"),
    [
        (put("W1", lambda w: 1.75 * w), "ratio", "W̄₁ is 1.75 times the expected value, in every entry."),
        (
            put("W1", lambda w: w / np.linalg.norm(w)),
            "multiple",
            "with another factor for each random input",
        ),
        (put("W1", second_row_dead), "slices", "Only row 1 (counted from 0) of W̄₁ is wrong: it is zero."),
        (put("W1", one_column_off), "slices", "Only column 2 (counted from 0) of W̄₁ is wrong."),
        (put("W1", lambda w: w[::-1]), "permuted", "W̄₁ has the expected entries in a different order."),
        (put("W1", np.abs), "signs", "The entries of W̄₁ have the right sizes, but some signs are wrong."),
        (put("W1", rank_one), "rank-one", "W̄₁ has rank one; the expected value does not."),
        (
            put("W1", lambda w: w * np.arange(2, len(w) + 2)[:, None]),
            "scaled",
            "Each row of W̄₁ is a multiple of the expected one, with different factors.",
        ),
        (
            put("W1", lambda w: w * (1 + 1e-7)),
            "digits",
            "W̄₁ agrees with the expected value to four digits or more, but not to nine.",
        ),
        (put("W1", lambda w: w[:, :2]), "shape", "W̄₁ does not have the shape of its parameter."),
        (put("W1", np.tanh), "differs", "W̄₁ differs from the expected value, in no simple pattern."),
    ],
)
def test_it_says_how_a_gradient_is_wrong_as_far_as_that_is_certain(spoil, how, sentence):
    diagnosis = diagnosis_after(spoil)

    assert (diagnosis.fit, diagnosis.mistakes, diagnosis.signal) == (Fit.NONE, (), "W̄₁")
    assert dict(diagnosis.facts)["how"] == how
    assert sentence in diagnosis.sentence
    assert "b̄₁, W̄₂ and b̄₂ are right." in diagnosis.sentence
    assert "?" in diagnosis.question


def test_the_first_wrong_signal_is_the_one_nearest_to_the_loss():
    def spoil(grads, x):
        for name in ("W1", "b1", "W2"):
            grads[name] = grads[name] + 0.1 * np.sin(np.arange(grads[name].size)).reshape(grads[name].shape)

    assert diagnosis_after(spoil, point((4, 5, 5, 3))).signal == "W̄₂"


def test_if_a_bias_and_its_weights_are_wrong_the_signal_of_z_is_named():
    def spoil(grads, x):
        grads["W1"], grads["b1"] = grads["W1"] ** 3, grads["b1"] ** 3

    assert diagnosis_after(spoil).signal == "z̄"


def test_it_says_that_every_gradient_is_zero():
    def spoil(grads, x):
        grads.update({name: np.zeros_like(g) for name, g in grads.items()})

    assert diagnosis_after(spoil).sentence == "Every gradient is zero."


def test_it_says_that_gradients_are_wrong_on_the_inputs_of_this_test_only():
    params, x, t = point()

    def backward(p, rows, targets):
        grads = dict(mlp.cost_signals(p, rows, targets).parameters)
        return grads | {"b1": grads["b1"] + 1.0} if np.array_equal(rows, x) else grads

    diagnosis = worded(
        Net(backward, np.random.default_rng(1), (params, x, t)).diagnose(backward(params, x, t))
    )

    assert (
        diagnosis.sentence
        == "On random inputs your gradients are right; on the inputs of this test they are wrong."
    )


def test_an_unknown_mistake_is_not_named():
    diagnosis = worded(Diagnosis(Fit.ONE, ("made-up",), "z̄", (), 0.0, 2))

    assert diagnosis.sentence.startswith("z̄ is the first error signal that is wrong.")
    assert "made-up" not in diagnosis.sentence


def test_code_that_works_for_one_size_only_is_given_no_mistake():
    params, x, t = point()

    def backward(p, rows, targets):
        grads = dict(mlp.cost_signals(p, rows, targets).parameters)
        return (
            grads
            | {"W1": grads["W1"][:5, :4]}
            | ({"b1": grads["b1"] + 1.0} if np.array_equal(rows, x) else {})
        )

    diagnosis = Net(backward, np.random.default_rng(1), (params, x, t)).diagnose(backward(params, x, t))

    assert (diagnosis.fit, dict(diagnosis.facts)["how"]) == (Fit.NONE, "only-here")


def single(x):
    """The numbers as float32 has them."""
    return np.asarray(x, dtype=np.float32).astype(np.float64)


@pytest.mark.parametrize(
    "few",
    [single, lambda x: np.round(x, 6), lambda x: x + 1e-8 * np.abs(x)],
    ids=["float32", "rounded", "added"],
)
def test_a_forward_pass_that_loses_digits_is_not_called_another_one(few):
    args = point()

    def forward(params, x):
        return few(mlp.forward(params, x).y)

    def loss(params, x, t):
        return 0.5 * float(np.sum((forward(params, x) - t) ** 2)) / len(x)

    def backward(params, x, t):  # its gradients have few digits too
        return {name: few(g) for name, g in mlp.cost_signals(params, x, t).parameters.items()}

    def right(params, x, t):
        return mlp.cost_signals(params, x, t).parameters

    for function in (backward, right):
        net = Net(function, np.random.default_rng(1), args, forward=forward, loss=loss)
        found = worded(net.diagnose(function(*args), own_loss=True))
        assert found.sentence == (
            "y agrees with the expected value to four digits or more, but not to nine: the forward pass "
            "loses digits."
        )
        assert "float32" in found.question


def test_a_forward_pass_with_another_value_is_wrong():
    args = point()
    net = Net(
        lambda *a: {n: 1.1 * g + 0.3 for n, g in mlp.cost_signals(*a).parameters.items()},
        np.random.default_rng(1),
        args,
        forward=lambda params, x: 1.01 * mlp.forward(params, x).y + 0.1,
    )

    found = worded(net.diagnose(net.backward(*args)))

    assert found.sentence == "y itself is wrong: the forward pass differs from the handout's."
