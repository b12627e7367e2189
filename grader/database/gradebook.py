"""The gradebook of a course: what every student has in every column, with what late days take off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, cast

from sqlalchemy import BigInteger, String, Table, and_, select, type_coerce
from sqlalchemy.orm import Session

from grader.database import deadlines, final_marks
from grader.database.final_marks import Total, Weighted, percent_of
from grader.database.grade_summary import policy_of
from grader.database.late import Late, Policy, consequences
from grader.database.models import (
    Assignment,
    Category,
    Column,
    ColumnMark,
    Course,
    CourseRole,
    Enrolment,
    GradeState,
    GradeSummary,
    Team,
    TeamMember,
)
from grader.database.types import POINTS_SCALE

ZERO = Decimal(0)
_standing = cast(Table, GradeSummary.__table__)  # thousands of rows: without the cost of the mapper
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


@dataclass(frozen=True)
class Item:
    """A column of the gradebook: an assignment or one that people mark. `of` is its maximum (None while
    nobody has a score); `shown_at` is when its marks were published."""

    key: str
    id: int
    title: str
    category_id: int | None
    of: Decimal | None
    shown_at: datetime | None
    assignment: Assignment | None = None

    @property
    def is_assignment(self) -> bool:
        return self.assignment is not None


@dataclass(frozen=True)
class Book:
    """The gradebook of a course, or of some of its students: categories, columns in their order, and cells by
    user id and the column's key."""

    categories: tuple[Category, ...]
    items: tuple[Item, ...]
    cells: Mapping[int, Mapping[str, Cell]]

    @cached_property
    def weights(self) -> tuple[Weighted, ...]:
        return tuple(Weighted(row.id, row.weight, row.drop_lowest) for row in self.categories)

    @property
    def weight_sum(self) -> Decimal:
        return sum((row.weight for row in self.categories), ZERO)

    def of(self, user_id: int) -> Mapping[str, Cell]:
        """The cells of one student, by the column's key."""
        return self.cells.get(user_id, {})

    def total(self, user_id: int, instead: Mapping[str, Decimal] | None = None) -> Total:
        """What a student has so far; `instead` are percentages that replace what counts, by the column's
        key."""
        cells, groups = self.of(user_id), []
        for category, keys in self._groups:
            counted, percents = [], []
            for key in keys:
                percent = instead.get(key) if instead else None
                if percent is None and (cell := cells.get(key)) is not None:
                    percent = cell.percent
                if percent is not None:
                    counted.append(key)
                    percents.append(percent)
            groups.append((category, counted, percents))
        return final_marks.total_of(groups)

    @cached_property
    def _groups(self) -> tuple[tuple[Weighted, tuple[str, ...]], ...]:
        """The categories with the keys of their columns."""
        return tuple((row, tuple(item.key for item in self.in_category(row.id))) for row in self.weights)

    def published(self, also: Collection[str] = (), without: Collection[str] = ()) -> Book:
        """The same with only the columns whose marks students see; `also` and `without` as if those had been
        published or taken back."""
        kept = (
            item
            for item in self.items
            if (item.shown_at is not None or item.key in also) and item.key not in without
        )
        return replace(self, items=tuple(kept))

    def in_category(self, category_id: int | None) -> tuple[Item, ...]:
        """The columns of a category, or of none."""
        return tuple(item for item in self.items if item.category_id == category_id)


def load(session: Session, course: Course, users: Collection[int] | None, now: datetime) -> Book:
    """The gradebook of these students (None: of all in the course) as staff see it now; at most nine
    queries."""
    categories = categories_of(session, course)
    ids = students(session, course) if users is None else users
    assignments = session.scalars(select(Assignment).where(Assignment.course_id == course.id)).all()
    columns = session.scalars(select(Column).where(Column.course_id == course.id)).all()
    known = deadlines.of_course(session, course.id)
    teams = _teams(session, course, users)
    cells: dict[int, dict[str, Cell]] = {user: {} for user in ids}
    _fill_assignments(session, course, assignments, cells, users, known, teams, now)
    _fill_columns(session, columns, cells, users)
    maxima = _maxima(cells)
    items = [_of_assignment(row, maxima.get(f"a{row.id}")) for row in assignments]
    items += [_of_column(row) for row in columns]
    return Book(categories, _sorted(categories, items, assignments, columns), cells)


