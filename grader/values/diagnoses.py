"""Why a gradient is wrong, and how much of that students see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from grader.values.bounds import AsObject, Count, Cut

MOST_FACTS = 96  # of a diagnosis: some twenty for each mistake that it names


class Fit(StrEnum):
    """How the catalogue's mistakes fit a wrong gradient: one of them, one of several that can't be
    told apart, several made at once, or none."""

    ONE = "one"
    EITHER = "either"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True)
class Diagnosis:
    """Why a gradient is wrong, as far as that is known.

    `mistakes` are ids of reference/mistakes/__init__.py, with a layer or node where they have one
    ("slope-left-out:2"). `signal` is the first error signal that is wrong, in the lecture's
    notation. `facts` are what the words are made of: short names and short texts. `error` is
    the largest relative error of the match, over every parameter and over `draws` draws. The
    examiner leaves the last three empty; grader.diagnosis.words writes them.
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

    @property
    def cause(self) -> str:
        """The same for two tests that fail for the same reason."""
        known = self.mistakes or (self.signal, dict(self.facts).get("how", ""))
        return f"{self.fit}: {', '.join(known)}"


class Shows(StrEnum):
    """How much of a diagnosis students see: all, the first wrong signal alone, or nothing."""

    FULL = "full"
    SIGNAL = "signal"
    NONE = "none"


@dataclass(frozen=True)
class Showing:
    """A pack's rule for diagnoses: what students see, from the attempt after `after_attempts` on."""

    level: Shows = Shows.FULL
    after_attempts: Count = 0

    def at(self, attempt: int) -> Shows:
        """What students see of the diagnoses in this attempt's report; the first is 1."""
        return self.level if attempt > self.after_attempts else Shows.NONE
