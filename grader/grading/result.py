"""One row of a report: what a test found, beside what its row of the pack says and what it earned."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, replace
from decimal import Decimal

from grader.values import Findings, Verdict, Visibility
from grader.values.bounds import Key


@dataclass(frozen=True)
class Mark:
    """What a person gave for a text: points, and a comment for its writers."""

    points: Decimal
    comment: str = ""


@dataclass(frozen=True)
class Row(Findings):
    """One test of one grading, its verdict aside. `earned` is None while the verdict is INTERNAL, and
    while a row that is marked by hand waits for its mark; `key` is the draw key. Every field:
    docs/report.md."""

    id: str
    title: str
    points: Decimal
    visibility: Visibility
    _: KW_ONLY
    earned: Decimal | None = None
    secret: bool = False
    by_hand: bool = False
    hint: str = ""
    comment: str = ""
    key: Key = 0


@dataclass(frozen=True)
class Result(Row):
    """One test of one grading."""

    verdict: Verdict

    @property
    def awaits_mark(self) -> bool:
        """Whether a person is still to give the points: nothing that is handed in earns them."""
        return self.by_hand and self.verdict is Verdict.PASSED and self.earned is None

    def with_mark(self, mark: Mark) -> Result:
        """This result as a person marked it; at most the row's points, whatever they were then."""
        return replace(self, earned=min(mark.points, self.points), comment=mark.comment)
