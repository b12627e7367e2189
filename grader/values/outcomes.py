"""What is known of one test once it has run: the same fields from the examiner to the page."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from decimal import Decimal
from typing import Annotated

from grader.values.bounds import Cut, Most
from grader.values.diagnoses import Diagnosis
from grader.values.limits import Evidence
from grader.values.pictures import PICTURE_BYTES, PICTURES_BYTES, PICTURES_KEPT, Picture
from grader.values.verdicts import Cause, Verdict

CASES_KEPT = 500
ARGUMENTS_KEPT = 1 << 20  # bytes of a failing call that an examiner sends


@dataclass(frozen=True)
class Number:
    """One measured figure against what it was measured against, e.g. a relative error.

    `passed` says on which side of the threshold it fell.
    """

    name: Annotated[str, Cut(200)]
    value: float
    threshold: float
    passed: bool


@dataclass(frozen=True)
class Case:
    """One parametrised case of a test."""

    name: Annotated[str, Cut(200)]
    verdict: Verdict
    message: Annotated[str, Cut(2000)] = ""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What a test found, its verdict and points aside.

    `message` is a sentence for the student, `detail` what only staff see (assertion introspection,
    frames of the pack), `output` what the student's code printed, `traceback` the student's own
    frames, `arguments` the bytes of an .npz with the failing call's arguments (empty if none),
    `answer` the student's text that a person is to mark (empty if none is). `cause` says whose
    fault an INTERNAL verdict is.
    """

    message: Annotated[str, Cut(4000)] = ""
    cases: Annotated[tuple[Case, ...], Cut(CASES_KEPT)] = ()
    numbers: Annotated[tuple[Number, ...], Cut(500)] = ()
    diagnosis: Diagnosis | None = None
    pictures: Annotated[tuple[Picture, ...], Most(PICTURES_KEPT)] = ()
    output: Annotated[str, Cut(65_536)] = ""
    traceback: Annotated[str, Cut(2000)] = ""
    arguments: Annotated[bytes, Most(ARGUMENTS_KEPT)] = b""
    answer: Annotated[str, Cut(20_000)] = ""
    cause: Cause | None = None
    detail: Annotated[str, Cut(20_000)] = ""
    evidence: Evidence = field(default_factory=Evidence)

    def check(self) -> None:
        """Raises ValueError if the pictures together are larger than what a test keeps."""
        if len(self.pictures) * PICTURE_BYTES <= PICTURES_BYTES:
            return
        size = sum(len(picture.text) for picture in self.pictures)
        if size > PICTURES_BYTES:
            raise ValueError(f"pictures of {size} bytes together; {PICTURES_BYTES} is the most of one test")


@dataclass(frozen=True)
class Outcome(Findings):
    """What examiner and runner say of one test, before points are counted. `share` is the part of
    the points earned, 0 to 1."""

    id: Annotated[str, Most(200)]
    verdict: Verdict
    share: Decimal = Decimal(0)


@dataclass(frozen=True)
class Ended:
    """How the examiner saw a test (or one of its cases) end.

    `lost` says that the candidate ended meanwhile: then the runner's evidence gives the verdict, of the
    test and of its last case. `waited_s` are the seconds spent waiting for the candidate.
    """

    outcome: Outcome
    _: KW_ONLY
    lost: bool = False
    waited_s: float = 0.0
