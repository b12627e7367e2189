"""From what was found to a diagnosis: ids, the first signal to depart, and the facts for its words."""

from __future__ import annotations

from collections.abc import Sequence

from grader.diagnosis.calls import Called
from grader.diagnosis.search import Explained
from grader.values import Diagnosis, Fit
from reference.mistakes import Batch, Net, Variant, signal
from reference.mistakes.notation import bar, plain, symbol

Facts = tuple[tuple[str, str], ...]
PHI = {"logistic": "σ", "soft ReLU": "softReLU"}


def told(found: Sequence[Explained], more: Sequence[str], called: Called, forward: str) -> Diagnosis:
    """A diagnosis of one explanation, or of several that can't be told apart."""
    batch, net = called.seen[0].batch, called.net
    if len(found) > 1 and not more and all(len(each.names) == 1 for each in found):
        fit, shown = Fit.EITHER, list(found[:3])
    elif len(found) > 1:
        return unnamed(_first(found[0], batch, net), (("how", "several-pairs"),), called)
    else:
        shown = [found[0]]
        fit = Fit.ONE if len(found[0].names) + len(more) == 1 else Fit.BOTH
    names = (*(name for each in shown for name in each.names), *more)
    facts = [fact for each in shown for fact in _facts_of(each, batch, net)] + [
        _loss_facts(batch, net)
    ] * len(more)
    flat = tuple((f"{at}.{key}", text) for at, each in enumerate(facts) for key, text in each)
    own = (("forward", forward),) if forward else ()
    first = _first(shown[0], batch, net)
    return Diagnosis(fit, names, first, (*own, *_common(batch), *flat), shown[0].error, len(called.draws))


def named(mistakes: Sequence[str], called: Called) -> Diagnosis:
    """A diagnosis of mistakes that belong to no place of the pass."""
    batch, net = called.seen[0].batch, called.net
    facts = tuple(
        (f"{at}.{key}", text) for at in range(len(mistakes)) for key, text in _loss_facts(batch, net)
    )
    fit = Fit.ONE if len(mistakes) == 1 else Fit.BOTH
    return Diagnosis(
        fit,
        tuple(mistakes),
        signal("y", batch.depth, net, batch),
        (*_common(batch), *facts),
        0.0,
        len(called.draws),
    )


def told_of_values(found: Sequence[Explained], batch: Batch, net: Net, draws: int) -> Diagnosis:
    """A diagnosis of a forward pass."""
    shown = list(found[:3])
    facts = [fact for each in shown for fact in _facts_of(each, batch, net)]
    flat = tuple((f"{at}.{key}", text) for at, each in enumerate(facts) for key, text in each)
    fit = Fit.ONE if len(shown) == 1 else Fit.EITHER
    names = tuple(name for each in shown for name in each.names)
    return Diagnosis(
        fit,
        names,
        _first(shown[0], batch, net),
        (("about", "values"), ("forward", "departs"), *flat),
        0.0,
        draws,
    )


def unnamed(where: str, facts: Facts, called: Called) -> Diagnosis:
    """No mistake fits: where it departs, and how."""
    return Diagnosis(Fit.NONE, (), where, facts, 0.0, len(called.draws))


def _common(batch: Batch) -> Facts:
    return (("parameters", " ".join(batch.names)),)


def _first(explained: Explained, batch: Batch, net: Net) -> str:
    """The first error signal to depart on the way back from the loss."""
    if explained.scales or not explained.variants:
        return signal("y", batch.depth, net, batch)
    return max(explained.variants, key=_height).signal


def _height(variant: Variant) -> tuple[int, int]:
    made = variant.slip.made
    layer = max((layer for _, layer in variant.changes), default=0)
    return (10**6, 0) if made == "y" else (layer, "WbhHz".find(made))


def _facts_of(explained: Explained, batch: Batch, net: Net) -> list[Facts]:
    return [
        *(_variant_facts(variant, batch, net) for variant in explained.variants),
        *(_loss_facts(batch, net) for _ in explained.scales),
    ]


def _variant_facts(variant: Variant, batch: Batch, net: Net) -> Facts:
    """The names of what stands around the changed step, and where it is."""
    depth = batch.depth
    layer = max((at for _, at in variant.changes), default=depth) or depth
    above = min(layer + 1, depth)
    linear = layer == depth and net.output.name == "linear"
    phi = (net.hidden if layer < depth or linear else net.output).name
    several = len({at for _, at in variant.changes}) > 1 and depth > 2
    where = (
        "every layer"
        if several and variant.slip.where in ("all", "whole")
        else "every hidden layer"
        if several
        else ""
    )
    if several and variant.slip.where == "all" and depth not in {at for _, at in variant.changes}:
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
    return (*names.items(), *variant.slip.facts)


def _loss_facts(batch: Batch, net: Net) -> Facts:
    return (("first", signal("y", batch.depth, net, batch)),)
