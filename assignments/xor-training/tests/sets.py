"""The two larger tasks: the lecture's patterns under translation, and digits of 8 x 8 pixels."""

from pathlib import Path
from typing import NamedTuple

import digits
import numpy as np
from cases import check_net, count, unpacked, vector

from grader.kit import AnyOf, Number, Seed, fail
from reference import mlp, patterns
from reference.losses import softmax_cross_entropy

MOST_UNITS, MOST_STEPS, FEWEST_POINTS = 64, 2000, 10
PATTERN_STARTS, DIGIT_STARTS, ACCURACY = 5, 3, 0.8
UNTRAINED = 1.5  # the loss of an untrained net is ln 10 = 2.3 or more

with np.load(Path(__file__).with_name("digits.npz")) as stored:
    DIGITS = dict(stored)


class Split(NamedTuple):
    """Pictures (n, 64), numbers from 0 to 1, and one-hot targets (n, 10)."""

    x: np.ndarray
    t: np.ndarray


class Learning(NamedTuple):
    """What learn_digits returned, with its curves as vectors."""

    params: dict
    losses: np.ndarray
    losses_val: np.ndarray


def split(name):
    """One of the three parts of the bundled set."""
    return Split(DIGITS[f"x_{name}"] / digits.LEVELS, np.eye(10)[DIGITS[f"digits_{name}"]])


def drawn_digits(rng):
    """Training, validation and test set of new drawings, the ten classes in another order."""
    order = np.eye(10)[rng.permutation(10)]
    made = (digits.draw(rng, n) for n in (150, 60, 200))
    return tuple(Split(x, order[shown]) for x, shown in made)


def drawn_patterns(rng):
    """The translations of A and B with their pixels in another order and the classes exchanged."""
    x, labels = patterns.dataset()
    return x[:, rng.permutation(patterns.PIXELS)], 1.0 - labels[:, None]


def learn_patterns(student, same, seeds, x, t):
    """From every seed (params, losses) of learn_patterns, a net of the right shapes each."""
    trained = [unpacked(student.learn_patterns(Seed(int(seed)), x, t), "learn_patterns") for seed in seeds]
    for params, losses in trained:
        check_net(same, params, x.shape[1], 1, "learn_patterns makes", most=MOST_UNITS)
        if len(losses) - 1 > MOST_STEPS:
            fail(f"learn_patterns takes {len(losses) - 1} steps, at most {MOST_STEPS} are allowed.")
    return trained


def judge_patterns(trained, x, t, report_number, hidden=False):
    """Fail unless the params of four starts in five put all translations on the right side of 1/2."""
    wrong = [int(np.sum((mlp.forward(params, x).y > 0.5) != (t > 0.5))) for params, _ in trained]
    good = [not misses for misses in wrong]
    needed = count(good, "starts that tell A from B", report_number)
    if sum(good) < needed:
        missed = good.index(False)
        if hidden:
            fail(
                "After too few starts all translations are on the right side of 1/2: four in five are needed."
            )
        fail(
            f"Of {len(good)} starts, {sum(good)} distinguish all translations of A from those of B, "
            f"but {needed} are needed. After start {missed}, {wrong[missed]} of {len(x)} are on the wrong "
            "side of 1/2."
        )


def learn_digits(student, same, seed, train, validation):
    """What learn_digits returns for a seed, its shapes checked."""
    result = student.learn_digits(Seed(int(seed)), *train, *validation)
    if not isinstance(result, tuple | list) or len(result) != 3 or not isinstance(result[0], dict):
        fail("learn_digits did not return (params, losses, losses_val) with a dict of params.")
    check_net(same, result[0], 64, 10, "learn_digits makes", most=MOST_UNITS)
    return Learning(result[0], vector(result[1], "losses is"), vector(result[2], "losses_val is"))


def cost(params, part):
    """The cross-entropy of a net on a Split, averaged over its rows."""
    return float(np.mean(softmax_cross_entropy(mlp.forward(params, part.x).y, part.t)))


def accuracy(params, part):
    """The share of a Split whose largest output is the one of the target."""
    return float(np.mean(mlp.forward(params, part.x).y.argmax(axis=1) == part.t.argmax(axis=1)))


def check_curves(same, one, train, validation):
    """Fail unless both curves begin untrained, fall, and hold the losses of the returned params."""
    if len(one.losses) != len(one.losses_val) or len(one.losses) < FEWEST_POINTS:
        fail(
            f"losses has {len(one.losses)} entries and losses_val {len(one.losses_val)}; "
            f"both need one for each point of the training, {FEWEST_POINTS} or more."
        )
    for name, curve in (("losses", one.losses), ("losses_val", one.losses_val)):
        same(curve, np.zeros(len(curve)), name, values=False)
    if one.losses[0] < UNTRAINED:
        fail(
            f"losses begins with {one.losses[0]:.3f}; before training, the loss is near ln 10 = 2.303 or "
            f"above."
        )
    costs = cost(one.params, train), cost(one.params, validation)
    place = nearest(one, costs, (len(train.x), len(validation.x)))
    for name, curve, average, part in zip(
        ("losses", "losses_val"), one[1:], costs, (train, validation), strict=True
    ):
        either = AnyOf(average=average, sum=len(part.x) * average)
        same(float(curve[place]), either, f"{name}[{place}], beside the loss of params,", rtol=1e-6)
    if one.losses[place] > 0.5 * one.losses[0]:
        first, reached = one.losses[0], one.losses[place]
        fail(
            f"losses begins with {first:.3f} and is {reached:.3f} at the returned params, "
            "expected half or less."
        )


def nearest(one, costs, rows):
    """The place of the curves whose losses are nearest to those of the params; the last of several."""
    off = [
        np.minimum(abs(curve / cost - 1.0), abs(curve / cost / n - 1.0))
        for curve, cost, n in zip(one[1:], costs, rows, strict=True)
    ]
    together = off[0] + off[1]
    return int(np.flatnonzero(together <= together.min() + 1e-12)[-1])


def judge_digits(nets, train, test, report_number, hidden=False):
    """Fail unless two starts in three are right on four pictures in five of the test set; reports the gap."""
    shares = [accuracy(params, test) for params in nets]
    good = [share >= ACCURACY for share in shares]
    best = nets[int(np.argmax(shares))]
    on_train, on_test = accuracy(best, train), max(shares)
    report_number(Number("accuracy on the training set", on_train, ACCURACY, on_train >= ACCURACY))
    report_number(Number("accuracy on the test set", on_test, ACCURACY, on_test >= ACCURACY))
    gap = cost(best, test) - cost(best, train)
    most = np.log(10.0)
    report_number(Number("generalisation gap, test loss − training loss", gap, most, gap < most))
    needed = count(good, "starts that learn the digits", report_number)
    if sum(good) < needed:
        if hidden:
            fail(
                "After too few starts four pictures in five of the test set are recognised: "
                "two in three are needed."
            )
        worst, trained = float(min(shares)), accuracy(nets[int(np.argmin(shares))], train)
        fail(
            f"Of {len(good)} starts, {sum(good)} are right on {ACCURACY:.0%} of the test set, but {needed} "
            f"are needed; one is right on {worst:.0%}, and on {trained:.0%} of its training set."
        )
