"""Which attempt of a team counts, and what its summary says. Pure functions of attempts and rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from grader.database.late import Policy, days_late, percent_off, reduced
from grader.database.models import Assignment, Counting, GradeState

ZERO = Decimal(0)


@dataclass(frozen=True)
class Attempt:
    """A submission, as far as counting needs it."""

    submission_id: int
    at: datetime
    given_back: bool


@dataclass(frozen=True)
class Scored:
    """An attempt and the grading that gives its points."""

    submission_id: int
    grading_id: int
    at: datetime
    points: Decimal
    max_points: Decimal = ZERO
    visible_points: Decimal = ZERO
    visible_max: Decimal = ZERO
    awaiting: Decimal = ZERO
    visible_awaiting: Decimal = ZERO


@dataclass(frozen=True)
class History:
    """All attempts of one team on one assignment, the first first; `scored` are those with a score, and
    `unfinished` says that a grading waits or runs. `chosen` is the attempt that the team chose."""

    attempts: tuple[Attempt, ...]
    scored: Mapping[int, Scored]
    unfinished: bool
    chosen: int | None = None


@dataclass(frozen=True)
class Rules:
    """What decides: which attempt counts, what a late day costs there, and the team's due date."""

    counting: Counting
    policy: Policy
    due_at: datetime

    @staticmethod
    def of(assignment: Assignment, policy: Policy, due_at: datetime) -> Rules:
        """The rules of an assignment for a team with this due date."""
        return Rules(assignment.counting, Policy() if assignment.late_free else policy, due_at)


def which_counts(
    history: History, rules: Rules, points: Callable[[Scored], Decimal] = lambda attempt: attempt.points
) -> Scored | None:
    """The attempt that counts, by `points`; None if none has a score.

    Best: the most points after what late days take off, grace days aside; of equals the latest. Latest: the
    last with a score. Chosen: that one if it has a score, else the best.
    """
    scored = history.scored.values()
    if rules.counting is Counting.LATEST:
        return max(scored, key=lambda attempt: attempt.submission_id, default=None)
    chosen = history.scored.get(history.chosen or 0)
    if rules.counting is Counting.CHOSEN and chosen is not None:
        return chosen

    def worth(attempt: Scored) -> tuple[Decimal, int]:
        if not rules.policy.costs:
            return points(attempt), attempt.submission_id
        percent = percent_off(rules.policy, days_late(attempt.at, rules.due_at))
        return reduced(points(attempt), percent), attempt.submission_id

    return max(scored, key=worth, default=None)


def summary_of(history: History, rules: Rules) -> dict[str, Any]:
    """The columns of the team's grade summary."""
    counts = which_counts(history, rules)
    visible = which_counts(history, rules, lambda attempt: attempt.visible_points)
    state = GradeState.GRADED if counts else GradeState.NOT_YET
    return {
        "state": GradeState.WAITING if history.unfinished else state,
        "attempts": sum(not attempt.given_back for attempt in history.attempts),
        "last_at": history.attempts[-1].at,
        "counts_id": counts and counts.submission_id,
        "grading_id": counts and counts.grading_id,
        "points": None if counts is None else counts.points,
        "max_points": None if counts is None else counts.max_points,
        "visible_counts_id": visible and visible.submission_id,
        "visible_points": None if visible is None else visible.visible_points,
        "visible_max": None if visible is None else visible.visible_max,
        "awaiting": None if counts is None else counts.awaiting,
        "visible_awaiting": None if visible is None else visible.visible_awaiting,
        "late_days": 0 if counts is None else days_late(counts.at, rules.due_at),
    }
