"""The cells of a gradebook, filled from thousands of rows: without the cost of the mapper.

The database puts together the teams that have the same on an assignment, since most cells are one of a few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from sqlalchemy import BigInteger, String, Table, and_, func, select, type_coerce
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from grader.database import deadlines
from grader.database.grade_summary import policy_of
from grader.database.gradebook_cells import NOT_HANDED_IN, Cell, cell_of, entered, in_time, reopened
from grader.database.late import Policy, consequences
from grader.database.models import Assignment, Column, ColumnMark, Course, GradeSummary, Team, TeamMember

_standing = cast(Table, GradeSummary.__table__)
_marks = cast(Table, ColumnMark.__table__)
Teams = Mapping[int, Sequence[tuple[int, int | None]]]
"""(team, the assignment that it is for) of each user."""


class _Standing(NamedTuple):
    """What a team has on an assignment; points in millionths."""

    assignment_id: int
    points: int | None
    most: int | None
    awaiting: int | None
    late_days: int
    state: str


COLUMNS = (
    _standing.c.assignment_id,
    type_coerce(_standing.c.points, BigInteger),
    type_coerce(_standing.c.max_points, BigInteger),
    type_coerce(_standing.c.awaiting, BigInteger),
    _standing.c.late_days,
    type_coerce(_standing.c.state, String),
)


def teams_of(session: Session, course: Course, users: Collection[int] | None) -> Teams:
    """The teams of these users (None: of all)."""
    query = select(TeamMember.user_id, Team.id, Team.assignment_id).join(Team, Team.id == TeamMember.team_id)
    own = Team.course_id == course.id
    rows = session.execute(query.where(own if users is None else and_(own, TeamMember.user_id.in_(users))))
    teams: dict[int, list[Any]] = defaultdict(list)
    for user_id, team_id, assignment_id in rows:
        teams[user_id].append((team_id, assignment_id))
    return teams


def fill_assignments(
    session: Session,
    course: Course,
    assignments: Sequence[Assignment],
    cells: Mapping[int, dict[str, Cell]],
    users: Collection[int] | None,
    known: deadlines.Deadlines,
    teams: Teams,
    now: datetime,
) -> dict[str, Decimal]:
    """Put the cells of the assignments into `cells`; returns the maximum of each assignment in which somebody
    has points, by the column's key."""
    by_id = {row.id: row for row in assignments}
    members = _members(cells, teams)
    filling = _Filling(by_id, cells, known, now)
    for standing, own_teams in _groups(session, by_id, None if users is None else members):
        filling.put(standing, ((user, team) for team in own_teams for user in members.get(team, ())))
    if filling.twice:
        filling.put_again(_last_active(session, by_id, filling.twice, teams))
    filling.take_off(policy_of(course))
    filling.reopen(members, teams)
    return filling.maxima


def _members(users: Iterable[int], teams: Teams) -> dict[int, list[int]]:
    """Which of these users are in each team."""
    members: dict[int, list[int]] = defaultdict(list)
    for user in users:
        for team, _ in teams.get(user, ()):
            members[team].append(user)
    return members


def _groups(
    session: Session, assignments: Collection[int], teams: Collection[int] | None
) -> Iterator[tuple[_Standing, list[int]]]:
    """What teams have (of these, or None: of all), each with those that have it."""
    together = func.aggregate_strings(sql_cast(_standing.c.team_id, String), ",")
    for *values, ids in session.execute(
        _of(select(*COLUMNS, together), assignments, teams).group_by(*COLUMNS)
    ):
        yield _Standing(*values), [int(id) for id in ids.split(",")]


def _last_active(
    session: Session, assignments: Collection[int], users: Collection[int], teams: Teams
) -> Iterator[tuple[_Standing, int, int]]:
    """What each of these users has in the one of their teams that was active last, with user and team."""
    members = _members(users, teams)
    query = _of(select(*COLUMNS, _standing.c.team_id), assignments, members).order_by(_standing.c.last_at)
    last = {}
    for *values, team in session.execute(query):
        standing = _Standing(*values)
        for user in members[team]:
            last[user, standing.assignment_id] = standing, user, team
    yield from last.values()


def _of(query: Any, assignments: Collection[int], teams: Collection[int] | None) -> Any:
    own = _standing.c.assignment_id.in_(assignments)
    return query.where(own if teams is None else and_(own, _standing.c.team_id.in_(teams)))


