"""The health of a runner: how it isolates jobs, its slots, and its versions."""

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
    """The health of a runner: its proven mode, slots (all, free), layers, and the versions of its engine."""

    mode: Mode
    slots: int
    free: int
    layers: tuple[Layer, ...]
    engine: Mapping[str, str]
