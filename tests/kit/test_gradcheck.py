# ruff: noqa: E501 (sentences are compared whole)
import re

import numpy as np
import pytest

from grader.kit import AnyOf
from reference import mlp
from tests.kit.fakes import FakeFunction
from tests.kit.strange import MINUS, STRANGE, WANT, message_of


@pytest.mark.parametrize("strange", STRANGE, ids=lambda v: type(v).__name__)
@pytest.mark.parametrize("place", ["whole", "entry"])
@pytest.mark.parametrize("against", ["slopes", "reference"])
def test_it_has_a_message_for_any_gradients(gradcheck, strange, place, against):
    params = {"W1": WANT}
    grads = strange if place == "whole" else {"W1": strange}
    question = {"of": FakeFunction(lambda p: float(np.sum(p["W1"] ** 2))), "args": (params,)}

    message_of(gradcheck, grads, **(question if against == "slopes" else {"reference": {"W1": 2 * WANT}}))


@pytest.mark.parametrize("strange", STRANGE, ids=lambda v: type(v).__name__)
def test_it_has_a_message_for_any_value_of_a_loss(gradcheck, strange):
    args = ({"W1": WANT},)

    message_of(gradcheck, {"W1": 2 * WANT}, FakeFunction(lambda p: strange), args)


@pytest.mark.parametrize(
    "returned", [None, "", [], [1.0], 3.0, np.zeros(3), {"a": 1}, np.array(1.0)], ids=str
)
def test_it_has_a_message_for_any_result_of_many_calls(gradcheck, returned):
    of = FakeFunction(lambda p: 0.0)
    of.many = lambda *args, over: returned

    message_of(gradcheck, {"W1": 2 * WANT}, of, ({"W1": WANT},))


# same: what passes


def make_question(seed=0, average=True):
    """A student's loss, its arguments, and the right gradients."""
    rng = np.random.default_rng(seed)
    params = mlp.init_params(rng, (4, 5, 3))
    x, t = rng.normal(size=(6, 4)), rng.normal(size=(6, 3))
    rows = 1 if average else 6
    loss = FakeFunction(lambda p, x, t: rows * float(mlp.cost(p, x, t)))
    grads = {name: rows * g for name, g in mlp.cost_signals(params, x, t).parameters.items()}
    return loss, (params, x, t), grads


@pytest.mark.parametrize("seed", range(5))
def test_right_gradients_pass_with_one_number_for_each_parameter(gradcheck, recorder, seed):
    loss, args, grads = make_question(seed)

    gradcheck(grads, loss, args)

    assert [n.name for n in recorder.numbers] == [
        f"{s} against the measured slopes of loss" for s in ("W̄₁", "b̄₁", "W̄₂", "b̄₂")
    ]
    assert all(n.passed and n.value < 1e-8 and n.threshold >= 1e-6 for n in recorder.numbers)
    assert loss.frames == 1


def test_the_tolerance_is_much_smaller_for_a_reference_than_for_slopes(gradcheck, recorder):
    loss, args, grads = make_question()
    near = {name: g * (1 + 1e-7) for name, g in grads.items()}

    gradcheck(near, loss, args)
    message = message_of(gradcheck, near, loss, args, reference=grads)

    assert message.startswith("W̄₁ differs from the reference: relative error 5.0e−8, threshold 1.0e−9.")
    assert len(recorder.numbers) == 4 + 8


def test_one_answer_of_several_must_fit_all_parameters(gradcheck):
    _, args, average = make_question()
    total = {name: 6 * g for name, g in average.items()}
    either = AnyOf(average=average, sum=total)

    gradcheck(average, args=args, reference=either)
    gradcheck(total, args=args, reference=either)
    message = message_of(gradcheck, {**average, "b2": total["b2"]}, args=args, reference=either)

    assert message.startswith(
        "b̄₂ differs from the reference (average, the nearest of 2): relative error 0.714"
    )
    assert message.endswith("W̄₁, b̄₁ and W̄₂ are right.")


def test_the_nearest_answer_is_found_from_all_parameters_not_only_the_checked_ones(gradcheck):
    _, args, average = make_question()
    almost_sum = {**average, "b1": 5.9 * average["b1"]}
    either = AnyOf(average=average, sum={name: 6 * g for name, g in average.items()})

    message = message_of(gradcheck, almost_sum, args=args, names=("b1",), reference=either)

    assert message.startswith("b̄₁ differs from the reference (average, the nearest of 2)")


def test_names_choose_the_parameters_of_a_dict(gradcheck, recorder):
    loss, args, grads = make_question()
    grads["W1"] = -grads["W1"]

    gradcheck(grads, loss, args, names=("b1", "W2"))
    assert len(recorder.numbers) == 2
    assert "W̄₁ differs" in message_of(gradcheck, grads, loss, args, names=("W1",))


