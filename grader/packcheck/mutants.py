"""Slips in the solution that nobody wrote down: which of them does no test notice?

A candidate makes them (grader/candidate/mutants); here they are graded until a test fails them. One
that lives may be a gap in the tests, or no slip at all: it is shown to be looked at, never a fault.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from grader.grading.client import Mutant
from grader.grading.report import Report, Result
from grader.grading.submission import Submission
from grader.logs import bind, bound_id
from grader.packcheck import variants
from grader.packcheck.errors import Noticed
from grader.packcheck.report import Mutants, Step, Survivor
from grader.packcheck.steps import failed, reason
from grader.packs import Pack, TestRow
from grader.packs.manifest import OwnLimits
from grader.values import Evidence, Verdict

MOST = 60
MOST_S = 60.0  # for all of them; those not begun by then are not tried
ROOM = 5  # times what the solution needed, and a second


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: `tried`, noticed by a test or not, and `stopped` a test or not."""

    tried: bool = True
    noticed: bool = True
    stopped: str = ""


def notice(result: Result) -> None:
    """Told each result of a mutant's grading: raise Noticed at the first that ends its life."""
    if result.verdict is Verdict.INTERNAL:
        raise Noticed(f"{result.id} stopped by itself: {reason(result)}")
    if failed(result):
        raise Noticed


def fates(
    pack: Pack, mutants: Sequence[Mutant], grade: Callable[[Submission], object], jobs: int
) -> list[Fate]:
    """What becomes of each, `jobs` at a time. `grade` raises Noticed where a test failed it."""
    until = time.monotonic() + MOST_S

    def fate(mutant: Mutant) -> Fate:
        if time.monotonic() > until:
            return Fate(tried=False)
        try:
            grade(variants.with_file(pack, mutant.file, mutant.source))
        except Noticed as end:
            return Fate(stopped=end.by_itself)
        return Fate(noticed=False)

    with ThreadPoolExecutor(jobs, initializer=bind, initargs=(bound_id(),)) as pool:
        return list(pool.map(fate, mutants))


def summed_up(possible: int, mutants: Sequence[Mutant], found: Sequence[Fate]) -> Mutants:
    """All fates as the report keeps them."""
    pairs = list(zip(mutants, found, strict=True))
    return Mutants(
        possible=possible,
        tried=sum(fate.tried for fate in found),
        survivors=tuple(_survivor(mutant) for mutant, fate in pairs if not fate.noticed),
        stopped=tuple(f"{_place(mutant)}: {fate.stopped}" for mutant, fate in pairs if fate.stopped),
    )


def mutants_step(found: Mutants, asked: int) -> Step:
    """How many were caught; the others, to be looked at."""
    if not asked:
        return Step("Mutants", "not asked for")
    if not found.tried:
        return Step("Mutants", "none could be made of the solution")
    say = f"{found.caught} of {found.tried} caught"
    say += f", of {found.possible} possible" if found.possible > found.tried else ""
    lives = [f"lives: {s.file}:{s.line} ({s.kind}): {s.before}  →  {s.after}" for s in found.survivors]
    return Step("Mutants", say, advice=(*lives, *found.stopped))


def short_limits(pack: Pack, reports: Sequence[Report]) -> Pack:
    """The pack with limits that end an endless loop soon: some times what the solution used."""
    rows = tuple(_shortened(pack, row, reports) for row in pack.tests)
    seconds = sum(_most(row.id, reports).wall_ns for row in rows) / 1e9
    total = min(pack.manifest.limits.total_s, 10.0 + 2 * ROOM * seconds)
    limits = pack.manifest.limits.model_copy(update={"total_s": total})
    return replace(pack, manifest=pack.manifest.model_copy(update={"tests": rows, "limits": limits}))


def _shortened(pack: Pack, row: TestRow, reports: Sequence[Report]) -> TestRow:
    given, used = pack.manifest.limits_of(row), _most(row.id, reports)
    cpu_s = min(given.cpu_s, 1.0 + ROOM * used.cpu_ns / 1e9)
    wall_s = min(given.wall_s, 4.0 + 2 * ROOM * used.wall_ns / 1e9)  # the machine may be busy
    own = OwnLimits(cpu_s=cpu_s, wall_s=wall_s, memory_mb=given.memory_mb, output_kb=given.output_kb)
    return row.model_copy(update={"limits": own})


def _most(test: str, reports: Sequence[Report]) -> Evidence:
    seen = [r.evidence for report in reports for r in report.results if r.id == test]
    return Evidence(cpu_ns=max(e.cpu_ns for e in seen), wall_ns=max(e.wall_ns for e in seen))


def _survivor(mutant: Mutant) -> Survivor:
    return Survivor(f"solution/{mutant.file}", mutant.line, mutant.kind, mutant.before, mutant.after)


def _place(mutant: Mutant) -> str:
    return f"solution/{mutant.file}:{mutant.line} ({mutant.kind}: {mutant.after})"
