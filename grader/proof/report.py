"""What a proof of a pack found: one step a question, and the kill matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """One thing that was to be proven, and what speaks against it. `say` is its result in a
    few words, `faults` a sentence each (empty: proven)."""

    name: str
    say: str
    faults: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class Matrix:
    """Which test fails which mistake: `rows` are (title, ids of the tests that failed it),
    `tests` all ids in the pack's order."""

    tests: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class CheckReport:
    """The proof of one version of a pack, or what stands against it."""

    pack_id: str
    content_digest: str
    steps: tuple[Step, ...]
    matrix: Matrix

    @property
    def proven(self) -> bool:
        """Whether every step is."""
        return all(step.proven for step in self.steps)

    @property
    def faults(self) -> tuple[str, ...]:
        """Every sentence against the pack, in order."""
        return tuple(fault for step in self.steps for fault in step.faults)

    def to_json(self) -> dict[str, Any]:
        """JSON values; `from_json` reads them back."""
        return asdict(self) | {"proven": self.proven}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CheckReport:
        """The report that `to_json` wrote; KeyError if it is none."""
        rows = tuple((title, tuple(failed)) for title, failed in data["matrix"]["rows"])
        steps = tuple(Step(s["name"], s["say"], tuple(s["faults"])) for s in data["steps"])
        matrix = Matrix(tuple(data["matrix"]["tests"]), rows)
        return cls(data["pack_id"], data["content_digest"], steps, matrix)
