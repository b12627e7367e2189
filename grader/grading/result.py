"""One row of a report: a test's findings, the data of its row in the pack, and the points earned."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, replace
from decimal import Decimal

from grader.values import Findings, Shows, Verdict, Visibility
from grader.values.bounds import Key


@dataclass(frozen=True)
class Mark:
    """A mark by hand for a text: points, and a comment for its authors."""

    points: Decimal
    comment: str = ""


@dataclass(frozen=True)
class Row(Findings):
    """One test of one grading, without its verdict. `earned` is None while the verdict is INTERNAL, and
    while a row waits for a mark by hand; `key` is the draw key. All fields are explained in
    docs/report.md. With `unmet` (entries of the row's `needs` that did not pass) it earns
    nothing, and `withheld` are the points of its own result. `own_text`: students may read what their
    program wrote in a hidden row. `shows` is how much of a diagnosis they see by the row itself; None: as
    much as the report says."""

    id: str
    title: str
    points: Decimal
    visibility: Visibility
    _: KW_ONLY
    earned: Decimal | None = None
    unmet: tuple[str, ...] = ()
    withheld: Decimal = Decimal(0)
    secret: bool = False
    own_text: bool = False
    shows: Shows | None = None
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
        """Whether a person still has to give the points."""
        return self.by_hand and self.verdict is Verdict.PASSED and self.earned is None

    @property
    def passes_alone(self) -> bool:
        """Whether the test itself passed, also if its points are withheld."""
        return self.verdict is Verdict.PASSED or (bool(self.unmet) and self.withheld == self.points)

    def with_mark(self, mark: Mark) -> Result:
        """This result with a mark by hand. It earns at most the row's points, which may be fewer now."""
        return replace(self, earned=min(mark.points, self.points), comment=mark.comment)
