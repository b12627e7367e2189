"""Mistakes that need more than one pass: gradients kept between calls, weights updated too early."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.diagnosis.calls import StudentCalls
from grader.diagnosis.describe import describe_unexplained, describe_unplaced
from grader.diagnosis.fitting import CallResult, agrees, ratio
from grader.diagnosis.search import Explanation, Search
from grader.values import Diagnosis
from reference.arrays import Array
from reference.mistakes import NetMistake, Pass, Variant, signal
from reference.mistakes.nets import Step
from reference.mistakes.scales import LAWS


def diagnose_changing(calls: StudentCalls, laws: Sequence[str]) -> Diagnosis:
    """The diagnosis if the repeated call returned different gradients: those of the first call were added, or
    the reason is unknown."""
    first, second = calls.results[0], calls.repeated
    if all(first.grads[name].shape == second.grads[name].shape for name in first.grads):
        increase = {name: second.grads[name] - grad for name, grad in first.grads.items()}
        added = CallResult(first.batch, increase, first.right)
        if any(agrees(added, added.right, LAWS[law].of(added.batch)) for law in laws):
            return describe_unplaced("accumulated-over-calls", len(calls.draws), first.batch.names)
    return describe_unexplained("", (("how", "not-repeatable"),), len(calls.draws))


def early_updates(search: Search) -> list[Explanation]:
    """The explanation that the weights are updated before h-bar is computed with them, if it fits."""
    if search.first.batch.depth < 2:
        return []
    for law in search.laws:
        rate = _rate(search.first, law)
        if rate is None:
            continue
        variant = _with_updated_weights(search.first, rate, law)
        explanations = search.explain(variant)
        if explanations:
            return explanations
    return []


def _rate(result: CallResult, law: str) -> float | None:
    """The learning rate that explains the gradient of the bias below the last layer; None if none does."""
    right, factor = result.right, LAWS[law].of(result.batch)
    top = right.depth
    name = result.batch.names[2 * top - 3]
    moved = (right.z_bar[top] @ (factor * right.w_bar[top])) * right.slope[top - 1]
    want, per_rate = factor * right.b_bar[top - 1], -factor * moved.sum(axis=0)
    off = result.grads[name] - want if result.grads[name].shape == want.shape else np.zeros(0)
    if not off.any() or not per_rate.any():
        return None
    rate = float(np.vdot(off, per_rate) / np.vdot(per_rate, per_rate))
    return rate if np.linalg.norm(off - rate * per_rate) <= 1e-8 * np.linalg.norm(off) else None


def _with_updated_weights(result: CallResult, rate: float, law: str) -> Variant:
    def h_bar(p: Pass, layer: int) -> Array:
        step = rate * LAWS[law].of(p.batch) * p.w_bar[layer + 1]
        return p.z_bar[layer + 1] @ (p.batch.w[layer + 1] - step)

    step: Step = h_bar
    layers = range(1, result.batch.depth)
    facts = (("rate", f"{rate:.4g}"),)
    mistake = NetMistake("updated-weights", "h", "below", (("h_bar", step),), facts=facts)
    changes = {("h_bar", layer): step for layer in layers}
    where = signal("h", result.batch.depth - 1, result.right.net, result.batch)
    return Variant(mistake, 0, changes, frozenset(result.batch.names), where)


def returned_parameters(search: Search) -> list[Explanation]:
    """The explanation that the parameters after a step are returned instead of gradients, if it fits."""
    rates, error = [], 0.0
    for result in search.draws:
        params = {name: result.right.parameter(i) for i, name in enumerate(result.batch.names)}
        if any(result.grads[name].shape != value.shape for name, value in params.items()):
            return []
        steps = CallResult(result.batch, {n: params[n] - result.grads[n] for n in params}, result.right)
        fit = ratio(steps, result.right)
        if fit is None or fit.factor <= 0:
            return []
        rates.append((fit.factor, result.batch))
        error = max(error, fit.error)
    for law in search.laws:
        learning_rates = [factor / LAWS[law].of(batch) for factor, batch in rates]
        if max(learning_rates) - min(learning_rates) <= 1e-7 * max(learning_rates):
            mistake = NetMistake(
                "updated-parameters-returned", "W", "whole", (), facts=(("rate", f"{learning_rates[0]:.4g}"),)
            )
            first = search.first
            variant = Variant(mistake, 0, {}, frozenset(first.batch.names), "")  # every signal is right
            return [Explanation((variant,), (), error, law)]
    return []
