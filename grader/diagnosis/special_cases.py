"""Mistakes that no single pass shows: gradients kept between calls, weights updated too early."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.diagnosis.calls import Called
from grader.diagnosis.describe import named, unnamed
from grader.diagnosis.fitting import Seen, agrees, ratio
from grader.diagnosis.search import Explained, Search
from grader.values import Diagnosis
from reference.arrays import Array
from reference.mistakes import NetSlip, Pass, Variant, signal
from reference.mistakes.nets import Step
from reference.mistakes.scales import LAWS


def accumulated(called: Called, laws: Sequence[str]) -> Diagnosis:
    """The same call gave other gradients the second time: those of the first call added, or else."""
    first, again = called.seen[0], called.again
    if all(first.grads[name].shape == again.grads[name].shape for name in first.grads):
        more = Seen(first.batch, {n: again.grads[n] - first.grads[n] for n in first.grads}, first.right)
        if any(agrees(more, more.right, LAWS[law].of(more.batch)) for law in laws):
            return named(["accumulated-over-calls"], called)
    return unnamed("", (("how", "not-repeatable"),), called)


def updated(search: Search) -> list[Explained]:
    """Weights updated with some learning rate before h-bar is computed with them."""
    if search.first.batch.depth < 2:
        return []
    for law in search.laws:
        rate = _rate(search.first, law)
        if rate is None:
            continue
        variant = _with_updated_weights(search.first, rate, law)
        found = search.explained(variant)
        if found:
            return found
    return []


def _rate(seen: Seen, law: str) -> float | None:
    """The learning rate that the bias below the last layer tells of, None if it tells of none."""
    right, factor = seen.right, LAWS[law].of(seen.batch)
    top = right.depth
    name = seen.batch.names[2 * top - 3]
    moved = (right.z_bar[top] @ (factor * right.w_bar[top])) * right.slope[top - 1]
    want, per_rate = factor * right.b_bar[top - 1], -factor * moved.sum(axis=0)
    off = seen.grads[name] - want if seen.grads[name].shape == want.shape else np.zeros(0)
    if not off.any() or not per_rate.any():
        return None
    rate = float(np.vdot(off, per_rate) / np.vdot(per_rate, per_rate))
    return rate if np.linalg.norm(off - rate * per_rate) <= 1e-8 * np.linalg.norm(off) else None


def _with_updated_weights(seen: Seen, rate: float, law: str) -> Variant:
    def h_bar(p: Pass, layer: int) -> Array:
        step = rate * LAWS[law].of(p.batch) * p.w_bar[layer + 1]
        return p.z_bar[layer + 1] @ (p.batch.w[layer + 1] - step)

    made: Step = h_bar
    layers = range(1, seen.batch.depth)
    facts = (("rate", f"{rate:.4g}"),)
    mistake = NetSlip("updated-weights", "h", "below", (("h_bar", made),), facts=facts)
    changes = {("h_bar", layer): made for layer in layers}
    where = signal("h", seen.batch.depth - 1, seen.right.net, seen.batch)
    return Variant(mistake, 0, changes, frozenset(seen.batch.names), where)


def returned(search: Search) -> list[Explained]:
    """The parameters after a step came back, where gradients are asked for."""
    rates, error = [], 0.0
    for seen in search.draws:
        params = {name: seen.right.parameter(i) for i, name in enumerate(seen.batch.names)}
        if any(seen.grads[name].shape != value.shape for name, value in params.items()):
            return []
        steps = Seen(seen.batch, {n: params[n] - seen.grads[n] for n in params}, seen.right)
        fit = ratio(steps, seen.right)
        if fit is None or fit.factor <= 0:
            return []
        rates.append((fit.factor, seen.batch))
        error = max(error, fit.error)
    for law in search.laws:
        each = [factor / LAWS[law].of(batch) for factor, batch in rates]
        if max(each) - min(each) <= 1e-7 * max(each):
            mistake = NetSlip(
                "updated-parameters-returned", "W", "whole", (), facts=(("rate", f"{each[0]:.4g}"),)
            )
            first = search.first
            where = signal("W", first.batch.depth, first.right.net, first.batch)
            return [
                Explained((Variant(mistake, 0, {}, frozenset(first.batch.names), where),), (), error, law)
            ]
    return []
