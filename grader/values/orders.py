"""What a client asks of a runner, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from grader.values.bounds import Cut, Key
from grader.values.limits import Limits
from grader.values.outcomes import Outcome
from grader.values.packs import PackFiles
from grader.values.verdicts import Mode, Visibility


@dataclass(frozen=True)
class TestPlan:
    """One row of a pack as the runner needs it: no points, no titles.

    `key` is the draw key, an integer of at most 256 bits, that seeds the test's `rng`.
    """

    __test__ = False  # not a test class, whatever pytest thinks of the name

    id: str
    visibility: Visibility
    limits: Limits
    key: Key
    partial: bool = False


@dataclass(frozen=True)
class Order:
    """One grading asked of a runner.

    `names` are the files the pack asks students for, in its order; `files` what was handed
    in (name, bytes). `total_s` bounds the whole grading. `rehearse` has a new test host run
    the tests once against the solution first, which pays off from the second grading on. `id` is in every
    log line of this grading, on both sides.
    """

    pack: PackFiles
    names: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    tests: tuple[TestPlan, ...]
    total_s: float = 60.0
    rehearse: bool = True
    id: Annotated[str, Cut(100)] = ""


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
