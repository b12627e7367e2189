"""How a pack's test fails with a message, and where the numbers it measured are kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NoReturn

import numpy as np

from grader.kit.returned import returned
from grader.values import (
    LONGEST_ANSWER,
    PICTURE_BYTES,
    PICTURES_BYTES,
    PICTURES_KEPT,
    Diagnosis,
    Number,
    Outcome,
    Picture,
    Verdict,
)
from grader.values.returned import described
from grader.wire import Seed

EXPLANATIONS_KEPT = 8  # of one case
REAL = (int, float, np.integer, np.floating)

__all__ = ["Mismatch", "Recorder", "Seed", "fail"]


class Mismatch(AssertionError):
    """A comparison failed: `message` is a sentence or a few for the student, `numbers` are the measured
    numbers. Besides a plain assert, it is the only exception that costs points."""

    def __init__(self, message: str, numbers: Iterable[Number] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.numbers = tuple(numbers)


def fail(message: str) -> NoReturn:
    """Fail the test with a sentence for the student."""
    raise Mismatch(message)


class Recorder:
    """Collects the measured numbers, points and pictures of one test case.

    Its verdict is made from the test's own calls of the student's code. Explanations, which call it
    again, are only kept here: `explain` makes them when the test has ended.
    """

    def __init__(self) -> None:
        self.explanations: list[tuple[str, Callable[[], None]]] = []
        self.ended = False
        self.numbers: list[Number] = []
        self.share: Decimal | None = None
        self.why = ""
        self.diagnosis: Diagnosis | None = None
        self.pictures: list[Picture] = []
        self.left_out: list[str] = []  # explanations and pictures, with the reason, for staff
        self.answer = ""
        self.targets: list[Any] = []  # grader.kit.targets.Target, of comparisons that failed
        self.traces: list[Any] = []  # grader.kit.trace.Traced, of comparisons that failed

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

    def later(self, what: str, explanation: Callable[[], None]) -> None:
        """Keep an explanation to be made after the test, or make it now if the test has ended; `what`
        names it in a note for staff."""
        if self.ended:
            self._make(what, explanation)
        elif len(self.explanations) < EXPLANATIONS_KEPT:
            self.explanations.append((what, explanation))

    def explain(self) -> None:
        """Make the explanations that were kept. One that fails is left out, with a note for staff."""
        self.ended = True
        for what, explanation in self.explanations:
            self._make(what, explanation)

    def _make(self, what: str, explanation: Callable[[], None]) -> None:
        try:
            explanation()
        except Exception as error:  # the verdict is settled, and an error of ours costs no points
            self.left_out.append(f"{what} was left out: {type(error).__name__}: {error}"[:400])

    def number(self, number: Number) -> None:
        """Keep a measured number for the report. What is none, such as what a student's function returned in
        its place, fails the test."""
        values: tuple[Any, Any] = (number.value, number.threshold)
        if not isinstance(values[0], REAL) or not isinstance(values[1], REAL):
            got = next(v for v in values if not isinstance(v, REAL))
            words = described(returned("", got).parts[0])
            fail(f"{number.name}: a number was expected, but it is {words}.")
        self.numbers.append(number)

    def award(self, share: Decimal | float | str, why: str) -> None:
        """Give only `share` (0 to 1) of the row's points if the test otherwise passes."""
        value = Decimal(str(share))
        if not 0 <= value <= 1:
            raise ValueError(f"award: share is {share}; a share must be between 0 and 1")
        self.share, self.why = value, why

    def by_hand(self, text: str) -> None:
        """Give a text to a person, who marks it; the row in pack.toml must say by_hand = true. If the test
        passes, the text waits for its mark and earns no points by itself. Raises Mismatch if the text is
        too long to be shown as a whole."""
        if not isinstance(text, str) or not text.strip():
            raise ValueError("by_hand: there is no text to mark; fail the test instead")
        if len(text) > LONGEST_ANSWER:
            fail(f"The text has {len(text)} characters; at most {LONGEST_ANSWER} are shown to its marker.")
        self.answer = text

    def picture(self, kind: str, title: str, data: Mapping[str, Any]) -> None:
        """Keep a picture for the report. Arrays become lists, NaN and infinity None; pictures
        that are too large or too many are left out, with a note for staff. Raises ValueError for an
        unknown kind or a value that a picture can't contain."""
        picture = Picture(kind, title, _plain(data))
        picture.check()
        size = len(picture.text)
        together = size + sum(len(earlier.text) for earlier in self.pictures)
        if size > PICTURE_BYTES or together > PICTURES_BYTES or len(self.pictures) >= PICTURES_KEPT:
            rule = f"{PICTURES_KEPT} pictures, {PICTURE_BYTES} bytes each, {PICTURES_BYTES} together"
            self.left_out.append(f"a picture was left out: {title!r}, {size} bytes; a test keeps {rule}")
        else:
            self.pictures.append(picture)


def _plain(value: Any) -> Any:
    """The value with lists instead of arrays and tuples, and Python numbers instead of numpy's."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", " ")
    return None if isinstance(value, float) and not math.isfinite(value) else value
