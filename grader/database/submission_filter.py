"""Which submissions of an assignment a filter of the staff's table matches, as a query for their ids.

The query joins only what the filter needs, so that each page is fast with a million gradings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from grader.database import counted_attempts, deadlines, first_passes
from grader.database.applied import row_applies
from grader.database.models import (
    Assignment,
    Enrolment,
    FoundLine,
    Grading,
    Job,
    JobState,
    Result,
    Submission,
    Team,
    TeamMember,
    User,
)
from grader.values import Verdict

SORTS = ("time", "name", "score", "attempt")
OVER = (JobState.DONE, JobState.FAILED)
GRADINGS = cast(Table, Grading.__table__)
_jobs = cast(Table, Job.__table__)


@dataclass(frozen=True)
class Filter:
    """Which submissions to show; an empty value does not filter. `text` is part of a name, an e-mail address
    or the number of an attempt; `failed_test` is the id of a test; `at_least`, `at_most` and `below` are in
    points; `counting` shows only the attempt of each team that counts, or its latest if none counts;
    `awaiting` only those with a text that has no mark yet; `unscored` only those that ended without a score
    (True) or with one (False). `mistake` is the id of a finding, `place` (None: any) where it is.
    `line` is the kind of a wrong line and the function that it is in.
    `first_pass` are the first and the last number of the attempt with which a team passed everything for the
    first time; `passed_none_of` are tests none of which passed. `ids` are submissions that were ticked.
    `sort` is one of SORTS, each in its usual direction unless `reverse`."""

    text: str = ""
    states: tuple[JobState, ...] = ()
    failed_test: str = ""
    passed: bool | None = None  # True: all points, False: fewer
    section: str = ""
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    below: Decimal | None = None
    counting: bool = False
    awaiting: bool = False
    unscored: bool | None = None
    late: bool = False
    mistake: str = ""
    place: str | None = None
    line: tuple[str, str] | None = None
    since: datetime | None = None
    before: datetime | None = None
    first_pass: tuple[int, int] | None = None
    passed_none_of: tuple[str, ...] = ()
    ids: tuple[int, ...] | None = None
    sort: str = "time"
    reverse: bool = False


def newest_id() -> Any:
    """The id of a submission's newest grading, without those of regrades that are not applied."""
    newer = GRADINGS.alias()
    own = (newer.c.submission_id == Submission.id, row_applies(newer))
    return select(func.max(newer.c.id)).where(*own).scalar_subquery()


def _is_newest(assignment: Assignment) -> ColumnElement[bool]:
    """The same as a join: for thousands of submissions it is faster than to ask for each one's id."""
    newer = GRADINGS.alias()
    same = (newer.c.assignment_id == assignment.id, newer.c.submission_id == GRADINGS.c.submission_id)
    replaced = exists().where(*same, newer.c.id > GRADINGS.c.id, row_applies(newer))
    own = (GRADINGS.c.assignment_id == assignment.id, GRADINGS.c.submission_id == Submission.id)
    return and_(*own, row_applies(GRADINGS), ~replaced)


def ids_of(session: Session, assignment: Assignment, filters: Filter) -> Select[Any]:
    """The ids of the submissions that match, in the order of the filter's sort."""
    query = select(Submission.id)
    if filters.counting:
        counted = counted_attempts.ids(assignment).subquery()
        query = query.join(counted, counted.c.submission_id == Submission.id)
    conditions, needs_grading, needs_job = _of_gradings(filters)
    if needs_grading or needs_job or filters.sort == "score":
        query = query.join(GRADINGS, _is_newest(assignment))
    if needs_job:
        query = query.join(_jobs, _jobs.c.id == GRADINGS.c.id)
    if filters.sort == "name":
        query = query.join(Team, Team.id == Submission.team_id)
    own = Submission.assignment_id == assignment.id
    query = query.where(own, *conditions, *_of_submissions(session, assignment, filters))
    return query.order_by(*_order(filters))


