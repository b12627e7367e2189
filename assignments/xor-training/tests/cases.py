"""Starts, trainings and their results."""

from typing import NamedTuple

import numpy as np

from grader.kit import AnyOf, Number, Seed, fail
from reference import mlp, xor

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([[0.0], [1.0], [1.0], [0.0]])
NAMES = ("W1", "b1", "W2", "b2")

STARTS, FEW_STARTS, BUDGET = 10, 5, 2000


class Training(NamedTuple):
    """The result of one start: params, the history of the loss, and y (4,) after training (None, with
    the reason, if the params can't be used)."""

    params: dict
    losses: np.ndarray
    y: np.ndarray | None
    why: str = ""


def draw(rng, hidden=3, n=6):
    """params of a 2-m-1 net, x (n, 2) and t (n, 1)."""
    return mlp.init_params(rng, (2, hidden, 1)), rng.normal(size=(n, 2)), rng.normal(size=(n, 1))


def descent(params, x, t, steps, learning_rate):
    """The reference's descent, (params, losses): on the average over the rows, and on their sum."""
    rows = len(x)
    average = xor.train(params, x, t, steps, learning_rate)
    total = xor.train(params, x, t, steps, learning_rate * rows)
    return average, (total.params, rows * total.losses)


def steps(params, x, t):
    """The values on the way to the first gradient; error signals of the average, or of the sum."""
    passed, signals = mlp.forward(params, x), mlp.cost_signals(params, x, t)
    h = passed.h[1]
    bars = {"y_bar": signals.z[1], "h_bar": signals.h[1], "z_bar": signals.z[0]}
    found = {"z": passed.z[0], "h": h, "slope": h * (1.0 - h), "y": passed.y}
    return found | {name: AnyOf(bar, len(x) * bar) for name, bar in bars.items()}


def start(student, same, seed):
    """init_params of a seed, its shapes checked: a dict of arrays in float64."""
    params = student.init_params(Seed(int(seed)))
    check_net(same, params, 2, 1, "init_params makes", most=32)
    return {name: params[name] for name in NAMES}


def check_net(same, params, inputs, outputs, said, most):
    """Fail unless params is a net of these sizes, with 2 to `most` hidden units."""
    units = np.shape(params.get("W1")) if isinstance(params, dict) and is_array(params.get("W1")) else ()
    hidden = units[0] if len(units) == 2 else 8
    if not 2 <= hidden <= most:
        fail(f"{said} {hidden} hidden units; 2 to {most} are allowed.")
    shapes = {"W1": (hidden, inputs), "b1": (hidden,), "W2": (outputs, hidden), "b2": (outputs,)}
    same(params, {name: np.zeros(shape) for name, shape in shapes.items()}, "params", values=False)


def is_array(value):
    return isinstance(value, np.ndarray)


def stacked(starts):
    """A dict of arrays with one row for each start; all must have the same number of hidden units."""
    if len({params["W1"].shape for params in starts}) > 1:
        fail("init_params makes different numbers of hidden units from different seeds, expected the same.")
    return {name: np.stack([params[name] for params in starts]) for name in NAMES}


def unpacked(result, name="train"):
    """(params, losses) that train returned, losses as a vector."""
    if not isinstance(result, tuple | list) or len(result) != 2 or not isinstance(result[0], dict):
        fail(f"{name} did not return a pair (params, losses) with a dict of params.")
    return result[0], vector(result[1], f"{name} returned losses that are")


def vector(losses, said):
    """losses as an array of one axis; a list or tuple of numbers is fine."""
    if isinstance(losses, list | tuple) and all(
        isinstance(loss, int | float | np.floating) for loss in losses
    ):
        losses = np.array(losses, dtype=np.float64)
    if not is_array(losses) or losses.ndim != 1 or losses.dtype.kind not in "fiu":
        fail(f"{said} not a vector of numbers.")
    return losses


