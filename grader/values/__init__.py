"""Frozen values that every part speaks: limits, evidence, verdicts, outcomes and reports.

Standard library only, so that the runner, the examiner and the web site can share them
without sharing anything else. The report's JSON form and its disclosure live in
`grader.grading.report`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from grader.values.findings import (
    PICTURE_BYTES,
    PICTURE_DEPTH,
    PICTURE_KINDS,
    PICTURES_BYTES,
    PICTURES_KEPT,
    Diagnosis,
    Fit,
    Picture,
    Showing,
    Shows,
)

__all__ = [
    "PICTURES_BYTES",
    "PICTURES_KEPT",
    "PICTURE_BYTES",
    "PICTURE_DEPTH",
    "PICTURE_KINDS",
    "Case",
    "Cause",
    "Diagnosis",
    "Evidence",
    "Fit",
    "Graded",
    "Limits",
    "Mode",
    "Number",
    "Order",
    "Outcome",
    "PackFiles",
    "Picture",
    "Showing",
    "Shows",
    "TestPlan",
    "Verdict",
    "Visibility",
    "files_digest",
]


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
    in (name, bytes). `total_s` bounds the whole grading. `rehearse` has a new test host run
    the tests once against the solution first, which pays off from the second grading on. `id` is what
    the log lines of this grading carry, on both sides.
    """

    pack: PackFiles
    names: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    tests: tuple[TestPlan, ...]
    total_s: float = 60.0
    rehearse: bool = True
    id: str = ""


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
