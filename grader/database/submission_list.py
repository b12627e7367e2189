"""The staff's table of submissions: search, filters, pages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from grader.database import retries
from grader.database.applied import applies
from grader.database.models import (
    Assignment,
    Enrolment,
    GradeSummary,
    Grading,
    JobState,
    Result,
    Submission,
    Team,
    TeamMember,
    User,
)
from grader.values import Verdict


@dataclass(frozen=True)
class Filter:
    """Which submissions to show; an empty value does not filter. `text` is part of a name, an e-mail address
    or the number of an attempt; `failed_test` is the id of a test; `at_most` is in points; `counting` shows
    only the attempt of each team that counts, or its latest if none counts; `awaiting` only those with a text
    that has no mark yet; `unscored` only those that ended without a score (True) or with one (False)."""

    text: str = ""
    states: tuple[JobState, ...] = ()
    failed_test: str = ""
    passed: bool | None = None  # True: all points, False: fewer
    section: str = ""
    at_most: Decimal | None = None
    counting: bool = False
    awaiting: bool = False
    unscored: bool | None = None


@dataclass(frozen=True)
class Item:
    """One row of the table: the attempt, its newest grading, whether it counts."""

    submission: Submission
    team: Team
    grading: Grading
    counts: bool


@dataclass(frozen=True)
class Page:
    """The rows of one page, and how many rows match the filter."""

    items: tuple[Item, ...]
    total: int


def find(
    session: Session, assignment: Assignment, filters: Filter, *, limit: int = 50, offset: int = 0
) -> Page:
    """Submissions of an assignment that match the filter, latest first."""
    rows = _rows(assignment, filters)
    matching = rows.with_only_columns(Submission.id).subquery()
    total = session.execute(select(func.count()).select_from(matching)).scalar_one()
    page = rows.order_by(Submission.id.desc()).limit(limit).offset(offset)
    results = session.execute(page.options(joinedload(Submission.team))).all()
    items = tuple(Item(row, row.team, grading, counts == row.id) for row, grading, counts in results)
    return Page(items, total)


def _rows(assignment: Assignment, filters: Filter) -> Select[Submission, Grading, int | None]:
    newer = aliased(Grading)
    of_submission = (newer.submission_id == Submission.id, applies(newer))
    newest = select(func.max(newer.id)).where(*of_submission).scalar_subquery()
    same_team = and_(
        GradeSummary.assignment_id == Submission.assignment_id, GradeSummary.team_id == Submission.team_id
    )
    return (
        select(Submission, Grading, GradeSummary.counts_id)
        .select_from(Submission)
        .join(Grading, and_(Grading.submission_id == Submission.id, Grading.id == newest))
        .outerjoin(GradeSummary, same_team)
        .where(Submission.assignment_id == assignment.id, *_conditions(assignment, filters))
    )


def _conditions(assignment: Assignment, filters: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.text.strip():
        conditions.append(_matches(filters.text.strip()))
    if filters.states:
        conditions.append(Grading.state.in_(filters.states))
    if filters.failed_test:
        failed = Result.verdict != Verdict.PASSED
        rows = select(Result.grading_id).where(Result.test_id == filters.failed_test, failed)
        conditions.append(Grading.id.in_(rows))
    if filters.passed is not None:
        all_points = Grading.score == Grading.max_score
        conditions.append(all_points if filters.passed else Grading.score < Grading.max_score)
    if filters.section:
        conditions.append(Submission.team_id.in_(_teams_of_section(assignment, filters.section)))
    if filters.at_most is not None:
        conditions.append(Grading.score <= filters.at_most)
    if filters.awaiting:
        conditions.append(Grading.awaiting > Decimal(0))
    if filters.counting:
        conditions.append(or_(GradeSummary.counts_id == Submission.id, _latest_of_none()))
    if filters.unscored is not None:
        conditions.append(retries.unscored() if filters.unscored else Grading.score.is_not(None))
    return conditions


def _latest_of_none() -> ColumnElement[bool]:
    """The condition that no attempt of the team counts, and this is the latest."""
    later = aliased(Submission)
    same = and_(later.assignment_id == Submission.assignment_id, later.team_id == Submission.team_id)
    none_later = ~exists().where(same, later.number > Submission.number)
    return and_(GradeSummary.counts_id.is_(None), none_later)


def _matches(text: str) -> ColumnElement[bool]:
    teams = (
        select(TeamMember.team_id)
        .join(User, User.id == TeamMember.user_id)
        .where(or_(User.name.icontains(text, autoescape=True), User.email.icontains(text, autoescape=True)))
    )
    named = Submission.team_id.in_(teams)
    if text.isascii() and text.isdigit() and len(text) < 10:
        return or_(named, Submission.number == int(text), Submission.id == int(text))
    return named


def _teams_of_section(assignment: Assignment, section: str) -> Select[int]:
    same_course = Enrolment.course_id == assignment.course_id
    return (
        select(TeamMember.team_id)
        .join(Enrolment, and_(Enrolment.user_id == TeamMember.user_id, same_course))
        .where(Enrolment.section == section)
    )