def changed(grads, **changes):
    return {**grads, **changes}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda g: None, "None was returned, expected a dict with 'W1', 'b1', 'W2' and 'b2'."),
        (lambda g: [*g.values()], "The gradients are a list of 4 items, expected a dict with 'W1', 'b1', 'W2' and 'b2'."),
        (
            lambda g: {f"d{k}": v for k, v in g.items()},
            "The gradients have no 'W1'; they contain 'dW1', 'db1', 'dW2' and 'db2'. b̄₁, W̄₂ and b̄₂ are wrong too.",
        ),
        (
            lambda g: changed(g, b1=np.zeros((6, 5))),
            "b̄₁ has shape (6, 5), expected (5,). W̄₁, W̄₂ and b̄₂ are right.",
        ),
        (lambda g: changed(g, W2=None), "W̄₂: None was returned, expected an array of shape (3, 5). W̄₁, b̄₁ and b̄₂ are right."),
        (
            lambda g: changed(g, b2=g["b2"] * [1, np.nan, 1]),
            "b̄₂[1] is NaN, expected a finite number; 1 of 3 entries are NaN or infinite. W̄₁, b̄₁ and W̄₂ are right.",
        ),
        (
            lambda g: changed(g, b2=0 * g["b2"], b1=-g["b1"]),
            f"b̄₁ differs from the measured slopes of loss: relative error 1, threshold 1.0e{MINUS}6. Worst entry: ",
        ),
    ],
)  # fmt: skip
def test_it_says_which_gradient_is_wrong(gradcheck, change, sentence):
    loss, args, grads = make_question()

    message = message_of(gradcheck, change(grads), loss, args)

    assert message.startswith(sentence)


def test_the_worst_entry_is_named_with_both_values(gradcheck):
    loss, args, grads = make_question()
    grads["W1"][2, 1] = 7.0
    slope = mlp.cost_signals(*args).parameters["W1"][2, 1]

    message = message_of(gradcheck, grads, loss, args)

    want = f"{slope:.4g}".replace("-", MINUS)
    assert f"Worst entry: W̄₁[2, 1] is 7.000, measured {want}" in message


@pytest.mark.parametrize(
    ("loss", "sentence"),
    [
        (lambda p: None, "The loss returned None, expected a single number."),
        (lambda p: "0.5", "The loss returned text, expected a single number."),
        (lambda p: np.zeros(2), "The loss returned an array of shape (2,), expected a single number."),
        (lambda p: np.zeros((0, 1)), "The loss returned an array of shape (0, 1), expected a single number."),
        (lambda p: (0.5, p), "The loss returned a tuple of 2 items, expected a single number."),
        (lambda p: [[1.0], [1.0, 2.0]], "The loss returned a list of 2 items, expected a single number."),
        (lambda p: {}, "The loss returned an empty dict, expected a single number."),
        (lambda p: np.float32(1), "The loss returned float32, expected float64: its slopes need more digits."),
        (lambda p: np.nan, "The loss is NaN at the given arguments, so its slopes can't be measured."),
        (
            lambda p: np.inf if p[0] > 1 else 1.0,
            "The loss is ∞ where the argument is changed by 1.0e−5, so its slopes can't be measured.",
        ),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong_with_a_loss(gradcheck, loss, sentence):
    of = FakeFunction(loss, path="a.b")

    assert message_of(gradcheck, np.ones(2), of, (np.ones(2),)) == sentence


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_a_loss_of_one_entry_in_any_shape_has_slopes(gradcheck, shape):
    of = FakeFunction(lambda w: np.sum(w**2).reshape(shape))

    gradcheck(2 * WANT, of, (WANT,))


def test_several_parameters_must_be_passed_as_one_argument(gradcheck):
    with pytest.raises(TypeError, match="wrt is the index of one argument; pass several"):
        gradcheck((WANT, WANT), lambda v, w: v @ w, (WANT, WANT), wrt=(0, 1))

    gradcheck((2 * WANT, 4 * WANT), lambda p: np.sum(p[0] ** 2) + 2 * np.sum(p[1] ** 2), ((WANT, WANT),))


def test_a_plain_callable_is_a_loss_too(gradcheck):
    gradcheck(2 * WANT, lambda scale, w: scale * np.sum(w**2), (1.0, WANT), wrt=1)


@pytest.mark.parametrize("form", [dict, list, tuple])
def test_lists_and_tuples_of_arrays_can_be_named(gradcheck, form):
    w, b = WANT, np.array([1.0, 2.0])
    right = {"W": 2 * w, "b": 3 * b**2}
    of = FakeFunction(lambda p: float(np.sum(p[0] ** 2) + np.sum(p[1] ** 3)))
    grads = right if form is dict else form(right.values())

    gradcheck(grads, of, ([w, b],), names=("W", "b"))
    gradcheck(grads, args=((w, b),), names=("W", "b"), reference=list(right.values()))
    wrong = {**right, "b": b} if form is dict else form([2 * w, b])
    assert message_of(gradcheck, wrong, of, ([w, b],), names=("W", "b")).startswith("b̄ differs")


def test_a_large_wrong_gradient_is_reported_along_a_random_direction(gradcheck):
    w = np.random.default_rng(0).normal(size=3000)
    of = FakeFunction(lambda w: float(np.sum(w**2)))

    gradcheck(2 * w, of, (w,))
    assert "Along random direction" in message_of(gradcheck, 3 * w, of, (w,))


def test_single_precision_has_its_own_step_and_tolerance(gradcheck):
    of = FakeFunction(lambda w: np.float32(np.sum(w.astype(np.float32) ** 3)))
    right = (3 * WANT**2).astype(np.float32)

    gradcheck(right, of, (WANT.astype(np.float32),), precision="float32")
    assert "threshold 0.01" in message_of(gradcheck, 1.05 * right, of, (WANT,), precision="float32")


def test_a_float32_gradient_passes_against_slopes_but_not_against_a_reference(gradcheck):
    loss, args, grads = make_question()
    short = {name: g.astype(np.float32) for name, g in grads.items()}

    gradcheck(short, loss, args)
    message = message_of(gradcheck, short, args=args, reference=grads)

    assert message.startswith(
        "W̄₁ has dtype float32, expected float64: its values agree to fewer digits (relative"
    )
    assert re.search(r"Worst entry: W̄₁\[\d, \d\] is (.+), expected (?!\1\.)", message)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("dW", "dW"),
        ("grad_W", "grad_W"),
        ("W_bar", "W̄"),
        ("dL_dW", "dL_dW"),
        ("W", "W̄"),
        ("theta", "the gradient of theta"),
    ],
)
def test_a_name_that_is_a_gradients_already_is_not_called_the_gradient_of_it(gradcheck, name, shown):
    message = message_of(gradcheck, (2 * WANT,), args=((WANT,),), reference=(WANT,), names=[name])

    assert message.startswith(
        f"{shown[0].upper() if ' ' in shown else shown[0]}{shown[1:]} differs from the reference"
    )


