"""Until where a student's run is right: its local values that equal those that a pack's reference names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from grader.values.bounds import Count, Cut

MOST_STEPS = 12


@dataclass(frozen=True)
class Step:
    """A value of the student's run: what the statement on `line` to `end_line` of `file` made of `name`.

    `name` is as the student wrote it, such as `z`, `self.h` or `cache['z1']`; `means` is the reference's name
    of the value, in the lecture's notation; `function` has the line in it. `turn` is the number of the run of
    this statement that made it, 0 if it runs once or if every turn counts. `calls` are functions of the
    student's that it called.
    """

    file: Annotated[str, Cut(200)]
    line: Count
    end_line: Count
    name: Annotated[str, Cut(100)]
    means: Annotated[str, Cut(100)] = ""
    function: Annotated[str, Cut(200)] = ""
    turn: Count = 0
    calls: Annotated[tuple[Annotated[str, Cut(100)], ...], Cut(3)] = ()


@dataclass(frozen=True)
class Trace:
    """`right` are values that equal the reference's on all of `draws` draws, in the order of the run, and
    `first` the first one that does not, if that can be told."""

    right: Annotated[tuple[Step, ...], Cut(MOST_STEPS)] = ()
    first: Step | None = None
    draws: Count = 0
