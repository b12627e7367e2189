"""How well mistakes are named, on programs written without the catalogue, and how long it takes."""

from __future__ import annotations

from statistics import median

from bench.grading import NotDone
from bench.programs import FOLDER, RIGHT, UNNAMED, Outcome, programs, tried
from bench.timing import Row

GOAL_RIGHT, GOAL_MS = 95.0, 50.0


def diagnosis(runs: int) -> list[Row]:
    """Shares in percent of the programs whose mistake is in the catalogue, and CPU milliseconds. Raises
    NotDone where the programs are not there."""
    outcomes = [tried(program) for program in programs()]
    if not outcomes:
        raise NotDone(f"no programs in {FOLDER}: they come with the repository, not with the package")
    known = [each for each in outcomes if not {RIGHT, UNNAMED} & set(each.program.named)]
    took = [each.cpu_s * 1000 for each in outcomes if each.diagnosis is not None]
    return [
        _share("diagnosis: named right", sum(each.as_expected for each in known), len(known), GOAL_RIGHT),
        _share("diagnosis: unnamed", _unnamed(known), len(known), 100 - GOAL_RIGHT),
        _share("diagnosis: named wrong, of all", _wrong(outcomes), len(outcomes), 0.0),
        _time(median(took), len(took)),
    ]


def _time(took_ms: float, of: int) -> Row:
    """The time beside what a search for two mistakes at once may take."""
    return Row("diagnosis: CPU time", took_ms, "ms", "budget of a pair", GOAL_MS, took_ms / GOAL_MS, of)


def _unnamed(outcomes: list[Outcome]) -> int:
    return sum(each.names == (UNNAMED,) for each in outcomes)


def _wrong(outcomes: list[Outcome]) -> int:
    return sum(each.wrongly_named for each in outcomes)


def _share(name: str, count: int, of: int, goal: float) -> Row:
    value = 100.0 * count / of
    return Row(name, value, "%", "goal", goal, value / goal if goal else value, of)
