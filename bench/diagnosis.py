"""How often mistakes are named correctly, on programs written without the catalogue, and in which time."""

from __future__ import annotations

from statistics import median

from bench.grading import NotDone
from bench.programs import FOLDER, RIGHT, UNNAMED, Outcome, outcome_of, programs
from bench.timing import Row

GOAL_RIGHT, GOAL_MS = 95.0, 50.0


def diagnosis(runs: int) -> list[Row]:
    """Shares in percent of the programs whose mistake is in the catalogue, and CPU milliseconds. Raises
    NotDone if there are no programs."""
    outcomes = [outcome_of(program) for program in programs()]
    if not outcomes:
        raise NotDone(f"no programs in {FOLDER}: they are in the repository, not in the package")
    known = [outcome for outcome in outcomes if not {RIGHT, UNNAMED} & set(outcome.program.named)]
    took = [outcome.cpu_s * 1000 for outcome in outcomes if outcome.diagnosis is not None]
    return [
        _share(
            "diagnosis: named right", sum(outcome.as_expected for outcome in known), len(known), GOAL_RIGHT
        ),
        _share("diagnosis: unnamed", _unnamed(known), len(known), 100 - GOAL_RIGHT),
        _share("diagnosis: named wrong, of all", _wrong(outcomes), len(outcomes), 0.0),
        _time(median(took), len(took)),
    ]


def _time(took_ms: float, of: int) -> Row:
    """The time, compared with the limit for a search for two mistakes at once."""
    return Row("diagnosis: CPU time", took_ms, "ms", "budget of a pair", GOAL_MS, took_ms / GOAL_MS, of)


def _unnamed(outcomes: list[Outcome]) -> int:
    return sum(outcome.names == (UNNAMED,) for outcome in outcomes)


def _wrong(outcomes: list[Outcome]) -> int:
    return sum(outcome.wrongly_named for outcome in outcomes)


def _share(name: str, count: int, of: int, goal: float) -> Row:
    value = 100.0 * count / of
    return Row(name, value, "%", "goal", goal, value / goal if goal else value, of)