def test_what_differs_from_the_slopes_of_a_loss_is_not_called_wrong(gradcheck):
    loss, args, grads = make_question()
    doubled = lambda *args: 2 * loss(*args)  # noqa: E731

    message = message_of(gradcheck, grads, doubled, args)

    assert message.endswith("b̄₁, W̄₂ and b̄₂ differ too.")


@pytest.mark.parametrize("loss", [lambda p: 1e9 + float(np.sum(p["W1"] ** 2)), lambda p: 5.0])
def test_slopes_smaller_than_the_rounding_noise_fail(gradcheck, recorder, loss):
    grads = {"W1": 0 * WANT if loss({"W1": WANT}) == 5 else 2e-6 * WANT}
    of = FakeFunction(lambda p: loss({"W1": p["W1"] * 1e-3}))

    message = message_of(gradcheck, grads, of, ({"W1": WANT},))

    assert message.startswith(
        "W̄₁ can't be checked: the slopes of loss with respect to W1 are too small for its rounding noise;"
    )
    assert [(n.threshold, n.passed) for n in recorder.numbers][1:] == [(0.1, False)]


def recurrent(p):
    """A loss of a recurrent net after one step, in which W_hh has no part."""
    return 2.0 + float(np.sum(np.tanh(p["W_xh"]) ** 2) + 0.0 * np.sum(p["W_hh"]))


def test_a_true_zero_among_clear_slopes_passes(gradcheck):
    params = {"W_xh": WANT, "W_hh": WANT}
    grads = {"W_xh": 2 * np.tanh(WANT) / np.cosh(WANT) ** 2, "W_hh": 0 * WANT}

    gradcheck(grads, FakeFunction(recurrent), (params,))
    message = message_of(gradcheck, {**grads, "W_hh": 1e-3 + 0 * WANT}, FakeFunction(recurrent), (params,))
    assert "W_hh differs from the measured slopes" in message


def test_a_zero_that_the_reference_says_passes_alone(gradcheck):
    loss = FakeFunction(lambda p: 2.0)

    gradcheck({"W": 0 * WANT}, loss, ({"W": WANT},), reference={"W": 0 * WANT})


def test_zero_slopes_without_noise_pass(gradcheck):
    gradcheck(0 * WANT, FakeFunction(lambda w: float(np.sum((w - WANT) ** 2))), (WANT,))


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"args": ({"W1": np.zeros(0)},), "of": abs},
        {"args": ({},), "of": abs},
        {"args": ({"W1": WANT},), "of": abs, "names": ("W3",)},
        {"args": ({1: WANT},), "of": abs},
        {"args": ({"W1": WANT},), "reference": {"W1": WANT[0]}},
        {"args": ({"W1": WANT},), "reference": {"W2": WANT}},
        {"args": ({"W1": WANT},), "reference": {"W1": WANT * np.nan}},
        {"args": ([WANT],), "of": abs, "names": ("a", "b")},
        {"args": ("text",), "of": abs},
    ],
)
def test_an_impossible_question_is_an_error_of_the_pack(gradcheck, question):
    with pytest.raises((ValueError, TypeError), match="gradcheck: "):
        gradcheck({"W1": WANT}, **question)