def learn(student, same, seeds, t):
    """Train from every seed with the student's own defaults: a Training each."""
    starts = stacked([start(student, same, seed) for seed in seeds])
    results = [unpacked(result) for result in many(student.train, starts, t)]
    steps = max(len(losses) for _, losses in results) - 1
    if steps > BUDGET:
        fail(f"train takes {steps} steps by default, at most {BUDGET} are allowed.")
    whys = [problem(params, starts) for params, _ in results]
    fine = [params for (params, _), why in zip(results, whys, strict=True) if not why]
    answers = iter(many(student.predict, stacked(fine)) if fine else ())
    return [
        training(*result, None if why else next(answers), why)
        for result, why in zip(results, whys, strict=True)
    ]


def many(function, starts, *targets):
    """One result for each start."""
    answers = function.many(starts, X, *targets)
    if not isinstance(answers, list | np.ndarray) or len(answers) != len(starts["W1"]):
        fail("There is not one result for each start.")
    return answers


def problem(params, starts):
    """Why these parameters can't be used, "" if they can."""
    for name in NAMES:
        value = params.get(name)
        if not is_array(value) or value.shape != starts[name].shape[1:] or value.dtype.kind not in "fiu":
            return f"{name} has another shape than before"
        if not np.isfinite(value).all():
            return f"{name} is NaN or infinite"
    return ""


def training(params, losses, y, why):
    if not why and not (is_array(y) and y.size == 4 and y.dtype.kind in "fiu" and np.isfinite(y).all()):
        why = "predict does not return four numbers"
    return Training(params, losses, None if why else np.asarray(y, dtype=np.float64).reshape(4), why)


def learned(one, t):
    """Whether all four points ended on the right side of 1/2."""
    return one.y is not None and bool(((one.y > 0.5) == (t[:, 0] > 0.5)).all())


def judge(trainings, t, table, report_number, hidden=False):
    """Fail unless four starts in five end on the right side of 1/2 at all four points. The message of a
    `hidden` test has no numbers: they are not shown."""
    good = [learned(one, t) for one in trainings]
    needed = count(good, f"starts that learn {table}", report_number)
    if sum(good) < needed:
        missed = good.index(False)
        if hidden:
            fail(f"Too few starts learn {table}: four in five are needed.")
        fail(
            f"Of {len(good)} starts, {sum(good)} learn {table} within {len(trainings[missed].losses) - 1} "
            f"steps, but {needed} are needed. {ending(missed, trainings[missed])}"
        )


def count(good, what, report_number):
    """How many of these starts have to be good, four in five (two of three); the number is reported."""
    needed = len(good) * 4 // 5
    report_number(Number(what, sum(good), needed, sum(good) >= needed))
    return needed


def ending(number, one):
    """The end of a training, in words."""
    if one.y is None:
        return f"After start {number}, {one.why}."
    values = ", ".join(f"{value:.2f}" for value in one.y).replace("-", "−")
    return f"Start {number} ends with y = {values} at (0,0), (0,1), (1,0), (1,1)."


def check_curve(student, same, params):
    """Fail unless the default training has the losses of descent at the rate of its first step."""
    after, losses = unpacked(student.train(params, X, XOR))
    if len(losses) < 2:
        fail(f"train takes {len(losses) - 1} steps by default, expected 1 or more.")
    same(after, params, "params", values=False)
    rate = default_rate(student, same, params)
    followed = min(len(losses) - 1, 50)
    curve = xor.train(params, X, XOR, followed, rate).losses
    rows = len(X) if losses[0] > 2.0 * curve[0] else 1  # the sum of the rows' losses, or their average
    same(losses[: followed + 1], rows * curve, f"the history of the first {followed} steps", rtol=1e-6)
    last = rows * float(mlp.cost(after, X, XOR))
    same(float(losses[-1]), last, "the last loss, beside that of the returned params,", rtol=1e-6, atol=1e-12)


def default_rate(student, same, params):
    """The learning rate of one default step, in terms of the average over the rows."""
    after, _ = unpacked(student.train(params, X, XOR, 1))
    same(after, params, "params", values=False)
    grads = mlp.cost_signals(params, X, XOR).parameters
    along = sum(float(np.vdot(params[name] - after[name], grads[name])) for name in NAMES)
    return along / sum(float(np.vdot(grads[name], grads[name])) for name in NAMES)
