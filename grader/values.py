"""Frozen values that every part speaks: limits, evidence, verdicts, outcomes and reports.

Standard library only, so that the runner, the examiner and the web site can share them
without sharing anything else. The report's JSON form and its disclosure live in
`grader.report`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What became of one test. All but INTERNAL are the student's; INTERNAL is ours."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT_LIMIT = "output_limit"
    REFUSED = "refused"
    INTERNAL = "internal"


class Cause(StrEnum):
    """Whose fault an INTERNAL verdict is: the system's (retried) or the pack's (not)."""

    SYSTEM = "system"
    PACK = "pack"


class Visibility(StrEnum):
    """Whether students see a test's result at once, or only after release."""

    VISIBLE = "visible"
    HIDDEN = "hidden"


class Mode(StrEnum):
    """How strongly jobs are isolated, weakest first; see docs/security.md."""

    UNPRIVILEGED = "unprivileged"
    CONTAINER = "container"
    FULL = "full"

    @property
    def strength(self) -> int:
        return list(Mode).index(self)


@dataclass(frozen=True)
class Limits:
    """What one test may use. CPU and wall seconds, memory above the bare interpreter in MB,
    printed output in kB."""

    cpu_s: float = 5.0
    wall_s: float = 20.0
    memory_mb: int = 256
    output_kb: int = 64

    def with_overrides(self, **overrides: float | int | None) -> Limits:
        """These limits with every override that is not None put in place."""
        return replace(self, **{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Evidence:
    """What the runner measured of the candidate during one test, from outside of it.

    cpu_ns and wall_ns in nanoseconds, peak_memory_kb in kB (resident, of the process),
    output_bytes printed. `ended` is "" while the candidate lives, else what ended it:
    "cpu limit", "wall limit", "memory limit", "output limit", "forbidden call", "crash",
    "no answer"; `detail` names the signal or the call.
    """

    cpu_ns: int = 0
    wall_ns: int = 0
    peak_memory_kb: int = 0
    output_bytes: int = 0
    ended: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Number:
    """One measured figure against what it was measured against, e.g. a relative error.

    `passed` says on which side of the threshold it fell.
    """

    name: str
    value: float
    threshold: float
    passed: bool


@dataclass(frozen=True)
class Case:
    """One parametrised case of a test."""

    name: str
    verdict: Verdict
    message: str = ""


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

    `slips` are ids of reference/mistakes.py, with a layer or node where they have one
    ("slope-left-out:2"). `signal` is the first error signal that departs, in the lecture's
    notation. `facts` are what the words are made of: short names and short texts. `error` is
    the largest relative error of the match, over every parameter and over `draws` draws. The
    examiner leaves the last three empty; grader.diagnosis writes them.
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


@dataclass(frozen=True)
class Outcome:
    """What examiner and runner say of one test, before points are counted.

    `share` is the part of the points earned, 0 to 1. `message` is the kit's own sentence,
    `detail` what only staff see (assertion introspection, frames of the pack), `printed`
    what the student's code printed, `traceback` the student's own frames, `arguments` the
    JSON-free bytes of an .npz with the failing call's arguments (empty if none), `answer`
    the student's text that a person is to mark (empty if none is).
    """

    test_id: str
    verdict: Verdict
    share: Decimal = Decimal(0)
    cause: Cause | None = None
    message: str = ""
    cases: tuple[Case, ...] = ()
    numbers: tuple[Number, ...] = ()
    printed: str = ""
    traceback: str = ""
    detail: str = ""
    arguments: bytes = b""
    evidence: Evidence = field(default_factory=Evidence)
    diagnosis: Diagnosis | None = None
    pictures: tuple[Picture, ...] = ()
    answer: str = ""


@dataclass(frozen=True)
class TestPlan:
    """One row of a pack as the runner needs it: no points, no titles.

    `key` is the draw key, an integer of at most 256 bits, that seeds the test's `rng`.
    """

    __test__ = False  # not a test class, whatever pytest thinks of the name

    id: str
    visibility: Visibility
    limits: Limits
    key: int
    partial: bool = False


def files_digest(files: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 in hex over the sorted (path, bytes) pairs, each part length-prefixed."""
    total = hashlib.sha256()
    for path, data in sorted(files):
        name = path.encode()
        total.update(len(name).to_bytes(8, "little") + name + len(data).to_bytes(8, "little") + data)
    return total.hexdigest()


@dataclass(frozen=True)
class PackFiles:
    """A pack as the runner needs it: (path, bytes) of tests/, support/ and solution/, relative
    to the pack's folder, nothing else of the pack; and the digest of exactly these files."""

    digest: str
    files: tuple[tuple[str, bytes], ...]

    @classmethod
    def of(cls, files: Iterable[tuple[str, bytes]]) -> PackFiles:
        """These files under their digest."""
        ordered = tuple(sorted(files))
        return cls(files_digest(ordered), ordered)


@dataclass(frozen=True)
class Order:
    """One grading asked of a runner.

    `names` are the files the pack asks students for, in its order; `files` what was handed
    in (name, bytes). `total_s` bounds the whole grading. `rehearse` has a new pack host run
    the tests once against the solution first, which pays off from the second grading on.
    """

    pack: PackFiles
    names: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    tests: tuple[TestPlan, ...]
    total_s: float = 60.0
    rehearse: bool = True


@dataclass(frozen=True)
class Graded:
    """What a runner answers to an Order: one outcome a test, in the order asked.

    `timings` are (stage, milliseconds) of the runner's own clock, for `--timings`; `engine`
    names what graded and its versions.
    """

    outcomes: tuple[Outcome, ...]
    mode: Mode
    timings: tuple[tuple[str, float], ...] = ()
    engine: Mapping[str, str] = field(default_factory=dict)
