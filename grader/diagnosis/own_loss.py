"""The student's loss at several points, and what it says about gradients that are right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from grader.diagnosis.describe import describe_loss, describe_unexplained
from grader.diagnosis.draws import draw, rows_for
from grader.diagnosis.fitting import CallResult, agrees, agrees_roughly
from grader.diagnosis.losses import LossVerdict, Reading, loss_verdict
from grader.values import Diagnosis
from reference import mistakes
from reference.losses import log_softmax, softmax
from reference.mistakes import Pass, batch_of
from reference.mistakes.losses import LossPoint
from reference.mistakes.scales import LAWS

Point = tuple[Mapping[str, Any], Any, Any]
Function = Callable[..., Any]


class Asked(Protocol):
    """The student's functions, a test's arguments for them, and the kind of net that they should be."""

    net: mistakes.Net
    rng: np.random.Generator
    forward: Function | None
    loss: Function | None
    logits: bool

    @property
    def arguments(self) -> Point: ...

    def answer(self, function: Function | None, args: Sequence[Any]) -> Any:
        """The return value of a function; None if there is none, or if it raises."""


def read_loss(net: Asked, laws: tuple[str, ...]) -> LossVerdict | None:
    """What the student's loss is, on the test's own inputs and on two random draws; None if it can't be read
    there. A wider net decides between two mistakes that are equal at the task's sizes."""
    if net.loss is None:
        return None
    own = batch_of(*net.arguments)
    one_row = np.ndim(net.arguments[1]) < 2
    rows = (1, 1, 1) if one_row else (rows_for(own), rows_for(own, rows_for(own)), own.rows)
    draws = [
        draw(g, net.net, net.arguments, n, grow)
        for g, n, grow in zip(net.rng.spawn(3), rows, (0, 0, 2), strict=True)
    ]
    readings = [reading(net, draws[0]), reading(net, draws[1])]
    known = [r for r in readings if r is not None]
    if len(known) < len(readings):
        return None
    at_own, wider = reading(net, net.arguments), reading(net, draws[2])
    known += [] if at_own is None else [at_own]
    found = loss_verdict(known, [] if wider is None else [wider], laws)
    return replace(found, readings=len(known))


def reading(net: Asked, point: Point) -> Reading | None:
    """The student's loss at this point and the outputs that it is made of; None if one of them is no finite
    number."""
    value, found = net.answer(net.loss, point), _point(net, point)
    if found is None or not isinstance(value, int | float | np.number | np.ndarray) or np.size(value) != 1:
        return None
    single = np.asarray(value).reshape(())
    if single.dtype.kind not in "fiu" or not np.isfinite(single):
        return None
    with np.errstate(all="ignore"):
        return Reading(float(single), found) if np.isfinite(found.rows).all() else None


def _point(net: Asked, point: Point) -> LossPoint | None:
    """The student's outputs at this point, the right ones if there is no forward function; None if they are
    not numbers in the right shape."""
    batch = batch_of(*point)
    right = Pass(net.net, batch).run()
    y = right.y if net.forward is None else outputs(net, point, right)
    if y is None:
        return None
    if net.net.loss != "cross-entropy":
        return LossPoint(net.net, batch, y, np.zeros_like(y))
    if net.forward is None or net.logits:
        z = right.h[right.depth] if net.forward is None else y
        return LossPoint(net.net, batch, softmax(z), log_softmax(z))
    with np.errstate(all="ignore"):
        return LossPoint(net.net, batch, y, np.log(y))


def outputs(net: Asked, point: Point, right: Pass) -> Any:
    """What the student's forward function returns, as (n, k); None if it is not numbers of that size."""
    y = net.answer(net.forward, point[:2])
    if not isinstance(y, np.ndarray) or y.dtype.kind not in "fiu" or y.size != right.y.size:
        return None
    return np.asarray(y, dtype=np.float64).reshape(right.y.shape)


def diagnose_loss(
    verdict: LossVerdict | None,
    own: CallResult,
    draws: Sequence[CallResult],
    laws: Sequence[str],
    *,
    first_is_handouts: bool = False,
) -> Diagnosis | None:
    """The diagnosis if the gradients are right, by one of the allowed `laws`, on our draws and on the
    test's own inputs, and are still not the slopes of the student's loss; None if they are wrong there.
    `first_is_handouts`: the first of the laws is known to be the handout's."""
    law = next((law for law in laws if _right(draws, own, law)), None)
    if law is None:
        return None
    count = len(draws)
    if verdict is None:
        return describe_unexplained("", (("how", "other-loss"),), count)
    if verdict.mistakes:
        return describe_loss(verdict, own.right, "right")
    if verdict.wrong:
        facts = (("how", "loss"), ("got", verdict.got), ("want", verdict.want))
        return describe_unexplained("", facts, count)
    if law not in verdict.laws:
        name = "gradient-averages" if law == "mean" else "gradient-sums"
        differs = (("differs", "loss" if law == laws[0] else "gradient"), ("handout", laws[0]))
        known = (differs,) if first_is_handouts else ((),)
        return describe_loss(replace(verdict, mistakes=(name,), facts=known), own.right, "right")
    return describe_unexplained("", (("how", "slopes"),), count)


def _right(draws: Sequence[CallResult], own: CallResult, law: str) -> bool:
    """Whether these gradients are right under this law; on extreme inputs to fewer digits."""
    factors = [LAWS[law].of(result.batch) for result in draws]
    fine = all(agrees(result, result.right, f) for result, f in zip(draws, factors, strict=True))
    return fine and agrees_roughly(own, own.right, LAWS[law].of(own.batch))
