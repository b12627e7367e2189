"""Wrong losses, as the value that a batch would have, computed from the outputs y and the targets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from reference.arrays import Array
from reference.mistakes.nets import Batch, Net
from reference.mistakes.scales import LAWS

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LossPoint:
    """A batch with outputs `y` (n, k) and `logs` (n, k), their logarithms (0 for half the squared error)."""

    net: Net
    batch: Batch
    y: Array
    logs: Array

    @property
    def error(self) -> Array:
        """y - t, of shape (n, k)."""
        return np.asarray(self.y - self.batch.t)

    @property
    def rows(self) -> Array:
        """The right loss of each row, of shape (n,)."""
        if self.net.loss == "cross-entropy":
            used = np.where(self.batch.t != 0.0, self.batch.t * self.logs, 0.0)
            return np.asarray(-np.sum(used, axis=1))
        return np.asarray(0.5 * np.sum(self.error**2, axis=1))

    @property
    def penalty(self) -> float:
        """lambda/2 times the sum of the squared weights."""
        return 0.5 * self.net.penalty * sum(float(np.sum(w**2)) for w in self.batch.w[1:])


def right_loss(point: LossPoint, law: str) -> float:
    """The loss of the batch: the rows' average or sum, plus the penalty."""
    return LAWS[law].of(point.batch) * float(point.rows.sum()) + point.penalty


@dataclass(frozen=True)
class LossMistake:
    """A wrong loss: `value` of a batch, with the factor of the law (1/n or 1). `ids` are its mistakes."""

    ids: tuple[str, ...]
    value: Callable[[LossPoint, float], float]
    fits: Callable[[Net], bool] = field(default=lambda net: True)
    facts: Facts = ()


def _of_rows(rows: Callable[[LossPoint], Array]) -> Callable[[LossPoint, float], float]:
    """A loss whose rows are wrong; the penalty is right."""
    return lambda p, law: law * float(np.sum(rows(p))) + p.penalty


def _with_penalty(penalty: Callable[[LossPoint], float]) -> Callable[[LossPoint, float], float]:
    """A loss whose penalty is wrong."""
    return lambda p, law: law * float(p.rows.sum()) + penalty(p)


def _biases(p: LossPoint) -> float:
    return 0.5 * p.net.penalty * sum(float(np.sum(b**2)) for b in p.batch.b[1:])


def _squared(net: Net) -> bool:
    return net.loss == "squared"


def _classes(net: Net) -> bool:
    return net.loss == "cross-entropy"


def _penalised(net: Net) -> bool:
    return net.penalty != 0.0


def _clipped(small: float) -> Callable[[LossPoint], Array]:
    return lambda p: -p.batch.t * np.log(np.maximum(p.y, small))


def _clipped_twice(small: float) -> Callable[[LossPoint], Array]:
    return lambda p: -p.batch.t * np.log(np.clip(p.y, small, 1.0 - small))


def _shifted(small: float) -> Callable[[LossPoint], Array]:
    return lambda p: -p.batch.t * np.log(p.y + small)


def _binary(p: LossPoint) -> Array:
    others = np.where(p.batch.t != 1.0, (1.0 - p.batch.t) * np.log1p(-p.y), 0.0)
    return np.asarray(p.rows - others.sum(axis=1))


def _smalls() -> Iterator[tuple[float, str]]:
    yield from ((10.0**-power, f"1e−{power}") for power in range(1, 21))
    yield from ((float(np.finfo(np.float64).eps), "2.2e−16"), (float(np.finfo(np.float64).tiny), "2.2e−308"))


def _logs() -> Iterator[LossMistake]:
    for small, shown in _smalls():
        facts = (("small", shown),)
        yield LossMistake(("loss-small-number",), _of_rows(_shifted(small)), _classes, facts)
        yield LossMistake(("loss-small-number",), _of_rows(_clipped(small)), _classes, facts)
        yield LossMistake(("loss-small-number",), _of_rows(_clipped_twice(small)), _classes, facts)


LOSS_MISTAKES: tuple[LossMistake, ...] = (
    LossMistake((), lambda p, law: law * float(p.rows.sum()) + p.penalty),
    LossMistake(("loss-without-half",), _of_rows(lambda p: 2.0 * p.rows), _squared),
    LossMistake(("loss-over-entries",), _of_rows(lambda p: p.rows / p.batch.t.shape[1])),
    LossMistake(("loss-sign",), lambda p, law: -law * float(p.rows.sum()) + p.penalty),
    LossMistake(("loss-sign",), lambda p, law: -law * float(p.rows.sum()) - p.penalty, _penalised),
    LossMistake(
        ("loss-without-half", "loss-over-entries"),
        _of_rows(lambda p: 2.0 * p.rows / p.batch.t.shape[1]),
        _squared,
    ),
    LossMistake(("loss-absolute",), _of_rows(lambda p: np.abs(p.error)), _squared),
    LossMistake(("loss-absolute",), _of_rows(lambda p: 0.5 * np.abs(p.error)), _squared),
    LossMistake(("loss-absolute",), _of_rows(lambda p: np.abs(p.error) / p.batch.t.shape[1]), _squared),
    LossMistake(("loss-without-square",), _of_rows(lambda p: p.error), _squared),
    LossMistake(("loss-without-square",), _of_rows(lambda p: 0.5 * p.error), _squared),
    LossMistake(("loss-root",), _of_rows(lambda p: np.linalg.norm(p.error, axis=1)), _squared),
    LossMistake(("loss-root",), lambda p, law: float(np.linalg.norm(p.error)) + p.penalty, _squared),
    LossMistake(("loss-last-row",), _of_rows(lambda p: p.rows[-1:])),
    LossMistake(("loss-first-row",), _of_rows(lambda p: p.rows[:1])),
    LossMistake(("loss-binary",), _of_rows(_binary), _classes),
    LossMistake(("loss-other-base",), _of_rows(lambda p: p.rows / np.log(2.0)), _classes, (("base", "2"),)),
    LossMistake(("loss-other-base",), _of_rows(lambda p: p.rows / np.log(10.0)), _classes, (("base", "10"),)),
    LossMistake(("loss-penalty-left-out",), _with_penalty(lambda p: 0.0), _penalised),
    LossMistake(("loss-penalty-doubled",), _with_penalty(lambda p: 2.0 * p.penalty), _penalised),
    LossMistake(("loss-penalty-halved",), _with_penalty(lambda p: 0.5 * p.penalty), _penalised),
    LossMistake(("loss-penalty-averaged",), _with_penalty(lambda p: p.penalty / p.batch.rows), _penalised),
    LossMistake(("loss-penalty-on-biases",), _with_penalty(lambda p: p.penalty + _biases(p)), _penalised),
    *_logs(),
)
"""The right loss, then wrong ones, the simpler first."""

FOUND_BY_TWO_READINGS = ("loss-factor", "loss-constant")
LOSS_IDS: tuple[str, ...] = (
    *dict.fromkeys(id_ for mistake in LOSS_MISTAKES for id_ in mistake.ids),
    "loss-not-averaged",
    "loss-averaged",
    *FOUND_BY_TWO_READINGS,
)
