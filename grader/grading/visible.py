"""The part of a report that one reader may see; `grader.grading.disclosure` makes it."""

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
    """Why a row has no result yet."""

    QUEUED = "queued"
    RUNNING = "running"


@dataclass(frozen=True)
class VisibleResult(Row):
    """The part of a result that one reader may see, and nothing else: fields that are not in `seen` are
    empty, and `verdict` is None. `waiting` is set in a row that has no result yet."""

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
        """One word: the verdict, or `hidden`, `queued`, `running`. For a text marked by hand: `marking`, and
        `marked` if it earned less than all points. `partly` if a failed test earned some of its points, and
        `withheld` if it passed, but what it needs did not."""
        if self.waiting is not None:
            return str(self.waiting)
        if self.verdict is None:
            return "hidden"
        if self.by_hand and self.verdict is Verdict.PASSED and self.earned != self.points:
            return "marking" if self.earned is None else "marked"
        if self.unmet and self.withheld == self.points:
            return "withheld"
        if self.verdict is Verdict.FAILED and self.earned:
            return "partly"
        return str(self.verdict)

    @property
    def is_hidden(self) -> bool:
        """Whether students see the test's result only after release."""
        return self.visibility is Visibility.HIDDEN

    @property
    def is_over(self) -> bool:
        """Whether there is a result that this reader sees."""
        return self.verdict is not None

    @property
    def is_text(self) -> bool:
        """Whether it is a text that a person marks or has marked."""
        return self.by_hand and self.state in ("marking", "marked", "passed")

    @property
    def is_advice(self) -> bool:
        """Whether it is worth no points."""
        return self.points == 0

    @property
    def lost(self) -> Decimal:
        """The points lost, as far as this reader sees."""
        return Decimal(0) if self.earned is None else self.points - self.earned

    @property
    def is_bad(self) -> bool:
        """Whether it lost points or stopped with an error; never true for advice."""
        good = ("passed", "internal", "marking", "marked")
        return self.is_over and not self.is_advice and self.state not in good and self.lost > 0

    @property
    def for_staff(self) -> bool:
        """Whether it has the fields that only staff see: cause, detail, evidence and key."""
        return "detail" in self.seen


@dataclass(frozen=True, kw_only=True)
class VisibleReport(Heading):
    """The part of a report that one reader may see. `shown_at` is when hidden results are shown, None if
    not known or if nothing is hidden. `draw`, `replay` and `timings` are None for students."""

    score: Score
    shown_at: datetime | None
    results: tuple[VisibleResult, ...]
    draw: str | None = None
    replay: str | None = None
    timings: tuple[tuple[str, float], ...] | None = None
