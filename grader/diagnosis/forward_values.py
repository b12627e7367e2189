"""The forward pass alone: which mistake explains the student's y."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.diagnosis.describe import describe_values
from grader.diagnosis.search import Explanation, without_repeats
from grader.values import Diagnosis
from reference.arrays import Array
from reference.mistakes import Net, Pass, Variant, batch_of, net_variants

Point = tuple[Mapping[str, Any], Any, Any]


def forward_mistakes(
    net: Net, points: Sequence[Point], answers: Sequence[Any], logits: bool = False
) -> Diagnosis | None:
    """The diagnosis for the mistakes of the forward pass that each explain all answers; None if there is no
    such mistake, or if the answers are right."""
    passes = [Pass(net, batch_of(*point)).run() for point in points]
    for right, answer in zip(passes, answers, strict=True):
        if (
            not isinstance(answer, np.ndarray)
            or answer.dtype.kind not in "fiu"
            or answer.size != right.y.size
        ):
            return None
    ys = [np.asarray(a, dtype=np.float64).reshape(p.y.shape) for a, p in zip(answers, passes, strict=True)]
    if all(_near(y, _returned(p, logits)) for y, p in zip(ys, passes, strict=True)):
        return None
    explanations = [
        Explanation((variant,), (), 0.0)
        for variant in net_variants(net, passes[0].batch)
        if variant.in_forward and _explains(variant, passes, ys, logits)
    ]
    if not explanations:
        return None
    return describe_values(without_repeats(explanations), passes[-1].batch, net, len(points))


def _explains(variant: Variant, passes: Sequence[Pass], ys: Sequence[Array], logits: bool) -> bool:
    wrong = (p.branch(variant.changes) for p in passes)
    return all(_near(y, _returned(p, logits)) for y, p in zip(ys, wrong, strict=True))


def _returned(p: Pass, logits: bool) -> Array:
    """The value that a forward function returns: y, or with `logits` the input of the softmax."""
    return p.h[p.depth] if logits else p.y


def _near(a: Array, b: Array) -> bool:
    if a.shape != b.shape:
        return False
    with np.errstate(all="ignore"):
        return bool(np.linalg.norm(a - b) <= 1e-9 * (np.linalg.norm(a) + np.linalg.norm(b)))
