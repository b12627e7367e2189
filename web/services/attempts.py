"""The rows of a list of attempts: number, time, score, state, and whether it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import attempts
from grader.database.models import Grading, JobState, Submission

STATES = {JobState.QUEUED: "queued", JobState.RUNNING: "running"}


@dataclass(frozen=True)
class Attempt:
    """One attempt with the grading that is shown for it. `full`: the points include the hidden tests'."""

    submission: Submission
    grading: Grading
    full: bool
    counts: bool

    @property
    def score(self) -> Decimal | None:
        """The points that the reader may see; None means "not yet"."""
        return self.grading.score if self.full else self.grading.visible_score

    @property
    def of(self) -> Decimal | None:
        """What `score` is out of."""
        return self.grading.max_score if self.full else self.grading.visible_max

    @property
    def verdict(self) -> str:
        """The verdict shown for the whole attempt."""
        if not self.grading.state.is_over:
            return STATES[self.grading.state]
        if self.score is None:
            return "internal"
        awaiting = self.grading.awaiting if self.full else self.grading.visible_awaiting
        if awaiting:
            return "marking"
        return "passed" if self.score == self.of else "failed"

    @property
    def words(self) -> str | None:
        """Words instead of the verdict's own; None if those say it."""
        return {"failed": "points lost", "passed": "all passed"}.get(self.verdict)


def rows(
    session: Session,
    submissions: Sequence[Submission],
    counting: int | None,
    *,
    full: bool,
    report: bool = False,
) -> tuple[Attempt, ...]:
    """These attempts; `counting` is the id of the one that counts. `report` loads their reports too."""
    shown = attempts.shown(session, [row.id for row in submissions], report=report)
    return tuple(
        Attempt(row, shown[row.id], full, row.id == counting) for row in submissions if row.id in shown
    )
