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
                "After too few starts four pictures in five of the test set are recognised: "
                "two in three are needed."
            )
        worst, trained = float(min(shares)), accuracy(nets[int(np.argmin(shares))], train)
        fail(
            f"Of {len(good)} starts, {sum(good)} are right on {ACCURACY:.0%} of the test set, but {needed} "
            f"are needed; one is right on {worst:.0%}, and on {trained:.0%} of its training set."
        )
