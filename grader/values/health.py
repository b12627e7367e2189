"""How a runner is: what isolates its jobs, and what it grades with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.values.verdicts import Mode


@dataclass(frozen=True)
class Layer:
    """One layer of isolation: whether it is active here, and why or why not."""

    name: str
    active: bool
    why: str


@dataclass(frozen=True)
class Health:
    """How a runner is: its proven mode, slots, layers, and the engine's versions."""

    mode: Mode
    slots: int
    free: int
    layers: tuple[Layer, ...]
    engine: Mapping[str, str]
