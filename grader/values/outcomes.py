"""The results of one test: the same fields from the examiner to the web page."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from decimal import Decimal
from typing import Annotated

from grader.values.bounds import Cut, Most
from grader.values.diagnoses import Diagnosis
from grader.values.limits import Evidence
from grader.values.lines import Line
from grader.values.pictures import PICTURE_BYTES, PICTURES_BYTES, PICTURES_KEPT, Picture
from grader.values.returned import CaseCalls, Stop
from grader.values.traces import Trace
from grader.values.verdicts import Cause, Verdict

CASES_KEPT = 500
LONGEST_ANSWER = 20_000  # characters of a text that a person marks
ARGUMENTS_KEPT = 1 << 20  # bytes of a failing call's arguments that an examiner sends


@dataclass(frozen=True)
class Number:
    """One measured number and its threshold, e.g. a relative error. `passed`: whether it is on the right side
    of the threshold.
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
    """The findings of a test, without its verdict and points.

    `message` is a sentence for the student, `detail` what only staff see (assertion introspection,
    frames of the pack), `output` what the student's code printed, `traceback` the student's own
    frames, `arguments` the bytes of an .npz with the failing call's arguments (empty if none),
    `answer` the student's text that a person marks (empty if there is none). `cause` says whose
    fault an INTERNAL verdict is. `line` is the line that is wrong, if a search has found it, and
    `trace`, if it has not, until where the student's run is right.
    """

    message: Annotated[str, Cut(4000)] = ""
    cases: Annotated[tuple[Case, ...], Cut(CASES_KEPT)] = ()
    numbers: Annotated[tuple[Number, ...], Cut(500)] = ()
    diagnosis: Diagnosis | None = None
    pictures: Annotated[tuple[Picture, ...], Most(PICTURES_KEPT)] = ()
    output: Annotated[str, Cut(65_536)] = ""
    traceback: Annotated[str, Cut(2000)] = ""
    arguments: Annotated[bytes, Most(ARGUMENTS_KEPT)] = b""
    answer: Annotated[str, Cut(LONGEST_ANSWER)] = ""
    line: Line | None = None
    trace: Trace | None = None
    cause: Cause | None = None
    detail: Annotated[str, Cut(20_000)] = ""
    evidence: Evidence = field(default_factory=Evidence)

    def check(self) -> None:
        """Raises ValueError if the pictures together are larger than PICTURES_BYTES."""
        if len(self.pictures) * PICTURE_BYTES <= PICTURES_BYTES:
            return
        size = sum(len(picture.text) for picture in self.pictures)
        if size > PICTURES_BYTES:
            raise ValueError(
                f"the pictures have {size} bytes in total; one test may have at most {PICTURES_BYTES}"
            )


@dataclass(frozen=True)
class Outcome(Findings):
    """The outcome of one test, from examiner and runner, before points are counted. `share` is the earned
    part of the points, 0 to 1."""

    id: Annotated[str, Most(200)]
    verdict: Verdict
    share: Decimal = Decimal(0)


@dataclass(frozen=True)
class Ended:
    """The end of a test (or of one of its cases), as the examiner saw it.

    `lost`: the candidate ended during the test, so the runner's evidence decides the verdict of the test
    and of its last case. `waits`: it stopped before a call that ended a candidate in another test, and has no
    outcome yet. `explains`: diagnoses or pictures can still be made, with further calls of the student's
    code. `function` is the function of the last call, or "import FILE" while a file is imported.
    `waited_s` is the time spent waiting for the candidate, in seconds. `stop`: the test stopped with an
    error of its own in a case, so it gave no verdict. `calls`: what the cases' calls returned, if the plan
    asks for that.
    """

    outcome: Outcome
    _: KW_ONLY
    lost: bool = False
    waits: bool = False
    function: Annotated[str, Cut(200)] = ""
    explains: bool = False
    waited_s: float = 0.0
    stop: Stop | None = None
    calls: Annotated[tuple[CaseCalls, ...], Cut(CASES_KEPT)] = ()


@dataclass(frozen=True)
class Explained:
    """What was made after a test had ended: the findings that replace those of its outcome."""

    diagnosis: Diagnosis | None = None
    pictures: Annotated[tuple[Picture, ...], Most(PICTURES_KEPT)] = ()
    detail: Annotated[str, Cut(20_000)] = ""
    line: Line | None = None
