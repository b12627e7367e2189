"""Right gradients beside a wrong loss, or a loss of another average: the sentence is about the loss."""

import numpy as np
import pytest

from grader.diagnosis.words import worded
from grader.kit import AnyOf, Checks, Mismatch, Net, Recorder
from grader.values import Fit
from reference import mlp
from reference.losses import log_softmax, softmax
from reference.mistakes import OF_A_LOSS

TWO_OUTPUTS, THREE = (4, 5, 2), (4, 5, 3)


def point(sizes=THREE, classes=False, n=6):
    rng = np.random.default_rng(2)
    t = rng.dirichlet(np.ones(sizes[-1]), size=n) if classes else rng.normal(size=(n, sizes[-1]))
    return mlp.init_params(rng, sizes, 0.8), rng.normal(size=(n, sizes[0])), t


def y_of(params, x):
    return mlp.forward(params, x).y


def weights(params):
    return sum(np.sum(value**2) for name, value in params.items() if name.startswith("W"))


def squares(value):
    """A loss of y − t and of the number of rows."""
    return lambda params, x, t: value(y_of(params, x) - t, len(x))


def entropy(value):
    """A loss of the targets and the shares."""
    return lambda params, x, t: np.sum(value(t, softmax(y_of(params, x)))) / len(x)


def right_backward(classes, penalty=0.0):
    signals = mlp.class_cost_signals if classes else mlp.cost_signals

    def backward(params, x, t):
        grads = dict(signals(params, x, t).parameters)
        return {
            name: grad + penalty * params[name] if name.startswith("W") else grad
            for name, grad in grads.items()
        }

    return backward


def diagnosis_of(loss, args, penalty=0.0, classes=False, backward=None, **more):
    """The diagnosis after a check of right gradients against the slopes of this loss."""
    backward = backward or right_backward(classes, penalty)
    kind = {"loss_kind": "cross-entropy", "logits": True} if classes else {}
    net = Net(
        backward, np.random.default_rng(1), args, forward=y_of, loss=loss, penalty=penalty, **kind, **more
    )
    return worded(net.diagnose(backward(*args), own_loss=True))


SQUARED = {
    "loss-absolute": squares(lambda e, n: np.sum(np.abs(e)) / n),
    "loss-without-half": squares(lambda e, n: np.sum(e**2) / n),
    "loss-over-entries": squares(lambda e, n: 0.5 * np.mean(e**2)),
    "loss-sign": squares(lambda e, n: -0.5 * np.sum(e**2) / n),
    "loss-without-square": squares(lambda e, n: 0.5 * np.sum(e) / n),
    "loss-root": squares(lambda e, n: np.sqrt(np.sum(e**2))),
    "loss-last-row": squares(lambda e, n: 0.5 * np.sum(e[-1] ** 2)),
    "loss-first-row": squares(lambda e, n: 0.5 * np.sum(e[0] ** 2)),
    "loss-factor": squares(lambda e, n: 1.5 * np.sum(e**2) / n),
    "loss-constant": squares(lambda e, n: 0.5 * np.sum(e**2) / n + 0.25),
}
CLASSES = {
    "loss-binary": entropy(lambda t, y: -t * np.log(y) - (1 - t) * np.log(1 - y)),
    "loss-other-base": entropy(lambda t, y: -t * np.log2(y)),
    "loss-small-number": entropy(lambda t, y: -t * np.log(y + 1e-3)),
    "loss-sign": entropy(lambda t, y: t * np.log(y)),
    "loss-factor": entropy(lambda t, y: -3.0 * t * np.log(y)),
}
PENALTY = 0.3


def penalised(value):
    """Half the squared error, and this penalty."""

    def loss(params, x, t):
        return 0.5 * np.sum((y_of(params, x) - t) ** 2) / len(x) + value(params, len(x))

    return loss


PENALISED = {
    "loss-penalty-left-out": penalised(lambda params, n: 0.0),
    "loss-penalty-doubled": penalised(lambda params, n: PENALTY * weights(params)),
    "loss-penalty-halved": penalised(lambda params, n: 0.25 * PENALTY * weights(params)),
    "loss-penalty-averaged": penalised(lambda params, n: 0.5 * PENALTY * weights(params) / n),
    "loss-penalty-on-biases": penalised(
        lambda params, n: 0.5 * PENALTY * sum(np.sum(value**2) for value in params.values())
    ),
}


