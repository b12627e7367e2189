"""The late policy of a course: changed, with every summary that it decides; and what a change would do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import audit, effects, grade_summary
from grader.database.errors import StoreError
from grader.database.late import ALL, Policy
from grader.database.models import Assignment, Course, Submission, User

MOST_GRACE_DAYS = 100


def checked(policy: Policy) -> Policy:
    """The same policy. Raises StoreError if a value is outside its limits."""
    percent = policy.percent
    if not 0 <= policy.grace_days <= MOST_GRACE_DAYS:
        raise StoreError(f"{policy.grace_days} grace days; there must be 0 to {MOST_GRACE_DAYS}")
    if percent is not None and (not percent.is_finite() or not Decimal(0) < percent <= ALL):
        raise StoreError(f"{percent} % a day; it must be above 0 and at most 100, or none")
    return policy


def change(session: Session, course: Course, policy: Policy, *, by: User | None) -> None:
    """Change the policy and count again where somebody was late. Raises StoreError."""
    before = grade_summary.policy_of(course)
    if checked(policy) == before:
        return
    course.grace_days, course.late_percent = policy.grace_days, policy.percent
    audit.note(
        session,
        "course.late_policy_changed",
        course,
        by=by,
        course_id=course.id,
        before=vars(before),
        after=vars(policy),
    )
    for assignment, teams in _late(session, course).items():
        grade_summary.refresh_all(session, session.get_one(Assignment, assignment), teams)


def effects_of(session: Session, course: Course, policy: Policy) -> effects.Effects:
    """What another policy would change, for whom."""
    before = effects.basis_of(session, course)
    touched = _late(session, course) if policy.percent != before.policy.percent else {}
    return effects.compare(session, course, before, replace(before, policy=policy), touched)


def _late(session: Session, course: Course) -> dict[int, Collection[int] | None]:
    """The teams with an attempt after the due date, by assignment; a policy changes nothing for others."""
    rows = session.execute(
        select(Submission.assignment_id, Submission.team_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == course.id, Submission.created_at > Assignment.due_at)
        .distinct()
    )
    late: dict[int, set[int]] = {}
    for assignment, team in rows:
        late.setdefault(assignment, set()).add(team)
    return dict(late)
