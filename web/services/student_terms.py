"""What an assignment's page says to one student about dates, being late, the next attempt, what counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import choices, courses, late_points, submissions
from grader.database.deadlines import Dates
from grader.database.errors import NoChoice
from grader.database.grade_summary import policy_of
from grader.database.late import Policy
from grader.database.late_points import Fact, Final, settle
from grader.database.models import Assignment, Counting, Submission, Team, User
from grader.values.numbers import whole_number
from web.access import Membership, assignment_membership
from web.services.late_words import final_sentence, moved_sentence, policy_sentence, today_sentence


@dataclass(frozen=True)
class StudentTerms:
    """Sentences ("" where there is nothing to say), when the next attempt is possible if that is not now, and
    the attempts among which the student may choose (number, whether it is chosen)."""

    extension: str
    policy: str
    today: str
    next_at: datetime | None
    final: Final | None
    final_number: int
    reason: str
    choices: tuple[tuple[int, bool], ...]


def of_student(
    session: Session,
    membership: Membership,
    assignment: Assignment,
    team: Team | None,
    dates: Dates,
    now: datetime,
) -> StudentTerms:
    """What the page says; a constant number of queries."""
    policy = policy_of(membership.course)
    user_id, zone = membership.user.id, membership.course.zone
    facts = late_points.facts_of_course(session, membership.course, [user_id], seen_at=now).get(user_id, [])
    final = settle(policy, facts).get(assignment.id)
    left = _left(policy, facts, assignment, dates)
    is_open = dates.is_open(now) and assignment.hidden_at is None
    next_at = submissions.next_attempt_at(session, assignment, team.id) if team else None
    numbers = _numbers(session, assignment, team)
    return StudentTerms(
        extension=moved_sentence(dates, assignment.due_at, zone),
        policy=policy_sentence(policy, left, dates, zone, free=assignment.late_free),
        today=_today(policy, facts, assignment, dates, left, now) if is_open else "",
        next_at=next_at if next_at and next_at > now else None,
        final=final,
        final_number=numbers.get(final.fact.submission_id, 0) if final else 0,
        reason=final_sentence(final) if final else "",
        choices=_choices(session, assignment, team, numbers),
    )


def choose(session: Session, user: User, course: str, slug: str, typed: str, now: datetime) -> int:
    """Let the attempt with the number that was typed count; returns that number. Raises NoChoice, Missing."""
    _, assignment = assignment_membership(session, user, course, slug, now)
    team = courses.team_on(session, assignment, user)
    number = whole_number(typed, 1, 2**31 - 1)
    submission = None
    if team is not None and number is not None:
        own = (Submission.assignment_id == assignment.id, Submission.team_id == team.id)
        submission = session.scalar(select(Submission).where(*own, Submission.number == number))
    if submission is None:
        raise NoChoice("None of your attempts has this number")
    choices.choose(session, submission, by=session.get_one(User, user.id))
    return submission.number


def _left(policy: Policy, facts: list[Fact], assignment: Assignment, dates: Dates) -> int:
    """The grace days that are left for this assignment: those that earlier due dates have not used."""
    earlier = [fact for fact in facts if (fact.due_at, fact.assignment_id) < (dates.due_at, assignment.id)]
    return policy.grace_days - sum(final.late.grace for final in settle(policy, earlier).values())


def _today(
    policy: Policy, facts: list[Fact], assignment: Assignment, dates: Dates, left: int, now: datetime
) -> str:
    others = [fact for fact in facts if fact.assignment_id != assignment.id]
    none = Decimal(0)
    free = assignment.late_free
    one = Fact(assignment.id, 0, dates.due_at, now, 0, none, none, free)
    late = settle(policy, [*others, one])[assignment.id].late
    return today_sentence(late, left, costs=policy.costs and not free)


def _numbers(session: Session, assignment: Assignment, team: Team | None) -> dict[int, int]:
    """The numbers of the team's attempts by their ids, the first first."""
    if team is None:
        return {}
    own = (Submission.assignment_id == assignment.id, Submission.team_id == team.id)
    rows = session.execute(select(Submission.id, Submission.number).where(*own).order_by(Submission.number))
    return {key: number for key, number in rows}


def _choices(
    session: Session, assignment: Assignment, team: Team | None, numbers: dict[int, int]
) -> tuple[tuple[int, bool], ...]:
    if assignment.counting is not Counting.CHOSEN or assignment.marks_published_at or team is None:
        return ()
    row = choices.of_team(session, assignment.id, team.id)
    chosen = None if row is None else row.submission_id
    return tuple((number, key == chosen) for key, number in numbers.items())