@dataclass
class _Filling:
    """The cells of all assignments while they are filled. At first nobody has handed in; `late` has, by user
    and assignment, what was handed in late; `twice` are those who have something in two teams."""

    assignments: Mapping[int, Assignment]
    cells: Mapping[int, dict[str, Cell]]
    known: deadlines.Deadlines
    now: datetime
    maxima: dict[str, Decimal] = field(default_factory=dict)
    late: dict[int, dict[int, tuple[_Standing, int]]] = field(default_factory=dict)
    twice: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.over = {id: row.last_moment < self.now for id, row in self.assignments.items()}
        self.begin = {f"a{id}": NOT_HANDED_IN[over] for id, over in self.over.items()}
        for own in self.cells.values():
            own.update(self.begin)

    def put(self, standing: _Standing, pairs: Iterable[tuple[int, int]]) -> None:
        """Give these users what they have in these teams."""
        id, points, most, awaiting, days, state = standing
        key = f"a{id}"
        cell, begin = in_time(points, most, awaiting, state, self.over[id]), self.begin[key]
        is_late = days > 0 and points is not None and not self.assignments[id].late_free
        user = None
        for user, team in pairs:
            own = self.cells[user]
            if own[key] is not begin:
                self.twice.add(user)
            own[key] = cell
            if is_late:
                self.late.setdefault(user, {})[id] = standing, team
        if user is not None and cell.of > self.maxima.get(key, 0):
            self.maxima[key] = cell.of

    def put_again(self, rows: Iterable[tuple[_Standing, int, int]]) -> None:
        """Give those who have something in two teams these in place of both."""
        for user in self.twice:
            self.cells[user].update(self.begin)
            self.late.pop(user, None)
        for standing, user, team in rows:
            self.put(standing, [(user, team)])

    def take_off(self, policy: Policy) -> None:
        """Take off what being late costs; grace days are used in the order of the due dates, exactly as
        `late_points.settle` does it."""
        for user, rows in self.late.items():
            order = sorted((self._due(id, team), id) for id, (_, team) in rows.items())
            costs = consequences(policy, [rows[id][0].late_days for _, id in order])
            for (_, id), late in zip(order, costs, strict=True):
                _, points, most, awaiting, _, state = rows[id][0]
                self.cells[user][f"a{id}"] = cell_of(points, most, awaiting, state, late, self.over[id])

    def _due(self, id: int, team: int) -> datetime:
        assignment = self.assignments[id]
        return assignment.due_at + self.known.moved(assignment, team)

    def reopen(self, members: Mapping[int, Sequence[int]], teams: Teams) -> None:
        """Where an extension lets somebody still hand in, nothing counts yet."""
        extended = {team for given in self.known.given for team in given.teams}
        for user in {user for team in extended for user in members.get(team, ())}:
            for id, over in self.over.items():
                if over and not self._is_over(id, teams[user]):
                    self.cells[user][f"a{id}"] = reopened(self.cells[user][f"a{id}"])

    def _is_over(self, id: int, teams: Sequence[tuple[int, int | None]]) -> bool:
        """Whether none of the student's teams can hand in any more."""
        assignment = self.assignments[id]
        moved = [self.known.moved(assignment, team) for team, only in teams if only in (None, id)]
        return assignment.last_moment + max(moved, default=deadlines.NONE) < self.now


def fill_columns(
    session: Session,
    columns: Sequence[Column],
    cells: Mapping[int, dict[str, Cell]],
    users: Collection[int] | None,
) -> None:
    """Put the marks that people entered into `cells`."""
    maxima = {row.id: row.max_points for row in columns}
    keys = {row.id: f"c{row.id}" for row in columns}
    same = (_marks.c.column_id, type_coerce(_marks.c.points, BigInteger))
    together = func.aggregate_strings(sql_cast(_marks.c.user_id, String), ",")
    query = select(*same, together).where(_marks.c.column_id.in_(maxima)).group_by(*same)
    if users is not None:
        query = query.where(_marks.c.user_id.in_(users))
    for column, points, ids in session.execute(query):
        key, cell = keys[column], entered(points, maxima[column])
        for user in map(int, ids.split(",")):
            if user in cells:
                cells[user][key] = cell
