"""How a pack's test says that something differs, and where its measured figures are kept."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NoReturn

from grader.values import Number
from grader.wire import Seed

__all__ = ["Mismatch", "Recorder", "Seed", "fail"]


class Mismatch(AssertionError):
    """A comparison failed: `message` is one sentence or a few for the student, `numbers`
    the figures measured. The only exception, beside a plain assert, that costs points."""

    def __init__(self, message: str, numbers: Iterable[Number] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.numbers = tuple(numbers)


def fail(message: str) -> NoReturn:
    """Fail the test with a sentence for the student."""
    raise Mismatch(message)


class Recorder:
    """Collects what one case of a test measured and awarded."""

    def __init__(self) -> None:
        self.numbers: list[Number] = []
        self.share: Decimal | None = None
        self.why = ""
        self.answer = ""

    def number(self, number: Number) -> None:
        """Keep a measured figure for the report."""
        self.numbers.append(number)

    def award(self, share: Decimal | float | str, why: str) -> None:
        """Give only `share` (0 to 1) of the row's points if the test otherwise passes."""
        value = Decimal(str(share))
        if not 0 <= value <= 1:
            raise ValueError(f"award: share is {share}; a share lies between 0 and 1")
        self.share, self.why = value, why

    def by_hand(self, text: str) -> None:
        """Put a text before a person, who gives the row's points for it: the row in pack.toml says
        by_hand = true. If the test passes, the text waits for its mark; it earns nothing by itself."""
        if not isinstance(text, str) or not text.strip():
            raise ValueError("by_hand: there is no text to mark; fail the test instead")
        self.answer = text