def categories_of(session: Session, course: Course) -> tuple[Category, ...]:
    """The categories of a course, in their order."""
    query = select(Category).where(Category.course_id == course.id)
    return tuple(session.scalars(query.order_by(Category.position, Category.id)))


def students(session: Session, course: Course) -> Sequence[int]:
    """The user ids of the students who are in the course."""
    return session.scalars(
        select(Enrolment.user_id).where(
            Enrolment.course_id == course.id,
            Enrolment.role == CourseRole.STUDENT,
            Enrolment.left_at.is_(None),
        )
    ).all()


def _of_assignment(row: Assignment, most: Decimal | None) -> Item:
    return Item(f"a{row.id}", row.id, row.title, row.category_id, most, row.marks_published_at, row)


def _of_column(row: Column) -> Item:
    return Item(f"c{row.id}", row.id, row.title, row.category_id, row.max_points, row.published_at)


def _sorted(
    categories: Sequence[Category],
    items: Sequence[Item],
    assignments: Sequence[Assignment],
    columns: Sequence[Column],
) -> tuple[Item, ...]:
    """By category; in it assignments by due date, then columns by position; those without one come last."""
    place: dict[int | None, int] = {row.id: at for at, row in enumerate(categories)}
    within: dict[str, tuple[Any, ...]] = {f"a{row.id}": (0, row.due_at, row.id) for row in assignments}
    within |= {f"c{row.id}": (1, row.position, row.id) for row in columns}
    return tuple(sorted(items, key=lambda item: (place.get(item.category_id, len(place)), within[item.key])))


def _maxima(cells: Mapping[int, Mapping[str, Cell]]) -> dict[str, Decimal]:
    maxima: dict[str, Decimal] = {}
    for row in cells.values():
        for key, cell in row.items():
            if cell.of > maxima.get(key, ZERO):
                maxima[key] = cell.of
    return maxima


def _teams(session: Session, course: Course, users: Collection[int] | None) -> dict[int, list[Any]]:
    """(team, the assignment that it is for) of each user."""
    query = select(TeamMember.user_id, Team.id, Team.assignment_id).join(Team, Team.id == TeamMember.team_id)
    own = Team.course_id == course.id
    rows = session.execute(query.where(own if users is None else and_(own, TeamMember.user_id.in_(users))))
    teams: dict[int, list[Any]] = defaultdict(list)
    for user_id, team_id, assignment_id in rows:
        teams[user_id].append((team_id, assignment_id))
    return teams


def _summaries(session: Session, course: Course, teams: Collection[int] | None) -> Iterable[Any]:
    """The summaries of these teams (None: of all) as plain numbers, since there are thousands; the last
    active comes last."""
    query = select(
        _standing.c.team_id,
        _standing.c.assignment_id,
        type_coerce(_standing.c.points, BigInteger),
        type_coerce(_standing.c.max_points, BigInteger),
        type_coerce(_standing.c.awaiting, BigInteger),
        _standing.c.late_days,
        type_coerce(_standing.c.state, String),
    ).order_by(_standing.c.last_at)
    if teams is None:
        query = query.join(Team, Team.id == _standing.c.team_id).where(Team.course_id == course.id)
    else:
        query = query.where(_standing.c.team_id.in_(teams))
    return session.execute(query)


