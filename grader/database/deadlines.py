"""When things are due, for one team or for all: the assignment's dates with the extensions. Nothing else
decides it.

An extension moves the due date to a moment or by hours, and the last moment by as much; of several the latest
holds. A team has the extensions of its members, of their sections and its own.

Hidden results with the rule AFTER_DUE are shown to all once nobody can hand in any more, so that no classmate
learns them for somebody who has an extension. With the rule PUBLISHED staff decide the moment; for those
whose extension has not ended then, it is the end of their extension.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from grader.database.models import Assignment, Enrolment, Extension, ReleaseRule, Team, TeamMember
from grader.grading.disclosure import Release

NONE = timedelta()


@dataclass(frozen=True)
class Dates:
    """The dates of one team on one assignment: uploads are accepted from `opens_at` to `last_moment`, those
    after `due_at` are late. `moved` is by how much an extension moves them. `release` says when its members
    see hidden results, and how much of a diagnosis."""

    opens_at: datetime
    due_at: datetime
    last_moment: datetime
    release: Release
    moved: timedelta = NONE

    def is_open(self, now: datetime) -> bool:
        """Whether an upload is accepted now."""
        return self.opens_at <= now <= self.last_moment


@dataclass(frozen=True)
class Given:
    """An extension in force, and the teams that have it."""

    id: int
    assignment_id: int | None
    due_at: datetime | None
    hours: int | None
    teams: frozenset[int]

    def moves(self, assignment: Assignment) -> timedelta:
        """By how much it moves the due date of this assignment; never back."""
        if self.assignment_id not in (None, assignment.id):
            return NONE
        by_hours = timedelta(hours=self.hours or 0)
        return max(NONE, by_hours if self.due_at is None else self.due_at - assignment.due_at)


@dataclass(frozen=True)
class Deadlines:
    """The extensions in force in a course, or of those assignments and teams that were asked for."""

    given: tuple[Given, ...] = ()
    _of_team: Mapping[int, Sequence[Given]] = field(default_factory=dict)

    def moved(self, assignment: Assignment, team_id: int | None) -> timedelta:
        """By how much the team's due date is moved."""
        rows = self._of_team.get(team_id, ()) if team_id is not None else ()
        return max((row.moves(assignment) for row in rows), default=NONE)

    def latest(self, assignment: Assignment) -> datetime:
        """The moment after which nobody can hand in any more."""
        return assignment.last_moment + max((row.moves(assignment) for row in self.given), default=NONE)

    def of(self, assignment: Assignment, team_id: int | None) -> Dates:
        """The dates of a team, or (None) of somebody who has none."""
        moved = self.moved(assignment, team_id)
        return Dates(
            opens_at=assignment.opens_at,
            due_at=assignment.due_at + moved,
            last_moment=assignment.last_moment + moved,
            release=self._release(assignment, moved),
            moved=moved,
        )

    def _release(self, assignment: Assignment, moved: timedelta) -> Release:
        most = assignment.diagnosis
        if assignment.release is ReleaseRule.AT_ONCE:
            return Release(at_once=True, most=most)
        if assignment.release is ReleaseRule.AFTER_DUE:
            return Release(at=self.latest(assignment), most=most)
        at = assignment.published_at
        if at is not None and moved:
            at = max(at, assignment.last_moment + moved)
        return Release(at=at, most=most)


def with_dates(known: Deadlines, due_at: Mapping[int, datetime]) -> Deadlines:
    """The same with other due dates of some extensions, by their ids; for previews."""
    given = tuple(replace(row, due_at=due_at.get(row.id, row.due_at)) for row in known.given)
    return Deadlines(given, _by_team(given))


def of_team(session: Session, assignment: Assignment, team_id: int | None) -> Dates:
    """The dates of one team (None: of somebody who has none); at most two queries."""
    return of_assignment(session, assignment).of(assignment, team_id)


def of_assignment(session: Session, assignment: Assignment) -> Deadlines:
    """The deadlines of all teams on one assignment; at most two queries."""
    return _load(
        session,
        assignment.course_id,
        or_(Extension.assignment_id.is_(None), Extension.assignment_id == assignment.id),
    )


def of_course(session: Session, course_id: int) -> Deadlines:
    """The deadlines of all teams on all assignments of a course; at most two queries."""
    return _load(session, course_id)


def _load(session: Session, course_id: int, *conditions: Any) -> Deadlines:
    rows = session.execute(
        select(
            Extension.id,
            Extension.assignment_id,
            Extension.due_at,
            Extension.hours,
            Extension.user_id,
            Extension.team_id,
            Extension.section,
        )
        .where(Extension.course_id == course_id, Extension.withdrawn_at.is_(None), *conditions)
        .order_by(Extension.id)
    ).all()
    if not rows:
        return Deadlines()
    users = {row.user_id for row in rows if row.user_id is not None}
    sections = {row.section for row in rows if row.section}
    by_user, by_section = _teams(session, course_id, users, sections)
    given = []
    for row in rows:
        teams = by_user[row.user_id] | by_section[row.section] | {row.team_id} - {None}
        if teams:  # those who have left the course hold nothing up
            given.append(Given(row.id, row.assignment_id, row.due_at, row.hours, frozenset(teams)))
    return Deadlines(tuple(given), _by_team(given))


def _by_team(given: Iterable[Given]) -> dict[int, Sequence[Given]]:
    of_team: dict[int, list[Given]] = defaultdict(list)
    for row in given:
        for team_id in row.teams:
            of_team[team_id].append(row)
    return dict(of_team)


def _teams(
    session: Session, course_id: int, users: Collection[int], sections: Collection[str]
) -> tuple[defaultdict[Any, set[int]], defaultdict[Any, set[int]]]:
    """The ids of the teams of these users, and of the members of these sections, who are in the course."""
    by_user: defaultdict[Any, set[int]] = defaultdict(set)
    by_section: defaultdict[Any, set[int]] = defaultdict(set)
    if not users and not sections:
        return by_user, by_section
    enrolled = and_(Enrolment.user_id == TeamMember.user_id, Enrolment.course_id == course_id)
    members = session.execute(
        select(TeamMember.user_id, TeamMember.team_id, Enrolment.section)
        .join(Team, Team.id == TeamMember.team_id)
        .join(Enrolment, enrolled)
        .where(
            Team.course_id == course_id,
            Enrolment.left_at.is_(None),
            or_(TeamMember.user_id.in_(users), Enrolment.section.in_(sections)),
        )
    )
    for user_id, team_id, section in members:
        by_user[user_id].add(team_id)
        by_section[section].add(team_id)
    return by_user, by_section
