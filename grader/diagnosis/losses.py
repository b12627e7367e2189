"""The student's own loss: which average it takes, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.values.numbers import apart
from reference.mistakes.losses import LOSS_MISTAKES, Facts, LossMistake, LossPoint, right_loss
from reference.mistakes.scales import LAWS, MEAN, SUM

CLOSE = 1e-9


@dataclass(frozen=True)
class Reading:
    """The value of the student's loss, and the outputs and targets that it was computed from."""

    value: float
    point: LossPoint


@dataclass(frozen=True)
class LossVerdict:
    """`laws` are those that the loss follows (all that are allowed if that is not known), `mistakes` those
    in the loss with the `facts` of each. `wrong` says that the loss differs from the right one; then, without
    a mistake, `got` and `want` are its value and the right one at one point. `readings` counts the points.
    """

    laws: tuple[str, ...]
    mistakes: tuple[str, ...] = ()
    facts: tuple[Facts, ...] = ()
    wrong: bool = False
    got: str = ""
    want: str = ""
    readings: int = 0


def loss_verdict(readings: Sequence[Reading], wider: Sequence[Reading], laws: tuple[str, ...]) -> LossVerdict:
    """What these readings, at least two, say about the loss. A mistake that explains them all is named; if
    several do, the first that explains those on `wider` nets too. Other laws than the allowed ones are
    mistakes."""
    fitting = [
        (mistake, law)
        for mistake in LOSS_MISTAKES
        if mistake.fits(readings[0].point.net)
        for law in (*laws, *(other for other in (MEAN, SUM) if other not in laws))
        if _explains(mistake, law, readings)
    ]
    named = next((pair for pair in fitting if _explains(*pair, wider)), next(iter(fitting), None))
    if named is None:
        return _constant(readings, laws) or _unnamed(readings[0], laws)
    mistake, law = named
    if law in laws:
        return LossVerdict((law,), mistake.ids, (mistake.facts,) * len(mistake.ids), wrong=bool(mistake.ids))
    extra = "loss-not-averaged" if law == SUM else "loss-averaged"
    return LossVerdict(laws, (*mistake.ids, extra), (*(mistake.facts for _ in mistake.ids), ()), wrong=True)


def _explains(mistake: LossMistake, law: str, readings: Sequence[Reading]) -> bool:
    with np.errstate(all="ignore"):
        return all(near(r.value, mistake.value(r.point, LAWS[law].of(r.point.batch))) for r in readings)


def _constant(readings: Sequence[Reading], laws: tuple[str, ...]) -> LossVerdict | None:
    """The same factor, or the same added number, at every point."""
    for law in laws:
        pairs = [(reading.value, right_loss(reading.point, law)) for reading in readings]
        if any(want == 0.0 for _, want in pairs):
            continue
        ratio, added = pairs[0][0] / pairs[0][1], pairs[0][0] - pairs[0][1]
        if all(near(value, ratio * want) for value, want in pairs):
            return LossVerdict((law,), ("loss-factor",), ((("factor", number(ratio)),),), wrong=True)
        if all(abs(value - want - added) <= CLOSE * (abs(value) + abs(want)) for value, want in pairs):
            return LossVerdict((law,), ("loss-constant",), ((("added", number(added)),),), wrong=True)
    return None


def _unnamed(reading: Reading, laws: tuple[str, ...]) -> LossVerdict:
    got, want = apart(reading.value, right_loss(reading.point, laws[0]))
    return LossVerdict(laws, wrong=True, got=got, want=want)


def near(a: float, b: float) -> bool:
    """Whether two losses agree to nine digits; False if one of them is NaN or infinite."""
    return bool(abs(a - b) <= CLOSE * (abs(a) + abs(b)) < np.inf)


def number(value: float) -> str:
    """A factor with four digits at most: 3, 0.5, −1.443."""
    return f"{value:.4g}".replace("-", "−")
