"""What a change of dates, rules, extensions or the late policy would change, for whom; stores nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from grader.database import deadlines, histories
from grader.database.counting import History, Rules, which_counts
from grader.database.deadlines import Deadlines
from grader.database.grade_summary import policy_of
from grader.database.late import Policy, days_late
from grader.database.late_points import Fact, Final, facts_of_course, settle
from grader.database.models import Assignment, Course, CourseRole, Enrolment, Submission, TeamMember, User

Pair = tuple[Fact | None, Fact | None]
"""What counts for a student on an assignment, before and after."""


@dataclass(frozen=True)
class Basis:
    """Everything that decides about points: assignments by id, extensions, late policy."""

    assignments: Mapping[int, Assignment]
    known: Deadlines
    policy: Policy


@dataclass(frozen=True)
class Counted:
    """What counts for a student on an assignment: the attempt, its late days, its points and those left."""

    submission_id: int
    late_days: int
    points: Decimal
    final: Decimal


@dataclass(frozen=True)
class Moved:
    """What changes for one student on one assignment; None where nothing counts."""

    user_id: int
    name: str
    assignment_id: int
    before: Counted
    after: Counted


@dataclass(frozen=True)
class Effects:
    """What a change would do: every student for whom something changes, by name."""

    moved: tuple[Moved, ...]

    def become_late(self, assignment_id: int | None = None) -> tuple[Moved, ...]:
        """Those who are late after the change and not before it."""
        return self._those(assignment_id, lambda row: not row.before.late_days and row.after.late_days > 0)

    def no_longer_late(self, assignment_id: int | None = None) -> tuple[Moved, ...]:
        """Those who are late before the change and not after it."""
        return self._those(assignment_id, lambda row: row.before.late_days > 0 and not row.after.late_days)

    def other_late_days(self, assignment_id: int | None = None) -> tuple[Moved, ...]:
        """Those who are late before and after it, by another number of days."""
        return self._those(
            assignment_id,
            lambda row: 0 < row.before.late_days != row.after.late_days and row.after.late_days > 0,
        )

    def other_attempt(self, assignment_id: int | None = None) -> tuple[Moved, ...]:
        """Those for whom another attempt counts."""
        return self._those(assignment_id, lambda row: row.before.submission_id != row.after.submission_id)

    @property
    def gain(self) -> tuple[Moved, ...]:
        """Those who have more final points after it."""
        return self._those(None, lambda row: row.after.final > row.before.final)

    @property
    def lose(self) -> tuple[Moved, ...]:
        """Those who have fewer final points after it."""
        return self._those(None, lambda row: row.after.final < row.before.final)

    def _those(self, assignment_id: int | None, wanted: Callable[[Moved], bool]) -> tuple[Moved, ...]:
        rows = (row for row in self.moved if assignment_id in (None, row.assignment_id))
        return tuple(row for row in rows if wanted(row))


def basis_of(session: Session, course: Course) -> Basis:
    """The terms as they are."""
    rows = session.scalars(select(Assignment).where(Assignment.course_id == course.id)).all()
    return Basis({row.id: row for row in rows}, deadlines.of_course(session, course.id), policy_of(course))


def draft(assignment: Assignment, **changes: object) -> Assignment:
    """A copy of an assignment with other values; it belongs to no session and is never stored."""
    keys = [attribute.key for attribute in inspect(Assignment).column_attrs if attribute.key != "secret"]
    return Assignment(**{**{key: getattr(assignment, key) for key in keys}, **changes})


def compare(
    session: Session,
    course: Course,
    before: Basis,
    after: Basis,
    touched: Mapping[int, Collection[int] | None],
) -> Effects:
    """What `after` changes; `touched` are the ids of the assignments on which another attempt may count or
    late days may change, each with the teams for which that is so (None: all). A constant number of queries
    for each of them."""
    students = students_of(session, course)
    replaced = {key: _facts(session, key, teams, students, (before, after)) for key, teams in touched.items()}
    of_all = before.policy != after.policy
    concerned = [user for user in students if of_all or _differs(replaced, user)]
    facts = facts_of_course(session, course, None if of_all else concerned)
    moved: list[Moved] = []
    for user_id in concerned:
        own_facts = facts.get(user_id, ())
        kept = [fact for fact in own_facts if user_id not in replaced.get(fact.assignment_id, {})]
        own = [replaced[key][user_id] for key in touched if user_id in replaced[key]]
        if not own and not any(fact.days for fact in own_facts):
            continue  # never late: no policy changes anything
        one, two = (
            settle(terms.policy, [*kept, *(fact for pair in own if (fact := pair[at]) is not None)])
            for at, terms in enumerate((before, after))
        )
        moved += _moved(user_id, students[user_id], one, two)
    return Effects(tuple(moved))


def _differs(replaced: Mapping[int, Mapping[int, Pair]], user_id: int) -> bool:
    """Whether another attempt counts for this student, or the same one with other late days."""
    pairs = (rows[user_id] for rows in replaced.values() if user_id in rows)
    return any(_key(one) != _key(two) for one, two in pairs)


def _key(fact: Fact | None) -> tuple[int, int, bool] | None:
    return None if fact is None else (fact.submission_id, days_late(fact.at, fact.due_at), fact.free)


def teams_after(session: Session, assignment_id: int, at: datetime) -> Sequence[int]:
    """The teams with an attempt after that moment: if it is the earlier of two due dates, only they can be
    late by one of them."""
    own = (Submission.assignment_id == assignment_id, Submission.created_at > at)
    return session.scalars(select(Submission.team_id).where(*own).distinct()).all()


def students_of(session: Session, course: Course) -> dict[int, str]:
    """The names of the students who are in the course, by id, in the order of their names."""
    rows = session.execute(
        select(User.id, User.name)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            Enrolment.course_id == course.id,
            Enrolment.role == CourseRole.STUDENT,
            Enrolment.left_at.is_(None),
        )
        .order_by(User.name, User.id)
    )
    return {user_id: name for user_id, name in rows}


def _facts(
    session: Session,
    assignment_id: int,
    teams: Collection[int] | None,
    students: Collection[int],
    sides: tuple[Basis, Basis],
) -> dict[int, Pair]:
    """What counts on one assignment before and after, by user id, for the students who have handed in."""
    known = histories.of_assignment(session, assignment_id, teams)
    members = session.execute(
        select(TeamMember.user_id, TeamMember.team_id).where(TeamMember.team_id.in_(known))
    )
    latest = {
        user: team
        for user, team in sorted(members, key=lambda row: known[row.team_id].attempts[-1].at)
        if user in students
    }
    return {
        user: (
            _fact(team, known[team], assignment_id, sides[0]),
            _fact(team, known[team], assignment_id, sides[1]),
        )
        for user, team in latest.items()
    }


def _fact(team_id: int, history: History, assignment_id: int, terms: Basis) -> Fact | None:
    assignment = terms.assignments[assignment_id]
    due_at = assignment.due_at + terms.known.moved(assignment, team_id)
    counts = which_counts(history, Rules.of(assignment, terms.policy, due_at))
    if counts is None:
        return None
    points = (counts.submission_id, counts.points, counts.max_points)
    return Fact(assignment_id, team_id, due_at, counts.at, *points, free=assignment.late_free)


def _moved(user_id: int, name: str, before: Mapping[int, Final], after: Mapping[int, Final]) -> list[Moved]:
    pairs = ((key, _counted(before[key]), _counted(after[key])) for key in before if key in after)
    return [Moved(user_id, name, key, one, two) for key, one, two in pairs if one != two]


def _counted(final: Final) -> Counted:
    fact = final.fact
    return Counted(fact.submission_id, days_late(fact.at, fact.due_at), fact.points, final.points)
