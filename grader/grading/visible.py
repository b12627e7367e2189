"""A report as one reader may see it; `grader.grading.disclosure` makes it."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from grader.grading.report import Heading
from grader.grading.result import Row
from grader.grading.score import Score
from grader.values import Verdict, Visibility


class Waiting(StrEnum):
    """Where a row stands that has no result yet."""

    QUEUED = "queued"
    RUNNING = "running"


@dataclass(frozen=True)
class VisibleResult(Row):
    """What one reader may see of a result. It holds nothing else: each field that is not in `seen` is
    empty, and `verdict` is None. A row without a result yet says in `waiting` why."""

    verdict: Verdict | None
    seen: frozenset[str]
    _: KW_ONLY
    waiting: Waiting | None = None

    @property
    def shown(self) -> bool:
        """Whether this reader sees the verdict."""
        return "verdict" in self.seen

    @property
    def state(self) -> str:
        """One word: the verdict, or `hidden`, `queued`, `running`, or of a text that people mark `marking`
        and (with less than all points) `marked`."""
        if self.waiting is not None:
            return str(self.waiting)
        if self.verdict is None:
            return "hidden"
        if self.by_hand and self.verdict is Verdict.PASSED and self.earned != self.points:
            return "marking" if self.earned is None else "marked"
        return str(self.verdict)

    @property
    def is_hidden(self) -> bool:
        """Whether the test is one of those that students see after release."""
        return self.visibility is Visibility.HIDDEN

    @property
    def is_over(self) -> bool:
        """Whether there is a result, and this reader sees it."""
        return self.verdict is not None

    @property
    def is_text(self) -> bool:
        """Whether a person marks it, or has."""
        return self.by_hand and self.state in ("marking", "marked", "passed")

    @property
    def is_advice(self) -> bool:
        """Whether it is worth no points."""
        return self.points == 0

    @property
    def lost(self) -> Decimal:
        """Points that this reader sees lost."""
        return Decimal(0) if self.earned is None else self.points - self.earned

    @property
    def is_bad(self) -> bool:
        """Whether it cost points or stopped; advice is never shown as a loss."""
        good = ("passed", "internal", "marking", "marked")
        return self.is_over and not self.is_advice and self.state not in good

    @property
    def for_staff(self) -> bool:
        """Whether it holds what only staff see: cause, detail, evidence and key."""
        return "detail" in self.seen


@dataclass(frozen=True, kw_only=True)
class VisibleReport(Heading):
    """What one reader may see of a report. `shown_at` is when more shows, None if that is not known or
    nothing is hidden; `draw`, `replay` and `timings` are None for who may not see them."""

    score: Score
    shown_at: datetime | None
    results: tuple[VisibleResult, ...]
    draw: str | None = None
    replay: str | None = None
    timings: tuple[tuple[str, float], ...] | None = None
