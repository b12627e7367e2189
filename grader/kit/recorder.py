"""How a pack's test says that something differs, and where its measured figures are kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NoReturn

import numpy as np

from grader.values import (
    PICTURE_BYTES,
    PICTURES_BYTES,
    PICTURES_KEPT,
    Diagnosis,
    Number,
    Outcome,
    Picture,
    Verdict,
)
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
        self.diagnosis: Diagnosis | None = None
        self.pictures: list[Picture] = []
        self.left_out: list[str] = []  # pictures that were too large or too many, for staff
        self.answer = ""

    def outcome(self, name: str, verdict: Verdict) -> Outcome:
        """What was recorded of a case that ended so. Only one that passed has a share, its reason and a
        text to mark; only one that failed has a diagnosis."""
        passed = verdict is Verdict.PASSED
        share = Decimal(1) if self.share is None else self.share
        return Outcome(
            name,
            verdict,
            share if passed else Decimal(0),
            message=self.why if passed else "",
            numbers=tuple(self.numbers),
            diagnosis=self.diagnosis if verdict is Verdict.FAILED else None,
            pictures=tuple(self.pictures),
            answer=self.answer if passed else "",
            detail="\n".join(self.left_out),
        )

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

    def picture(self, kind: str, title: str, data: Mapping[str, Any]) -> None:
        """Keep a picture for the report. Arrays become lists, NaN and infinity None; what is
        too large or too many is left out, and staff are told. Raises ValueError for a kind or
        a value that no picture can hold."""
        picture = Picture(kind, title, _plain(data))
        picture.check()
        size = len(picture.text)
        together = size + sum(len(kept.text) for kept in self.pictures)
        if size > PICTURE_BYTES or together > PICTURES_BYTES or len(self.pictures) >= PICTURES_KEPT:
            rule = f"{PICTURES_KEPT} pictures, {PICTURE_BYTES} bytes each, {PICTURES_BYTES} together"
            self.left_out.append(f"a picture was left out: {title!r}, {size} bytes; a test keeps {rule}")
        else:
            self.pictures.append(picture)


def _plain(value: Any) -> Any:
    """The value with lists for arrays and tuples, Python's numbers for numpy's."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", " ")
    return None if isinstance(value, float) and not math.isfinite(value) else value