@pytest.mark.parametrize("sizes", [THREE, TWO_OUTPUTS], ids=["3 outputs", "2 outputs"])
@pytest.mark.parametrize("mistake", SQUARED)
def test_right_gradients_beside_a_wrong_squared_error_say_what_is_wrong_in_the_loss(mistake, sizes):
    found = diagnosis_of(SQUARED[mistake], point(sizes))

    assert (found.fit, found.mistakes, found.signal) == (Fit.ONE, (mistake,), "")
    assert found.sentence.startswith(
        "Your gradients are right for the handout's loss, but your loss is wrong: "
    )


@pytest.mark.parametrize("mistake", CLASSES)
def test_right_gradients_beside_a_wrong_cross_entropy_say_what_is_wrong_in_the_loss(mistake):
    found = diagnosis_of(CLASSES[mistake], point(classes=True), classes=True)

    assert (found.fit, found.mistakes) == (Fit.ONE, (mistake,))


@pytest.mark.parametrize("mistake", PENALISED)
def test_right_gradients_beside_a_wrong_penalty_say_what_is_wrong_in_the_loss(mistake):
    assert diagnosis_of(PENALISED[mistake], point(), PENALTY).mistakes == (mistake,)


def test_every_mistake_of_a_loss_is_tried_here_or_is_another_average():
    assert {*SQUARED, *CLASSES, *PENALISED} == set(OF_A_LOSS) - {"loss-averaged", "loss-not-averaged"}


@pytest.mark.parametrize(
    ("mistake", "part"),
    [
        (SQUARED["loss-factor"], "it is 3 times the handout's."),
        (SQUARED["loss-constant"], "it is the handout's plus 0.25."),
        (SQUARED["loss-absolute"], "it adds |y − t| instead of the squares."),
    ],
)
def test_the_sentence_has_the_factor_or_the_term(mistake, part):
    assert diagnosis_of(mistake, point()).sentence.endswith(part)


@pytest.mark.parametrize(
    "used",
    [lambda y: y + 1e-12, lambda y: np.maximum(y, 1e-12), lambda y: np.clip(y, 1e-12, 1 - 1e-12)],
    ids=["added", "maximum", "clipped"],
)
def test_a_small_number_in_the_logarithm_is_found_where_a_share_is_zero(used):
    params, x, t = point(classes=True)
    args = params | {"W2": 1e3 * params["W2"]}, x, t

    def loss(params, x, t):
        return -np.sum(t * np.log(used(softmax(y_of(params, x))))) / len(x)

    found = diagnosis_of(loss, args, classes=True)

    assert found.mistakes == ("loss-small-number",)
    assert "1e−12 is added to y, or replaces each smaller y, before the logarithm" in found.sentence


def test_an_unknown_wrong_loss_is_named_with_its_value_and_the_right_one():
    def loss(params, x, t):
        return np.sum(np.cosh(y_of(params, x) - t)) / len(x)

    found = diagnosis_of(loss, point())

    assert (found.fit, dict(found.facts)["how"]) == (Fit.NONE, "loss")
    got, want = dict(found.facts)["got"], dict(found.facts)["want"]
    assert f"on one of our random inputs it is {got}, and the handout's is {want}." in found.sentence
    assert got != want
    assert "?" in found.question


@pytest.mark.parametrize(
    ("factor", "name", "sentence"),
    [
        (
            lambda n: 1.0,
            "gradient-averages",
            "the gradient averages over the rows where the loss sums over them.",
        ),
        (
            lambda n: 1 / n,
            "gradient-sums",
            "the gradient sums over the rows where the loss averages over them.",
        ),
    ],
    ids=["sum beside mean", "mean beside sum"],
)
@pytest.mark.parametrize("classes", [False, True], ids=["squared", "classes"])
def test_a_loss_and_gradients_of_two_conventions_do_not_belong_together(factor, name, sentence, classes):
    def loss(params, x, t):
        y = y_of(params, x)
        rows = -t * log_softmax(y) if classes else 0.5 * (y - t) ** 2
        return factor(len(x)) * np.sum(rows)

    def backward(params, x, t):
        scale = 1.0 if name == "gradient-averages" else len(x)
        return {n: scale * grad for n, grad in right_backward(classes)(params, x, t).items()}

    found = diagnosis_of(loss, point(classes=classes), classes=classes, backward=backward)

    assert found.mistakes == (name,)
    assert found.sentence == f"Your gradients and your loss do not belong together: {sentence}"


