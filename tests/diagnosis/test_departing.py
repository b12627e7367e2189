"""No mistake fits: what is said of the gradient that departs first."""

import numpy as np
import pytest

from grader.diagnosis.words import worded
from grader.kit import Net
from grader.values import Diagnosis, Fit
from reference import mlp


def point(sizes=(4, 5, 3), n=6):
    rng = np.random.default_rng(2)
    return mlp.init_params(rng, sizes, 0.8), rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1]))


def told(spoil, args=None):
    """The diagnosis of right gradients after `spoil(grads, x)` had them."""
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
    ("spoil", "how", "said"),
    [
        (put("W1", lambda w: 1.75 * w), "ratio", "W̄₁ is 1.75 times the expected one, entry by entry."),
        (
            put("W1", lambda w: w / np.linalg.norm(w)),
            "multiple",
            "by a factor that differs from draw to draw",
        ),
        (put("W1", second_row_dead), "slices", "Only row 1 of W̄₁ departs, being zero (counted from 0)."),
        (put("W1", one_column_off), "slices", "Only column 2 of W̄₁ departs (counted from 0)."),
        (put("W1", lambda w: w[::-1]), "permuted", "W̄₁ has the expected entries in another order."),
        (put("W1", np.abs), "signs", "W̄₁ has the expected sizes, with other signs."),
        (put("W1", rank_one), "rank-one", "W̄₁ has rank one, which is not expected of it."),
        (
            put("W1", lambda w: w * np.arange(2, len(w) + 2)[:, None]),
            "scaled",
            "Each row of W̄₁ is a multiple",
        ),
        (put("W1", lambda w: w * (1 + 1e-7)), "digits", "W̄₁ agrees to four digits or more, but not to nine."),
        (put("W1", lambda w: w[:, :2]), "shape", "W̄₁ has another shape than its parameter."),
        (put("W1", np.tanh), "differs", "W̄₁ differs in no simple way."),
    ],
)
def test_how_a_gradient_departs_is_said_as_far_as_it_is_certain(spoil, how, said):
    found = told(spoil)

    assert (found.fit, found.mistakes, found.signal) == (Fit.NONE, (), "W̄₁")
    assert dict(found.facts)["how"] == how
    assert said in found.sentence
    assert "b̄₁, W̄₂ and b̄₂ agree." in found.sentence
    assert "?" in found.question


def test_the_signal_that_departs_first_is_the_one_nearest_to_the_loss():
    def spoil(grads, x):
        for name in ("W1", "b1", "W2"):
            grads[name] = grads[name] + 0.1 * np.sin(np.arange(grads[name].size)).reshape(grads[name].shape)

    assert told(spoil, point((4, 5, 5, 3))).signal == "W̄₂"


def test_a_bias_and_its_weights_that_depart_tell_of_the_signal_before_them():
    def spoil(grads, x):
        grads["W1"], grads["b1"] = grads["W1"] ** 3, grads["b1"] ** 3

    assert told(spoil).signal == "z̄"


def test_gradients_of_zero_are_said_to_be_zero():
    def spoil(grads, x):
        grads.update({name: np.zeros_like(g) for name, g in grads.items()})

    assert told(spoil).sentence == "Every gradient is zero."


def test_what_departs_on_the_tests_inputs_alone_is_said_to():
    params, x, t = point()

    def backward(p, rows, targets):
        grads = dict(mlp.cost_signals(p, rows, targets).parameters)
        return grads | {"b1": grads["b1"] + 1.0} if np.array_equal(rows, x) else grads

    found = worded(Net(backward, np.random.default_rng(1), (params, x, t)).diagnose(backward(params, x, t)))

    assert (
        found.sentence
        == "On inputs drawn at random your gradients agree; they depart on the inputs of this test."
    )


def test_a_slip_of_a_name_nobody_knows_is_told_without_it():
    found = worded(Diagnosis(Fit.ONE, ("made-up",), "z̄", (), 0.0, 2))

    assert found.sentence.startswith("z̄ is the first error signal to depart.")
    assert "made-up" not in found.sentence


def test_code_for_one_size_alone_is_not_given_a_slip():
    params, x, t = point()

    def backward(p, rows, targets):
        grads = dict(mlp.cost_signals(p, rows, targets).parameters)
        return (
            grads
            | {"W1": grads["W1"][:5, :4]}
            | ({"b1": grads["b1"] + 1.0} if np.array_equal(rows, x) else {})
        )

    found = Net(backward, np.random.default_rng(1), (params, x, t)).diagnose(backward(params, x, t))

    assert (found.fit, dict(found.facts)["how"]) == (Fit.NONE, "only-here")
