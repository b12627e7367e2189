"""Computation graphs: values, error signals, and the first node whose error signal is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

import numpy as np

from grader.diagnosis.trace import Trace
from grader.kit.pictures.figures import figure, figures, numbers_in
from grader.values import Picture
from reference.arrays import Array
from reference.gradcheck import compare
from reference.notation import bar

MOST_NODES, MOST_ENTRIES = 40, 6
AGREES, WRONG, AFTER, NOT_RETURNED, NOT_ASKED = (
    "agrees",
    "wrong",
    "after",
    "not returned",
    "not asked for",
)


def graph(
    parents: Mapping[str, Sequence[str]],
    values: Mapping[str, Any],
    got: Mapping[str, Any],
    want: Mapping[str, Any],
    *,
    rules: Mapping[str, str] | None = None,
    back: Mapping[str, str] | None = None,
    parameters: Mapping[str, Sequence[str]] | None = None,
    rtol: float = 1e-9,
) -> dict[str, Any]:
    """The picture of a graph in which each node of `parents` is computed from the nodes listed for it.

    `values` are the nodes' values; `got` and `want` are the student's and the right error signals, by
    node. A node without a right signal is "not asked for", one without a student's signal is
    "not returned". A signal agrees if its relative error in 2-norms is at most `rtol`, or if it
    differs by no more than rounding on the scale of the largest signal. `first` is the first node with
    a wrong signal on the way back from the end; wrong signals computed from that one have the state
    "after". `rules` are short texts that say how a node is computed, `back` how its error signal is.
    `parameters` are those whose gradients, also in `got` and `want`, are made at a node.
    Raises ValueError for a cycle or more than 40 nodes.
    """
    order = list(TopologicalSorter(parents).static_order())
    if not 1 <= len(order) <= MOST_NODES:
        raise ValueError(f"graph: {len(order)} nodes; 1 to {MOST_NODES} can be drawn")
    made = parameters or {}
    errors = {name: _error(name, got, want, rtol) for node in order for name in (node, *made.get(node, ()))}
    states = _states(order, parents, errors, want, made)
    way = [name for node in reversed(order) for name in (node, *made.get(node, ()))]
    first = next((name for name in way if states[name] == WRONG), None)
    return {
        "nodes": [
            {
                "name": node[:40],
                "rule": (rules or {}).get(node, "")[:40],
                "value": _quantity(values.get(node)),
                "state": states[node],
                "want": _quantity(want.get(node)),
                "got": _quantity(got.get(node)),
                "error": _shown(errors[node]),
                **_more(node, back or {}, made, states),
            }
            for node in order
        ],
        "edges": [
            [parent[:40], node[:40]] for node in order for parent in dict.fromkeys(parents.get(node, ()))
        ],
        "first": first,
    }


def traced(trace: Trace, signal: str) -> Picture | None:
    """The picture of a trace; None unless its first wrong signal is `signal`, which the diagnosis names."""
    data = graph(
        trace.parents,
        trace.values,
        trace.got,
        trace.want,
        rules=trace.rules,
        back=trace.back,
        parameters=trace.parameters,
    )
    if data["first"] is None or bar(data["first"]) != signal:
        return None
    picture = Picture("graph", "Where the error signal goes wrong", {**data, "note": trace.note})
    picture.check()
    return picture


def _more(
    node: str, back: Mapping[str, str], made: Mapping[str, Sequence[str]], states: Mapping[str, str]
) -> dict[str, Any]:
    """What only some graphs say of a node."""
    more: dict[str, Any] = {"back": back[node][:40]} if node in back else {}
    if made.get(node):
        more["parameters"] = [{"name": name[:40], "state": states[name]} for name in made[node]]
    return more


def _shown(error: float | None) -> float | None:
    return None if error is None else figure(min(error, 1.0), 3)


def _states(
    order: Sequence[str],
    parents: Mapping[str, Sequence[str]],
    errors: Mapping[str, float | None],
    want: Collection[str],
    made: Mapping[str, Sequence[str]],
) -> dict[str, str]:
    """The state of each node's error signal, and of the parameters there, on the way back from the end."""
    states: dict[str, str] = {}
    tainted: set[str] = set()  # nodes with a wrong signal between them and the end
    for node in reversed(order):
        error = errors[node]
        wrong = error is not None and error > 0
        if error is None:
            states[node] = NOT_RETURNED if node in want else NOT_ASKED
        else:
            states[node] = (AFTER if node in tainted else WRONG) if wrong else AGREES
        if wrong or (error is None and node in tainted):
            tainted.update(parents.get(node, ()))
        for name in made.get(node, ()):
            bad = bool(errors[name])
            states[name] = AGREES if not bad else AFTER if wrong or node in tainted else WRONG
    return states


def _error(node: str, got: Mapping[str, Any], want: Mapping[str, Any], rtol: float) -> float | None:
    """The relative error of the signal: 0 if it agrees, None if there is nothing to compare."""
    if node not in want or got.get(node) is None:
        return None
    right, mine = np.asarray(want[node], dtype=np.float64), numbers_in(got[node])
    if mine is None or mine.shape != right.shape or not np.isfinite(mine).all():
        return 1.0
    largest = max(float(np.linalg.norm(np.asarray(w, dtype=np.float64))) for w in want.values())
    agreement = compare(mine, right, rtol, 4.0 * 2.2e-16 * largest * float(np.sqrt(right.size)))
    return 0.0 if agreement.agrees else agreement.error


def _quantity(x: Any) -> dict[str, Any] | None:
    """A value or signal: its shape, its entries if it has at most six, and its 2-norm."""
    values = None if x is None else numbers_in(x)
    if values is None:
        return None
    few = values.size <= MOST_ENTRIES
    return {
        "shape": list(values.shape),
        "entries": figures(values.ravel()) if few else None,
        "norm": figure(_norm(values)),
    }


def _norm(values: Array) -> float:
    scale = float(np.max(np.abs(values)))
    return scale * float(np.linalg.norm(values / scale)) if 0 < scale < np.inf else scale