def all_by_score(assignment: Assignment, *, reverse: bool) -> Select[Any]:
    """The same of a filter that matches every submission and sorts by score: it reads one index alone."""
    newest = func.row_number().over(partition_by=GRADINGS.c.submission_id, order_by=GRADINGS.c.id.desc())
    rows = (
        select(GRADINGS.c.submission_id, GRADINGS.c.score, newest.label("age"))
        .where(GRADINGS.c.assignment_id == assignment.id, row_applies(GRADINGS))
        .subquery()
    )
    score = func.coalesce(rows.c.score, -1)
    order = (score.asc() if reverse else score.desc(), rows.c.submission_id.desc())
    return select(rows.c.submission_id).where(rows.c.age == 1).order_by(*order)


def _of_gradings(filters: Filter) -> tuple[list[ColumnElement[bool]], bool, bool]:
    """Conditions on the newest grading, and whether it and its job are needed."""
    g = GRADINGS.c
    conditions: list[ColumnElement[bool]] = []
    if filters.failed_test:
        failed = and_(Result.test_id == filters.failed_test, Result.verdict != Verdict.PASSED)
        conditions.append(exists().where(Result.grading_id == g.id, failed))
    if filters.mistake:
        named = Result.mistake == filters.mistake
        found = named if filters.place is None else and_(named, Result.place == filters.place)
        conditions.append(exists().where(Result.grading_id == g.id, found))
    if filters.line is not None:
        found_line = and_(FoundLine.kind == filters.line[0], FoundLine.function == filters.line[1])
        conditions.append(exists().where(FoundLine.grading_id == g.id, found_line))
    if filters.passed_none_of:
        some = and_(Result.test_id.in_(filters.passed_none_of), Result.verdict == Verdict.PASSED)
        conditions.append(~exists().where(Result.grading_id == g.id, some))
    if filters.passed is not None:
        conditions.append(g.score == g.max_score if filters.passed else g.score < g.max_score)
    if filters.at_least is not None:
        conditions.append(g.score >= filters.at_least)
    if filters.at_most is not None:
        conditions.append(g.score <= filters.at_most)
    if filters.below is not None:
        conditions.append(g.score < filters.below)
    if filters.awaiting:
        conditions.append(g.awaiting > Decimal(0))
    if filters.unscored is not None:
        conditions.append(g.score.is_(None) if filters.unscored else g.score.is_not(None))
    needs_grading = bool(conditions)
    if filters.states or filters.unscored:
        conditions.append(_jobs.c.state.in_(filters.states or OVER))
    return conditions, needs_grading, bool(filters.states or filters.unscored)


def _of_submissions(session: Session, assignment: Assignment, filters: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.text.strip():
        conditions.append(_matches(filters.text.strip()))
    if filters.section:
        conditions.append(Submission.team_id.in_(_teams_of_section(assignment, filters.section)))
    if filters.late:
        conditions.append(_late(session, assignment))
    if filters.since is not None:
        conditions.append(Submission.created_at >= filters.since)
    if filters.before is not None:
        conditions.append(Submission.created_at < filters.before)
    if filters.first_pass is not None:
        conditions.append(Submission.team_id.in_(first_passes.teams(assignment, *filters.first_pass)))
    if filters.ids is not None:
        conditions.append(Submission.id.in_(filters.ids))
    return conditions


def _late(session: Session, assignment: Assignment) -> ColumnElement[bool]:
    """After the due date of the team, which an extension may have moved."""
    known = deadlines.of_assignment(session, assignment)
    moved: Mapping[int, Any] = {
        team: known.moved(assignment, team) for given in known.given for team in given.teams
    }
    others = and_(Submission.created_at > assignment.due_at, Submission.team_id.not_in(list(moved)))
    by_length = [
        and_(
            Submission.created_at > assignment.due_at + length,
            Submission.team_id.in_([team for team, by in moved.items() if by == length]),
        )
        for length in set(moved.values())
    ]
    return or_(others, *by_length)


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


def _order(filters: Filter) -> list[Any]:
    """Times, scores and attempts from the largest, names from A; the id decides between equals."""
    first: dict[str, Any] = {
        "name": func.lower(Team.name),
        "score": func.coalesce(GRADINGS.c.score, -1),
        "attempt": Submission.number,
    }
    key, falls = first.get(filters.sort), (filters.sort != "name") is not filters.reverse
    by_id = Submission.id.asc() if filters.reverse and key is None else Submission.id.desc()
    if key is None:
        return [Submission.created_at.asc() if filters.reverse else Submission.created_at.desc(), by_id]
    return [key.desc() if falls else key.asc(), by_id]
