"""Builds a diagnosis: ids of mistakes, the first wrong error signal, and the facts for its sentences."""

from __future__ import annotations

from collections.abc import Sequence

from grader.diagnosis.calls import StudentCalls
from grader.diagnosis.losses import LossVerdict
from grader.diagnosis.search import Explanation
from grader.values import Diagnosis, Fit
from reference.mistakes import Batch, Net, Pass, Variant, signal
from reference.notation import bar, plain, symbol

Facts = tuple[tuple[str, str], ...]
PHI = {"logistic": "σ", "soft ReLU": "softReLU"}


def describe_gradients(
    explanations: Sequence[Explanation],
    loss: LossVerdict | None,
    calls: StudentCalls,
    forward: str,
    more: Facts = (),
) -> Diagnosis:
    """The diagnosis for one explanation, or for several with the same results. `loss` is what is known of
    the student's own loss, `forward` is "agrees", "differs" or "" (unknown), `more` further facts."""
    in_loss = loss.mistakes if loss else ()
    batch, net = calls.results[0].batch, calls.net
    if len(explanations) > 1 and not in_loss and all(len(e.names) == 1 for e in explanations):
        fit, shown = Fit.EITHER, list(explanations[:3])
    elif len(explanations) > 1:
        first = _first(explanations[0], batch, net)
        return describe_unexplained(first, (("how", "several-pairs"),), len(calls.draws))
    else:
        shown = [explanations[0]]
        fit = Fit.ONE if len(shown[0].names) + len(in_loss) == 1 else Fit.BOTH
    names = (*(name for explanation in shown for name in explanation.names), *in_loss)
    facts = [fact for explanation in shown for fact in _facts_of(explanation, batch, net)]
    facts += [(*_loss_facts(batch, net), *of_one) for of_one in (loss.facts if loss else ())]
    flat = _numbered(facts)
    forward_fact = (("forward", forward),) if forward else ()
    first = _first(shown[0], batch, net)
    common = (*forward_fact, *more, *_common(batch))
    draws = calls.results if ("sizes", "written-in") in more else calls.draws
    return Diagnosis(fit, names, first, (*common, *flat), shown[0].error, len(draws))


def describe_unplaced(mistake: str, draws: int, parameters: Sequence[str]) -> Diagnosis:
    """The diagnosis for a mistake at no place of the backward pass, whose error signals are all right."""
    facts = (("parameters", " ".join(parameters)),)
    return Diagnosis(Fit.ONE, (mistake,), "", facts, 0.0, draws)


def describe_loss(verdict: LossVerdict, right: Pass, gradients: str) -> Diagnosis:
    """The diagnosis for mistakes in the loss; `gradients` is "right" if those are known to be right."""
    batch, net = right.batch, right.net
    facts = [(*_loss_facts(batch, net), *of_one) for of_one in verdict.facts]
    fit = Fit.ONE if len(verdict.mistakes) == 1 else Fit.BOTH
    common: Facts = (("about", "loss"), *((("gradients", gradients),) if gradients else ()))
    return Diagnosis(fit, verdict.mistakes, "", (*common, *_numbered(facts)), 0.0, verdict.readings)


def describe_values(explanations: Sequence[Explanation], batch: Batch, net: Net, draws: int) -> Diagnosis:
    """The diagnosis for a wrong forward pass."""
    shown = list(explanations[:3])
    flat = _numbered([fact for explanation in shown for fact in _facts_of(explanation, batch, net)])
    fit = Fit.ONE if len(shown) == 1 else Fit.EITHER
    names = tuple(name for explanation in shown for name in explanation.names)
    return Diagnosis(
        fit,
        names,
        _first(shown[0], batch, net),
        (("about", "values"), ("forward", "differs"), *flat),
        0.0,
        draws,
    )


def describe_unexplained(signal: str, facts: Facts, draws: int) -> Diagnosis:
    """The diagnosis if no mistake fits: the first wrong error signal, and how it is wrong."""
    return Diagnosis(Fit.NONE, (), signal, facts, 0.0, draws)


def _numbered(facts: Sequence[Facts]) -> Facts:
    """The facts of all mistakes in one tuple, each name with its mistake's number in front."""
    return tuple((f"{at}.{key}", text) for at, fact in enumerate(facts) for key, text in fact)


def _common(batch: Batch) -> Facts:
    return (("parameters", " ".join(batch.names)),)


def _first(explanation: Explanation, batch: Batch, net: Net) -> str:
    """The first wrong error signal on the way back from the loss."""
    if explanation.scales or not explanation.variants:
        return signal("y", batch.depth, net, batch)
    return max(explanation.variants, key=_height).signal


def _height(variant: Variant) -> tuple[int, int]:
    quantity = variant.mistake.quantity
    layer = max((layer for _, layer in variant.changes), default=0)
    return (10**6, 0) if quantity == "y" else (layer, "WbhHz".find(quantity))


def _facts_of(explanation: Explanation, batch: Batch, net: Net) -> list[Facts]:
    return [
        *(_variant_facts(variant, batch, net) for variant in explanation.variants),
        *(_loss_facts(batch, net) for _ in explanation.scales),
    ]


def _variant_facts(variant: Variant, batch: Batch, net: Net) -> Facts:
    """The names of the quantities around the changed step, and its place."""
    depth = batch.depth
    layer = max((at for _, at in variant.changes), default=depth) or depth
    above = min(layer + 1, depth)
    linear = layer == depth and net.output.name == "linear"
    phi = (net.hidden if layer < depth or linear else net.output).name
    several = len({at for _, at in variant.changes}) > 1 and depth > 2
    where = (
        "every layer"
        if several and variant.mistake.where in ("all", "whole")
        else "every hidden layer"
        if several
        else ""
    )
    if several and variant.mistake.where == "all" and depth not in {at for _, at in variant.changes}:
        where = "every hidden layer"
    where = where or (f"layer {layer}" if depth > 2 and variant.layer else "")
    names = {
        "phi": PHI.get(phi, phi),
        "z": symbol("z", layer, depth),
        "h": symbol("h", layer, depth),
        "below": symbol("h", layer - 1, depth),
        "z_below": symbol("z", layer - 1, depth),
        "w": plain(batch.names[2 * layer - 2]),
        "b": plain(batch.names[2 * layer - 1]),
        "w_above": plain(batch.names[2 * above - 2]),
        "signal_above": signal("z", above, net, batch),
        "z_bar": signal("z", layer, net, batch),
        "h_bar": bar(symbol("h", layer, depth)),
        "h_bar_above": bar(symbol("h", above, depth)),
        "w_bar": bar(batch.names[2 * layer - 2]),
        "b_bar": bar(batch.names[2 * layer - 1]),
        "first": variant.signal,
        "where": where,
    }
    return (*names.items(), *variant.mistake.facts)


def _loss_facts(batch: Batch, net: Net) -> Facts:
    return (("first", signal("y", batch.depth, net, batch)),)
