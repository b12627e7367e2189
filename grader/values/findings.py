"""What is found besides figures: why a gradient departs, and pictures as data."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Fit(StrEnum):
    """How the catalogue's slips fit a wrong gradient: one of them, one of several that can't be
    told apart, several made at once, or none."""

    ONE = "one"
    EITHER = "either"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True)
class Diagnosis:
    """Why a gradient departs, as far as that is known.

    `slips` are ids of reference.mistakes, with a layer or node where they have one
    ("slope-left-out:2"). `signal` is the first error signal that departs, in the lecture's
    notation. `facts` are what the words are made of: short names and short texts. `error` is
    the largest relative error of the match, over every parameter and over `draws` draws. The
    examiner leaves the last three empty; grader.diagnosis.words writes them.
    """

    fit: Fit
    slips: tuple[str, ...] = ()
    signal: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    error: float = 0.0
    draws: int = 0
    sentence: str = ""
    evidence: str = ""
    question: str = ""

    @property
    def cause(self) -> str:
        """The same for two tests that fail for the same reason."""
        known = self.slips or (self.signal, dict(self.facts).get("how", ""))
        return f"{self.fit}: {', '.join(known)}"


class Shows(StrEnum):
    """How much of a diagnosis students see: all, the departing signal alone, or nothing."""

    FULL = "full"
    SIGNAL = "signal"
    NONE = "none"


@dataclass(frozen=True)
class Showing:
    """A pack's rule for diagnoses: what students see, from the attempt after `after_attempts` on."""

    level: Shows = Shows.FULL
    after_attempts: int = 0

    def at(self, attempt: int) -> Shows:
        """What students see of the diagnoses in this attempt's report; the first is 1."""
        return self.level if attempt > self.after_attempts else Shows.NONE


PICTURE_KINDS = ("heatmap", "graph", "boundary", "curve", "surface")
PICTURES_KEPT = 4  # of one test
PICTURE_BYTES = 32_768  # JSON of one picture
PICTURES_BYTES = 65_536  # JSON of all pictures of one test
PICTURE_DEPTH = 6


@dataclass(frozen=True)
class Picture:
    """A picture as data; the page draws it. `data` is a dict of plain values: None, bool, int,
    finite float, text, and lists and text-keyed dicts of them, PICTURE_DEPTH deep at most.
    Its JSON may take PICTURE_BYTES."""

    kind: str
    title: str
    data: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The data as JSON, ASCII and without spaces."""
        return json.dumps(self.data, separators=(",", ":"), allow_nan=False)

    @classmethod
    def of_text(cls, kind: str, title: str, text: str) -> Picture:
        """The picture whose data is this JSON. Raises ValueError if it is none."""
        if len(text) > PICTURE_BYTES:
            raise ValueError(f"a picture of {len(text)} bytes; {PICTURE_BYTES} is the most")
        try:
            picture = cls(kind, title, json.loads(text))
        except RecursionError:
            raise ValueError("a picture nested too deep") from None
        picture.check()
        return picture

    def check(self) -> None:
        """Raises ValueError naming what is not as it must be."""
        if self.kind not in PICTURE_KINDS:
            raise ValueError(f"a picture's kind is {self.kind!r}; it is one of {', '.join(PICTURE_KINDS)}")
        if not 1 <= len(self.title) <= 120:
            raise ValueError("a picture's title has 1 to 120 characters")
        if not isinstance(self.data, dict):
            raise ValueError("a picture's data is a dict")
        _plain(self.data, PICTURE_DEPTH)


def _plain(value: Any, depth: int) -> None:
    """Raises ValueError at the first value that a picture can't hold."""
    if depth < 0:
        raise ValueError(f"a picture is at most {PICTURE_DEPTH} deep")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("the keys of a picture's data are text")
        for item in value.values():
            _plain(item, depth - 1)
    elif isinstance(value, list):
        for item in value:
            _plain(item, depth - 1)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a picture holds finite numbers, or None")
    elif isinstance(value, str):
        if "\x00" in value or len(value.encode()) > PICTURE_BYTES:  # a lone surrogate is a ValueError too
            raise ValueError("a picture's text holds no NUL")
    elif value is not None and not isinstance(value, int):
        raise ValueError(f"a picture can't hold {type(value).__name__}")