@pytest.mark.parametrize(
    ("laws", "rest"),
    [
        (("mean", "sum"), " The handout averages over them, so your loss is the one that differs from it."),
        (("sum", "mean"), " The handout sums over them, so your gradient is the one that differs from it."),
        (None, ""),
    ],
)
def test_where_the_handout_s_average_is_known_the_function_that_differs_is_named(laws, rest):
    def loss(params, x, t):
        return 0.5 * np.sum((y_of(params, x) - t) ** 2)

    found = diagnosis_of(loss, point(), laws=laws)

    assert found.mistakes == ("gradient-averages",)
    assert found.sentence == (
        "Your gradients and your loss do not belong together: the gradient averages over the rows where the "
        f"loss sums over them.{rest}"
    )
    assert "inputs" not in found.question


def test_a_loss_that_sums_where_only_the_average_is_allowed_is_what_is_wrong():
    def loss(params, x, t):
        return 0.5 * np.sum((y_of(params, x) - t) ** 2)

    found = diagnosis_of(loss, point(), laws=("mean",))

    assert found.mistakes == ("loss-not-averaged",)
    assert found.sentence == (
        "Your gradients are right for the handout's loss, but your loss is wrong: the rows' losses are "
        "summed, not averaged."
    )


def test_a_loss_that_is_right_but_rounded_is_not_called_wrong():
    def loss(params, x, t):
        return float(np.float32(0.5 * np.sum((y_of(params, x) - t) ** 2) / len(x)))

    def exact(params, x, t):
        return 0.5 * np.sum((y_of(params, x) - t) ** 2) / len(x)

    assert dict(diagnosis_of(exact, point()).facts)["how"] == "slopes"
    assert dict(diagnosis_of(loss, point()).facts)["how"] == "loss"


def test_a_wrong_loss_beside_wrong_gradients_is_said_beside_the_mistake():
    def without_slope(params, x, t):
        grads = right_backward(False)(params, x, t)
        return grads | {"b2": -grads["b2"]}

    unknown = diagnosis_of(
        lambda params, x, t: np.sum(np.cosh(y_of(params, x) - t)), point(), backward=without_slope
    )
    known = diagnosis_of(SQUARED["loss-absolute"], point(), backward=without_slope)

    assert unknown.mistakes == ("bias-sign:2",)
    assert unknown.sentence.endswith("Your loss is wrong too.")
    assert known.mistakes == ("bias-sign:2", "loss-absolute")
    assert known.sentence.endswith("Your loss is wrong too: it adds |y − t| instead of the squares.")


def test_the_value_of_a_loss_alone_says_nothing_about_the_gradients():
    def no_backward(params, x, t):
        raise AssertionError("not called")

    args = point()
    loss = SQUARED["loss-without-half"]
    net = Net(no_backward, np.random.default_rng(1), args, forward=y_of, loss=loss)
    found = worded(net.losses.diagnose(loss(*args)))

    assert found.sentence == "Your loss is wrong: it is computed without its ½."
    assert "gradient" not in found.sentence + found.evidence


def summed(params, x, t):
    return {name: len(x) * grad for name, grad in mlp.cost_signals(params, x, t).parameters.items()}


def checked(reference, got=summed, **more):
    """The diagnosis after a check of these gradients against a reference, with the default `laws`."""
    args, recorder = point(), Recorder()
    net = Net(got, np.random.default_rng(1), args, **more)
    with pytest.raises(Mismatch):
        Checks(recorder).gradcheck(got(*args), args=args, reference=reference(*args), diagnose=net)
    recorder.explain()
    return recorder.diagnosis


def average(params, x, t):
    return mlp.cost_signals(params, x, t).parameters


@pytest.mark.parametrize(
    ("reference", "got", "named"),
    [
        (average, summed, ("not-averaged",)),
        (summed, average, ("averaged",)),
        (
            lambda *args: AnyOf(average(*args), summed(*args)),
            lambda *args: {name: 2 * grad for name, grad in summed(*args).items()},
            ("factor-two",),
        ),
    ],
    ids=["the average is right", "the sum is right", "both are right"],
)
def test_the_averages_that_a_task_allows_are_those_of_its_reference(reference, got, named):
    assert checked(reference, got).mistakes == named


def test_laws_that_a_pack_names_are_kept():
    assert checked(summed, average, laws=("sum",)).mistakes == ("averaged",)
