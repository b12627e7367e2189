"""Diagnoses: why a gradient is wrong, and how much of that students see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from grader.values.bounds import AsObject, Count, Cut
from grader.values.pictures import Picture

MOST_FACTS = 96  # of one diagnosis: about twenty for each mistake that it names


class Fit(StrEnum):
    """How the catalogue's mistakes explain a wrong gradient: one of them, one of several that can't be
    distinguished, several at once, or none."""

    ONE = "one"
    EITHER = "either"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True)
class Diagnosis:
    """Why a gradient is wrong, as far as that is known.

    `mistakes` are ids of reference/mistakes/__init__.py, with a layer or node where they have one
    ("slope-left-out:2"). `signal` is the first error signal that is wrong, in the lecture's
    notation. `facts` are the (name, short text) pairs that the sentences use. `error` is
    the largest relative error of the match, over every parameter and over `draws` draws. The
    examiner leaves sentence, evidence and question empty; grader.diagnosis.words writes them. `graph` is a
    picture of the values and error signals, the first wrong one marked; None if there is none.
    """

    fit: Fit
    mistakes: Annotated[tuple[Annotated[str, Cut(80)], ...], Cut(8)] = ()
    signal: Annotated[str, Cut(40)] = ""
    facts: Annotated[
        tuple[tuple[Annotated[str, Cut(40)], Annotated[str, Cut(300)]], ...], Cut(MOST_FACTS), AsObject()
    ] = ()
    error: float = 0.0
    draws: Count = 0
    sentence: Annotated[str, Cut(4000)] = ""
    evidence: Annotated[str, Cut(4000)] = ""
    question: Annotated[str, Cut(4000)] = ""
    graph: Picture | None = None

    @property
    def cause(self) -> str:
        """A key that is equal for two tests that fail for the same reason."""
        known = self.mistakes or (self.signal, dict(self.facts).get("how", ""))
        return f"{self.fit}: {', '.join(known)}"


class Shows(StrEnum):
    """How much of a diagnosis students see, from the least to the most; each level has what those before it
    have. `PART`: which part or error signal is wrong first, `LINE`: the line, `KIND`: the mistake by its name
    or as a question, `EDIT`: the change that makes it right. Staff see all, whatever the level."""

    OFF = "off"
    PART = "part"
    LINE = "line"
    KIND = "kind"
    EDIT = "edit"

    @classmethod
    def _missing_(cls, value: object) -> Shows | None:
        """The level that an earlier word means: stored reports and older packs have it."""
        return {"none": cls.OFF, "signal": cls.PART, "full": cls.KIND}.get(str(value))

    def reaches(self, level: Shows) -> bool:
        """Whether this level has what that one has."""
        levels = list(Shows)
        return levels.index(self) >= levels.index(level)


def lowest(*levels: Shows | None) -> Shows:
    """The least of these levels; None is no limit."""
    return min((level for level in levels if level is not None), key=list(Shows).index, default=Shows.EDIT)


@dataclass(frozen=True)
class Showing:
    """A pack's rule for diagnoses: how much students see, after their first `after_attempts` attempts."""

    level: Shows = Shows.KIND
    after_attempts: Count = 0

    def at(self, attempt: int, own: Shows | None = None) -> Shows:
        """How much of a diagnosis students see in the report of this attempt; the first attempt is 1.
        `own` is the level of the test's row, if it has one."""
        return (own or self.level) if attempt > self.after_attempts else Shows.OFF