def _fill_assignments(
    session: Session,
    course: Course,
    assignments: Sequence[Assignment],
    cells: Mapping[int, dict[str, Cell]],
    users: Collection[int] | None,
    known: deadlines.Deadlines,
    teams: Mapping[int, Sequence[Any]],
    now: datetime,
) -> None:
    """Put the cells of the assignments into `cells`."""
    by_id = {row.id: row for row in assignments}
    members: dict[int, list[int]] = defaultdict(list)
    for user, rows in teams.items():
        for team_id, _ in rows:
            members[team_id].append(user)
    found: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in _summaries(session, course, None if users is None else members.keys()):
        for user in members.get(row[0], ()):
            found[user][row[1]] = row
    policy = policy_of(course)
    order = [(row.id, f"a{row.id}", row.last_moment < now) for row in assignments]
    for user, own in cells.items():
        handed_in = found.get(user, {})
        costs = _costs(policy, handed_in, by_id, known)
        for id, key, over in order:
            closed = over and (not known.given or _is_over(by_id[id], teams.get(user, ()), known, now))
            row = handed_in.get(id)
            if row is None:
                own[key] = NOT_HANDED_IN[closed]
                continue
            _, _, points, most, awaiting, _, state = row
            late = costs.get(id)
            if late is None:
                own[key] = _in_time(points, most, awaiting, state, closed)
            else:
                own[key] = _cell(points, most, awaiting, state, late, closed)


def _is_over(assignment: Assignment, teams: Sequence[Any], known: deadlines.Deadlines, now: datetime) -> bool:
    """Whether none of the student's teams can hand in any more."""
    moved = [known.moved(assignment, team) for team, only in teams if only in (None, assignment.id)]
    return assignment.last_moment + max(moved, default=deadlines.NONE) < now


NOT_HANDED_IN = {
    True: Cell(State.MISSING, None, ZERO, True),
    False: Cell(State.OPEN, None, ZERO, False),
}


def _costs(
    policy: Policy,
    handed_in: Mapping[int, Any],
    assignments: Mapping[int, Assignment],
    known: deadlines.Deadlines,
) -> dict[int, Late]:
    """What being late costs one student, by assignment id; grace days are used in the order of the due dates,
    exactly as `late_points.settle` does it."""
    late = [
        (assignments[id].due_at + known.moved(assignments[id], row[0]), id, row[5])
        for id, row in handed_in.items()
        if row[5] > 0 and row[2] is not None and not assignments[id].late_free
    ]
    if not late:
        return {}
    late.sort()
    return dict(
        zip((id for _, id, _ in late), consequences(policy, [days for *_, days in late]), strict=True)
    )


# Thousands of students have the same cells; one object for each kind spares time and memory.
@lru_cache(maxsize=8192)
def _cell(
    points: int | None, most: int | None, awaiting: int | None, state: str, late: Late, closed: bool
) -> Cell:
    if points is None:
        waits = state == GradeState.WAITING
        return Cell(State.GRADING if waits else State.NOT_YET, None, ZERO, False)
    final = late.final(_decimal(points))
    if awaiting:
        return Cell(State.AWAITING, final, _decimal(most or 0), False, late, _decimal(awaiting))
    return Cell(State.MARKED, final, _decimal(most or 0), closed, late)


@lru_cache(maxsize=8192)
def _in_time(points: int | None, most: int | None, awaiting: int | None, state: str, closed: bool) -> Cell:
    """The same if nothing is late: it is looked up faster, since a Late has no quick hash."""
    return _cell(points, most, awaiting, state, IN_TIME, closed)


@lru_cache(maxsize=8192)
def _entered(points: int, most: Decimal) -> Cell:
    return Cell(State.MARKED, _decimal(points), most, True)


def _decimal(millionths: int) -> Decimal:
    return Decimal(millionths) / POINTS_SCALE


def _fill_columns(
    session: Session,
    columns: Sequence[Column],
    cells: Mapping[int, dict[str, Cell]],
    users: Collection[int] | None,
) -> None:
    """Put the marks that people entered into `cells`."""
    maxima = {row.id: row.max_points for row in columns}
    keys = {row.id: f"c{row.id}" for row in columns}
    query = select(
        ColumnMark.user_id, ColumnMark.column_id, type_coerce(ColumnMark.points, BigInteger)
    ).where(ColumnMark.column_id.in_(maxima))
    if users is not None:
        query = query.where(ColumnMark.user_id.in_(users))
    for user, column, points in session.execute(query):
        if user in cells:
            cells[user][keys[column]] = _entered(points, maxima[column])
