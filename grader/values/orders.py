"""The order that a client sends to a runner, and the answer."""

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

    `key` is the draw key, an integer of at most 256 bits, that seeds the test's `rng`. With `forms`, the
    examiner says what form each call's result had, also if the test passes. With `own_text`, the messages
    of a hidden row may hold what the student's program wrote.
    """

    __test__ = False  # not a test class, whatever pytest thinks of the name

    id: str
    visibility: Visibility
    limits: Limits
    key: Key
    partial: bool = False
    forms: bool = False
    own_text: bool = False


@dataclass(frozen=True)
class Order:
    """One grading for a runner.

    `names` are the files that the pack asks for, in its order; `files` are the submitted (name, bytes).
    `answers` are the names of the answers that its text files ask for (none: any name is one).
    `seed` is what unseeded generators of the student's code begin with. `total_s` limits the whole
    grading, in seconds as Evidence.wall_ns counts them. With `rehearse`, a new test host first runs the
    tests once against the solution, which makes later gradings faster. With `explain`, outcomes have
    diagnoses, and pictures for which the student's code is called again. `proven`: the solution has passed
    these tests on these draws. `id` is in every log line of this grading, on both sides. A `bulk`
    order never takes the last free place of a runner. With `search`, the wrong lines behind the failed tests
    are looked for after all tests: the outcomes have lines, and their verdicts are only those of a repeat.
    """

    pack: PackFiles
    names: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    tests: tuple[TestPlan, ...]
    total_s: float = 60.0
    rehearse: bool = True
    proven: bool = False
    id: Annotated[str, Cut(100)] = ""
    seed: Key = 0
    answers: tuple[str, ...] = ()
    explain: bool = True
    bulk: bool = False
    search: bool = False


@dataclass(frozen=True)
class Graded:
    """A runner's answer to an Order: one outcome for each test, in the order of the tests.

    `timings` are (stage, milliseconds) by the runner's clock, for `--timings`; `engine` are the versions
    of what graded, by name.
    """

    outcomes: tuple[Outcome, ...]
    mode: Mode
    timings: tuple[tuple[str, float], ...] = ()
    engine: Mapping[str, str] = field(default_factory=dict)
