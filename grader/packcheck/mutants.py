"""Grades mutants of the solution, to find those that no test fails.

A candidate makes the mutants (grader/candidate/edits); here each is graded until a test fails it. A
mutant that survives may show a gap in the tests, or may be right: it is shown as advice, never as a fault.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from grader.grading.client import Mutant
from grader.grading.report import Report, Result
from grader.grading.submission import Submission
from grader.logs import bind, bound_id
from grader.packcheck import variants
from grader.packcheck.errors import MutantCaught
from grader.packcheck.report import Mutants, Step, Survivor
from grader.packcheck.steps import failed, reason
from grader.packs import Pack, TestRow
from grader.packs.manifest import OwnLimits
from grader.values import Evidence, Verdict

MOST = 60
MOST_S = 60.0  # for all of them; mutants not begun by then are not tried
ROOM = 5  # a mutant's limit: this many times what the solution used, plus a second


@dataclass(frozen=True)
class Trial:
    """The result of grading a mutant: whether it was tried and caught. `stopped` says which test stopped
    with an error of its own, and why."""

    tried: bool = True
    caught: bool = True
    stopped: str = ""


def stop_if_caught(result: Result) -> None:
    """A callback for the results of a mutant's grading: raises MutantCaught at the first that failed."""
    if result.verdict is Verdict.INTERNAL:
        raise MutantCaught(f"{result.id} stopped with an error of its own: {reason(result)}")
    if failed(result):
        raise MutantCaught


def try_all(
    pack: Pack, mutants: Sequence[Mutant], grade: Callable[[Submission], object], jobs: int
) -> list[Trial]:
    """Grade the mutants, `jobs` at a time; a Trial for each. `grade` raises MutantCaught at the first test
    that fails."""
    until = time.monotonic() + MOST_S

    def try_one(mutant: Mutant) -> Trial:
        if time.monotonic() > until:
            return Trial(tried=False)
        try:
            grade(variants.with_file(pack, mutant.file, mutant.source))
        except MutantCaught as caught:
            return Trial(stopped=caught.stopped)
        return Trial(caught=False)

    with ThreadPoolExecutor(jobs, initializer=bind, initargs=(bound_id(),)) as pool:
        return list(pool.map(try_one, mutants))


def summary(possible: int, mutants: Sequence[Mutant], trials: Sequence[Trial]) -> Mutants:
    """The part of the check's report on these mutants."""
    pairs = list(zip(mutants, trials, strict=True))
    return Mutants(
        possible=possible,
        tried=sum(trial.tried for trial in trials),
        survivors=tuple(_survivor(mutant) for mutant, trial in pairs if not trial.caught),
        stopped=tuple(f"{_place(mutant)}: {trial.stopped}" for mutant, trial in pairs if trial.stopped),
    )


def mutants_step(mutants: Mutants, most: int) -> Step:
    """How many mutants were caught. Advice: the survivors. `most` is how many were requested."""
    if not most:
        return Step("Mutants", "not requested")
    if not mutants.tried:
        return Step("Mutants", "none could be made from the solution")
    say = f"{mutants.caught} of {mutants.tried} caught"
    say += f", of {mutants.possible} possible" if mutants.possible > mutants.tried else ""
    survived = [
        f"survived: {s.file}:{s.line} ({s.kind}): {s.before}  →  {s.after}" for s in mutants.survivors
    ]
    return Step("Mutants", say, advice=(*survived, *mutants.stopped))


def short_limits(pack: Pack, reports: Sequence[Report]) -> Pack:
    """The pack with limits of a few times what the solution used, so that an endless loop ends soon."""
    rows = tuple(_shortened(pack, row, reports) for row in pack.tests)
    seconds = sum(_most(row.id, reports).wall_ns for row in rows) / 1e9
    total = min(pack.manifest.limits.total_s, 10.0 + 2 * ROOM * seconds)
    limits = pack.manifest.limits.model_copy(update={"total_s": total})
    return replace(pack, manifest=pack.manifest.model_copy(update={"tests": rows, "limits": limits}))


def short_time(pack: Pack, reports: Sequence[Report], tests: Collection[str]) -> Pack:
    """The pack in which these tests may use only a few times the processor time that the solution used. The
    wall limits stay, since the machine may be busy."""
    rows = tuple(_hurried(pack, row, reports) if row.id in tests else row for row in pack.tests)
    return replace(pack, manifest=pack.manifest.model_copy(update={"tests": rows}))


def _hurried(pack: Pack, row: TestRow, reports: Sequence[Report]) -> TestRow:
    limits = pack.manifest.limits_of(row)
    cpu_s = _shorter_cpu_s(limits.cpu_s, _most(row.id, reports))
    own = OwnLimits(cpu_s=cpu_s, wall_s=limits.wall_s, memory_mb=limits.memory_mb, output_kb=limits.output_kb)
    return row.model_copy(update={"limits": own})


def _shorter_cpu_s(limit_s: float, used: Evidence) -> float:
    return min(limit_s, 1.0 + ROOM * used.cpu_ns / 1e9)


def _shortened(pack: Pack, row: TestRow, reports: Sequence[Report]) -> TestRow:
    limits, used = pack.manifest.limits_of(row), _most(row.id, reports)
    cpu_s = _shorter_cpu_s(limits.cpu_s, used)
    wall_s = min(limits.wall_s, 4.0 + 2 * ROOM * used.wall_ns / 1e9)  # the machine may be busy
    own = OwnLimits(cpu_s=cpu_s, wall_s=wall_s, memory_mb=limits.memory_mb, output_kb=limits.output_kb)
    return row.model_copy(update={"limits": own})


def _most(test: str, reports: Sequence[Report]) -> Evidence:
    evidence = [r.evidence for report in reports for r in report.results if r.id == test]
    return Evidence(cpu_ns=max(e.cpu_ns for e in evidence), wall_ns=max(e.wall_ns for e in evidence))


def _survivor(mutant: Mutant) -> Survivor:
    return Survivor(f"solution/{mutant.file}", mutant.line, mutant.kind, mutant.before, mutant.after)


def _place(mutant: Mutant) -> str:
    return f"solution/{mutant.file}:{mutant.line} ({mutant.kind}: {mutant.after})"
