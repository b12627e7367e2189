"""Starts, trainings and what they come to."""

from typing import NamedTuple

import numpy as np

from grader.examiner import Number, Seed, fail
from reference import mlp

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([[0.0], [1.0], [1.0], [0.0]])
NAMES = ("W1", "b1", "W2", "b2")

STARTS, FEW_STARTS, BUDGET = 10, 5, 2000


class Training(NamedTuple):
    """What came of one start: y (4,) after it, or why there is none, and how many steps it took."""

    y: np.ndarray | None
    steps: int
    why: str = ""


def draw(rng, hidden=3, n=6):
    """params of a 2-m-1 net, x (n, 2) and t (n, 1)."""
    return mlp.init_params(rng, (2, hidden, 1)), rng.normal(size=(n, 2)), rng.normal(size=(n, 1))


def start(student, same, seed):
    """init_params of a seed, its shapes checked: a dict of arrays in float64."""
    params = student.init_params(Seed(int(seed)))
    units = np.shape(params.get("W1")) if isinstance(params, dict) and is_array(params.get("W1")) else ()
    hidden = units[0] if len(units) == 2 else 8
    if not 2 <= hidden <= 32:
        fail(f"init_params makes {hidden} hidden units; 2 to 32 are asked for.")
    shapes = {"W1": (hidden, 2), "b1": (hidden,), "W2": (1, hidden), "b2": (1,)}
    same(params, {name: np.zeros(shape) for name, shape in shapes.items()}, "params", values=False)
    return {name: params[name] for name in NAMES}


def is_array(value):
    return isinstance(value, np.ndarray)


def stacked(starts):
    """A dict of arrays with one row a start; they must agree in their number of hidden units."""
    if len({params["W1"].shape for params in starts}) > 1:
        fail("init_params makes different numbers of hidden units from different seeds, expected the same.")
    return {name: np.stack([params[name] for params in starts]) for name in NAMES}


def unpacked(result):
    """(params, losses) that train returned, losses as a vector."""
    if not isinstance(result, tuple | list) or len(result) != 2 or not isinstance(result[0], dict):
        fail("train returned something else than a pair (params, losses) with a dict of params.")
    losses = result[1]
    if isinstance(losses, list) and all(isinstance(loss, int | float | np.floating) for loss in losses):
        losses = np.array(losses, dtype=np.float64)
    if not is_array(losses) or losses.ndim != 1 or losses.dtype.kind not in "fiu":
        fail("train returned losses that are not a vector of numbers, one for each step and one more.")
    return result[0], losses


def learn(student, same, seeds, t):
    """Train from every seed with the student's own defaults: a Training each."""
    starts = stacked([start(student, same, seed) for seed in seeds])
    results = [unpacked(result) for result in many(student.train, starts, t)]
    steps = [len(losses) - 1 for _, losses in results]
    if max(steps) > BUDGET:
        fail(f"train takes {max(steps)} steps by default, {BUDGET} are allowed.")
    whys = [problem(params, starts) for params, _ in results]
    fine = [params for (params, _), why in zip(results, whys, strict=True) if not why]
    answers = iter(many(student.predict, stacked(fine)) if fine else ())
    return [training(None if why else next(answers), n, why) for n, why in zip(steps, whys, strict=True)]


def many(function, starts, *targets):
    """One answer a start."""
    answers = function.many(starts, X, *targets)
    if not isinstance(answers, list | np.ndarray) or len(answers) != len(starts["W1"]):
        fail("There is not one answer for each start.")
    return answers


def problem(params, starts):
    """Why these parameters can't be used, "" if they can."""
    for name in NAMES:
        value = params.get(name)
        if not is_array(value) or value.shape != starts[name].shape[1:] or value.dtype.kind not in "fiu":
            return f"{name} has lost its shape"
        if not np.isfinite(value).all():
            return f"{name} is NaN or infinite"
    return ""


def training(y, steps, why):
    if not why and not (is_array(y) and y.size == 4 and y.dtype.kind in "fiu" and np.isfinite(y).all()):
        why = "predict gives no four numbers"
    return Training(None if why else np.asarray(y, dtype=np.float64).reshape(4), steps, why)


def judge(trainings, t, table, report_number):
    """Fail unless four starts in five end on the right side of 1/2 at all four points."""
    needed = len(trainings) * 4 // 5
    good = [one.y is not None and bool(((one.y > 0.5) == (t[:, 0] > 0.5)).all()) for one in trainings]
    report_number(Number(f"starts that learn {table}", sum(good), needed, sum(good) >= needed))
    if sum(good) >= needed:
        return
    missed = good.index(False)
    fail(
        f"Of {len(good)} starts, {sum(good)} learn {table} within {trainings[missed].steps} steps, "
        f"{needed} are needed. {ending(missed, trainings[missed])}"
    )


def ending(number, one):
    """What a training ends with, in words."""
    if one.y is None:
        return f"After start {number}, {one.why}."
    values = ", ".join(f"{value:.2f}" for value in one.y).replace("-", "−")
    return f"Start {number} ends with y = {values} at (0,0), (0,1), (1,0), (1,1)."
