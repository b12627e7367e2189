"""Measures jobs and their baselines in turn, so that a busy machine slows down both."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Job = Callable[[], None]  # does the whole work once; raises if it fails


@dataclass(frozen=True)
class Row:
    """One measured number: medians in `unit`, and the median of the paired ratios value / baseline."""

    name: str
    value: float
    unit: str
    baseline_name: str
    baseline: float
    ratio: float
    runs: int


def run_in_turn(jobs: Mapping[str, Job], runs: int) -> dict[str, list[float]]:
    """Milliseconds of each run of each job, after a first run that is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for number in range(runs + 1):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            if number:
                taken[name].append((time.perf_counter() - start) * 1000)
    return taken


def row(name: str, baseline: str, taken: Mapping[str, Sequence[float]], each: int = 1) -> Row:
    """The row of one job and its baseline, for one of the `each` submissions that the job grades."""
    values = [ms / each for ms in taken[name]]
    bases = taken[baseline]
    ratio = median(value / base for value, base in zip(values, bases, strict=True))
    return Row(name, median(values), "ms", baseline, median(bases), ratio, len(values))
