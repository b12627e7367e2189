"""The limits of one test, and what the runner measured that it used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from grader.values.bounds import Count, Cut


@dataclass(frozen=True)
class Limits:
    """The limits of one test: CPU and wall time in seconds, memory in MB (beyond that of the interpreter),
    printed output in kB."""

    cpu_s: float = 5.0
    wall_s: float = 20.0
    memory_mb: int = 256
    output_kb: int = 64

    def with_overrides(self, **overrides: float | int | None) -> Limits:
        """These limits, replaced by every override that is not None."""
        return replace(self, **{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Evidence:
    """What the runner measured of the candidate during one test, from outside its process.

    cpu_ns and wall_ns in nanoseconds, peak_memory_kb in kB (resident, of the process), output_bytes
    printed. wall_ns does not count what is ours: the processor time of the test itself, the start of
    a candidate, and the time in which a process was ready to run and had no core. `ended` is "" while
    the candidate lives, else what ended it: "cpu limit", "wall limit", "memory limit", "output
    limit", "forbidden call", "crash", "no answer", or "not run" if no candidate was started for the
    test; `detail` names the signal or the call.
    """

    cpu_ns: Count = 0
    wall_ns: Count = 0
    peak_memory_kb: Count = 0
    output_bytes: Count = 0
    ended: Annotated[str, Cut(400)] = ""
    detail: Annotated[str, Cut(400)] = ""
