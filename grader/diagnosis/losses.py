"""The student's own loss: which average it takes, and which factor is wrong in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.diagnosis.fitting import CallResult
from reference.arrays import Array
from reference.mistakes import Batch, Net
from reference.mistakes.scales import LAWS, MEAN, SUM

FACTORS: tuple[tuple[str, ...], ...] = (
    (),
    ("loss-without-half",),
    ("loss-over-entries",),
    ("loss-sign",),
    ("loss-without-half", "loss-over-entries"),
)


def summed(result: CallResult, y: Array) -> float:
    """The sum of the rows' losses for these outputs y and the draw's targets."""
    with np.errstate(all="ignore"):
        if result.right.net.loss == "cross-entropy":
            logs = np.log(y, out=np.zeros_like(y), where=result.batch.t != 0.0)
            return float(-np.sum(result.batch.t * logs))
        return float(0.5 * np.sum((y - result.batch.t) ** 2))


def loss_reading(
    readings: Sequence[tuple[float, float, Batch]], laws: tuple[str, ...], net: Net
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The law (average or sum) that these readings (loss, summed losses, batch) follow, and the mistakes in
    the loss; the allowed laws and no mistakes if nothing fits."""
    for mistakes in FACTORS:
        if net.loss == "cross-entropy" and "loss-without-half" in mistakes:
            continue
        for law in (*laws, *(other for other in (MEAN, SUM) if other not in laws)):
            if all(_close(reading, law, mistakes) for reading in readings):
                extra = () if law in laws else ("loss-not-averaged",) if law == SUM else ("loss-averaged",)
                return (law,) if not extra else laws, (*mistakes, *extra)
    return laws, ()


def _close(reading: tuple[float, float, Batch], law: str, mistakes: tuple[str, ...]) -> bool:
    value, total, batch = reading
    factor = LAWS[law].of(batch)
    for mistake in mistakes:
        factor *= {"loss-without-half": 2.0, "loss-over-entries": 1.0 / batch.t.shape[1], "loss-sign": -1.0}[
            mistake
        ]
    return abs(value - factor * total) <= 1e-9 * (abs(value) + abs(factor * total))
