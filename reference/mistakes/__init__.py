"""The catalogue of classic mistakes, each a wrong forward or backward pass that can be computed.

A mistake has an id; its arithmetic is in the modules of this package, its texts are in
grader.diagnosis.words. The gradients under a mistake depend only on parameters, inputs and targets (or on
a graph and its inputs), so two random draws are enough to decide whether a student made it.
"""

from __future__ import annotations

from collections.abc import Iterator

from reference.mistakes.forwards import FORWARDS, PENALTIES
from reference.mistakes.graphs import GRAPH_MISTAKES, OF_NODES
from reference.mistakes.losses import LOSS_IDS
from reference.mistakes.net_mistake import NetMistake, Variant, signal, variants
from reference.mistakes.nets import Batch, Net, Pass, batch_of
from reference.mistakes.outputs import OUTPUTS
from reference.mistakes.parameters import BIASES, LAYERS, WEIGHTS
from reference.mistakes.paths import PATHS
from reference.mistakes.scales import SCALES
from reference.mistakes.slopes import SLOPES

__all__ = ["CATALOGUE", "Batch", "Net", "NetMistake", "Pass", "Variant", "batch_of", "net_variants", "signal"]

NET_MISTAKES: tuple[NetMistake, ...] = (
    *SLOPES, *OUTPUTS, *PATHS, *WEIGHTS, *BIASES, *LAYERS, *PENALTIES, *FORWARDS,
)  # fmt: skip

OF_A_CALL = ("accumulated-over-calls", "updated-weights", "updated-parameters-returned")
OF_A_LOSS = LOSS_IDS
OF_BOTH = ("gradient-averages", "gradient-sums")
"""Mistakes that need more than one call to be found, those in the loss itself, and a loss and gradients that
are right, but not of each other."""

CATALOGUE: frozenset[str] = frozenset(
    [
        *(mistake.id for mistake in NET_MISTAKES),
        *(scale.id for scale in SCALES),
        *(mistake.id for mistake in GRAPH_MISTAKES),
        *OF_NODES,
        *OF_A_CALL,
        *OF_A_LOSS,
        *OF_BOTH,
    ]
)


def net_variants(net: Net, batch: Batch) -> Iterator[Variant]:
    """Every mistake at every place where it is possible in this net."""
    return variants(NET_MISTAKES, net, batch)
