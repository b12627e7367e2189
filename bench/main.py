"""`grader bench`: runs the benches that were named and prints their rows."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from bench import diagnosis, estimate, five, grading, sandbox
from bench.course import entry
from bench.line import measure as lines
from bench.timing import Row

BENCHES: dict[str, Callable[[int], list[Row]]] = {
    "cold-cli": grading.cold_cli,
    "warm-runner": grading.warm_runner,
    "batch": grading.batch,
    "five-tests": five.five_tests,
    "first-answer": sandbox.first_answer,
    "calls": sandbox.calls,
    "gradient-check": sandbox.gradient_check,
    "memory": sandbox.memory,
    "diagnosis": diagnosis.diagnosis,
    "line": lines.line,
    "course": entry.course,
    "estimate": estimate.estimate,
}
UNKNOWN, OURS = 2, 3


def measure(names: Sequence[str], runs: int, out: str | None, every: int = 1) -> int:
    """Measure the named benches (all if none is named), `line` on every n-th program. The exit code: 0, 2 for
    an unknown name, 3 if a job failed."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown or runs < 1 or every < 1:
        wrong = f"--runs is {runs} and --every {every}, expected 1 or more"
        wrong = f"unknown name {', '.join(unknown)}" if unknown else wrong
        print(f"grader bench: {wrong}; the names are {', '.join(BENCHES)}", file=sys.stderr)
        return UNKNOWN
    benches = dict(BENCHES)
    if every > 1:
        benches["line"] = partial(lines.line, every=every)
    rows: list[Row] = []
    try:
        for name in names or benches:
            rows += benches[name](runs)
    except grading.NotDone as error:
        print(f"grader bench: {error}", file=sys.stderr)
        return OURS
    text = json.dumps([asdict(row) for row in rows], indent=1) + "\n"
    if out == "-":
        sys.stdout.write(text)
        return 0
    print("\n".join(table(rows)))
    if out:
        Path(out).write_text(text, encoding="utf-8")
    return 0


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as a table for a terminal."""
    yield f"{'name':<36}{'value':>12}  {'baseline':<28}{'value':>12}{'ratio':>8}{'runs':>6}"
    for row in rows:
        value, base = f"{figure(row.value)} {row.unit}", f"{figure(row.baseline)} {row.unit}"
        yield f"{row.name:<36}{value:>12}  {row.baseline_name:<28}{base:>12}{row.ratio:>8.2f}{row.runs:>6}"


def figure(value: float) -> str:
    """The value with about three significant digits."""
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"
