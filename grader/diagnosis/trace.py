"""The values and error signals of a net for one example, next to those that the student's gradients show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np

from grader.diagnosis.fitting import CallResult, agrees, expected
from grader.values import Diagnosis
from reference.arrays import Array
from reference.mistakes.scales import LAWS
from reference.notation import DIGITS, bar, plain, symbol

PHI = {"logistic": "σ", "linear": ""}
ELSEWHERE = (
    "forward",
    "forward-digits",
    "only-here",
    "several-pairs",
)  # what is wrong is not one error signal
NOTE = (
    "One example: the first row of the test’s batch, alone. For a single row, your gradient of a bias is "
    "your error signal of its layer."
)


@dataclass(frozen=True)
class Trace:
    """A net as a graph, for one example. `parents` are the nodes from which each is computed, `rules` say
    how, `back` how its error signal is. `values` are by node; `got` and `want`, the student's and the right
    signals, by node or parameter; `parameters` are those whose gradients a node's signal gives."""

    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: dict[str, Array] = field(default_factory=dict)
    got: dict[str, Array] = field(default_factory=dict)
    want: dict[str, Array] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    back: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    note: str = NOTE

    def add(self, node: str, value: Array, rule: str) -> None:
        """Append a node to the chain."""
        self.parents[node] = tuple(list(self.values)[-1:])
        self.values[node] = np.asarray(value).ravel()
        self.rules[node] = rule


@runtime_checkable
class Tracing(Protocol):
    """A diagnoser that can show the student's error signals in the net."""

    def trace(self, diagnosis: Diagnosis, accepted: Sequence[Any] = ()) -> Trace | None:
        """The signals behind this diagnosis, from one more call of the student's function; None if the call
        has no gradients, or if something else than an error signal is wrong."""


def is_backward(diagnosis: Diagnosis) -> bool:
    """Whether the diagnosis is about error signals, of values that are not known to be wrong."""
    facts: Mapping[str, str] = dict(diagnosis.facts)
    return (
        facts.get("forward") != "differs"
        and facts.get("about") not in ("values", "loss")
        and facts.get("how") not in ELSEWHERE
    )


def trace_of(result: CallResult, law: str, first: str) -> Trace:
    """The trace of one call on a batch of one row. `law` is the average that the task allows, `first` the
    error signal that is wrong first, as the diagnosis names it."""
    right, depth = result.right, result.batch.depth
    trace = Trace()
    trace.add("x", right.h[0], "")
    for layer in range(1, depth + 1):
        _linear(trace, result, law, layer)
        if right.activation(layer).name != "linear":
            _activation(trace, result, law, layer, first)
    last = list(trace.values)[-1]
    if right.net.loss == "cross-entropy":
        trace.add("y", right.y, f"softmax({plain(last)})")
    trace.back[last] = "y − t"
    trace.want["L"] = np.ones(1)
    trace.add("L", right.row_losses(), "½ ‖y − t‖²" if right.net.loss == "squared" else "−Σ t log y")
    return trace


def _linear(trace: Trace, result: CallResult, law: str, layer: int) -> None:
    """Add z of this layer with its parameters (y, where z is the output), and the way back from it."""
    right, before = result.right, list(trace.values)[-1]
    w, b = result.batch.names[2 * layer - 2 : 2 * layer]
    straight = layer == result.batch.depth and right.net.loss == "squared"
    node = "y" if straight and right.activation(layer).name == "linear" else _name("z", layer, result)
    trace.add(node, right.z[layer], f"{plain(w)} {plain(before)} + {plain(b)}")
    trace.parameters[node] = (w, b)
    if before != "x":
        trace.back[before] = f"{plain(w)}ᵀ {bar(node)}"
    wanted = expected(right, LAWS[law].of(result.batch))
    trace.want.update({w: wanted[w], b: wanted[b], node: wanted[b]})
    trace.got.update({w: result.grads[w], b: result.grads[b]})
    if agrees(result, right, LAWS[law].of(result.batch), frozenset([w])):
        trace.got[node] = wanted[b]  # a right gradient of the weights shows it, whatever b̄ is
    elif result.grads[b].size == wanted[b].size:
        trace.got[node] = result.grads[b].reshape(wanted[b].shape)


def _activation(trace: Trace, result: CallResult, law: str, layer: int, first: str) -> None:
    """Add h of this layer (y, in the last one). What the student's signal is, only the one below it shows."""
    right, z, node = result.right, list(trace.values)[-1], _name("h", layer, result)
    phi = PHI.get(right.activation(layer).name, "φ")
    trace.back[z] = f"{bar(node)} ∘ {phi}′({plain(z)})"
    trace.add(node, right.h[layer], f"{phi}({plain(z)})")
    trace.want[node] = LAWS[law].of(result.batch) * right.h_bar[layer].ravel()
    slope = right.slope[layer].ravel()
    if first == bar(node) and z in trace.got and np.abs(slope).min(initial=1.0) > 1e-6:
        trace.got[node] = trace.got[z] / slope


def _name(letter: str, layer: int, result: CallResult) -> str:
    """The node's name, with its index in plain digits: z1."""
    return symbol(letter, layer, result.batch.depth).translate(DIGITS)
