"""What a student can have in a column of the gradebook.

Thousands of students have the same: one object for each kind of cell spares time and memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache

from grader.database.final_marks import percent_of
from grader.database.late import Late
from grader.database.models import GradeState
from grader.database.types import POINTS_SCALE

ZERO = Decimal(0)
IN_TIME = Late()


class State(StrEnum):
    """What a student has in a column."""

    MARKED = "marked"
    AWAITING = "awaiting"  # a person has to mark a part yet; the points are the others
    GRADING = "grading"  # handed in, and no score before its first grading ends
    NOT_YET = "not yet"  # handed in, no score by a fault that is not the student's
    MISSING = "missing"  # nothing handed in, and it can't be any more: 0 points
    OPEN = "open"  # nothing handed in yet
    NONE = "none"  # no mark was entered


@dataclass(frozen=True)
class Cell:
    """What one student has in one column: the final points of a maximum, whether they count by now, what
    being late took off, and how many points await a mark."""

    state: State
    points: Decimal | None
    of: Decimal
    counts: bool
    late: Late = IN_TIME
    awaiting: Decimal = ZERO

    @cached_property
    def percent(self) -> Decimal | None:
        """The percentage that counts; None if nothing does."""
        if not self.counts:
            return None
        return ZERO if self.state is State.MISSING else percent_of(self.points or ZERO, self.of)


EMPTY = Cell(State.NONE, None, ZERO, False)

NOT_HANDED_IN = {
    True: Cell(State.MISSING, None, ZERO, True),
    False: Cell(State.OPEN, None, ZERO, False),
}


@lru_cache(maxsize=8192)
def cell_of(
    points: int | None, most: int | None, awaiting: int | None, state: str, late: Late, closed: bool
) -> Cell:
    """What a team has that has handed in: points, their maximum and what awaits a mark in millionths, the
    state of a GradeSummary, and whether it can't hand in any more."""
    if points is None:
        waits = state == GradeState.WAITING
        return Cell(State.GRADING if waits else State.NOT_YET, None, ZERO, False)
    final = late.final(decimal(points))
    if awaiting:
        return Cell(State.AWAITING, final, decimal(most or 0), False, late, decimal(awaiting))
    return Cell(State.MARKED, final, decimal(most or 0), closed, late)


@lru_cache(maxsize=8192)
def in_time(points: int | None, most: int | None, awaiting: int | None, state: str, closed: bool) -> Cell:
    """The same if nothing is late: it is looked up faster, since a Late has no quick hash."""
    return cell_of(points, most, awaiting, state, IN_TIME, closed)


def reopened(cell: Cell) -> Cell:
    """The same while its student can still hand in."""
    if cell is NOT_HANDED_IN[True]:
        return NOT_HANDED_IN[False]
    return replace(cell, counts=False) if cell.counts else cell


@lru_cache(maxsize=8192)
def entered(points: int, most: Decimal) -> Cell:
    """A mark that a person entered, in millionths."""
    return Cell(State.MARKED, decimal(points), most, True)


def decimal(millionths: int) -> Decimal:
    """Points from millionths."""
    return Decimal(millionths) / POINTS_SCALE
