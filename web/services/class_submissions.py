"""The table of an assignment's submissions, for staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import deadlines, mistake_facts, people_search, saved_filters, submission_list
from grader.database.errors import StoreError
from grader.database.models import Assignment, JobState, SavedFilter, User
from grader.grading.findings import name_of
from grader.grading.line_words import name_of_kind
from grader.packs import TestRow
from web.access import Membership, assignment_membership
from web.refusals import Missing
from web.services import pack_cache, shown_names
from web.services.submission_form import SubmissionForm

PAGE = 50


@dataclass(frozen=True)
class SubmissionsPage:
    """One page of the table; `late` are the ids of those submissions in it that are late, and `mistake`
    and `line` are what is filtered for, in words ("": nothing is)."""

    membership: Membership
    assignment: Assignment
    tests: tuple[TestRow, ...]
    sections: Sequence[str]
    form: SubmissionForm
    listed: submission_list.Page
    people: Mapping[int, str]
    late: frozenset[int]
    saved: Sequence[SavedFilter]
    counting: bool
    mistake: str
    line: str
    names_hidden: bool = False
    fault: str = ""

    @property
    def pages(self) -> int:
        return max(1, -(-self.listed.total // PAGE))


def page(
    session: Session,
    user: User,
    course: str,
    slug: str,
    form: SubmissionForm,
    now: datetime,
    *,
    names_hidden: bool = False,
) -> SubmissionsPage:
    """The submissions that the form asks for. Raises Missing, and Forbidden for students."""
    membership, assignment = staff_of(session, user, course, slug, now)
    pack = pack_cache.pack_of(session, assignment.pack_version)
    form = form.without_names() if names_hidden else form
    filters = form.to_filter(membership.course.zone, pack.gradient_tests)
    listed = submission_list.find(session, assignment, filters, limit=PAGE, offset=PAGE * (form.page - 1))
    known = deadlines.of_assignment(session, assignment)
    return SubmissionsPage(
        membership=membership,
        assignment=assignment,
        tests=pack.tests,
        sections=people_search.sections(session, membership.course),
        form=form,
        listed=listed,
        people=shown_names.of_teams(
            session, assignment, {item.team.id for item in listed.items}, hidden=names_hidden
        ),
        names_hidden=names_hidden,
        late=frozenset(
            row.submission.id
            for row in listed.items
            if row.submission.created_at > known.of(assignment, row.team.id).due_at
        ),
        saved=saved_filters.of_user(session, membership.course, user),
        counting=filters.counting,
        mistake=_mistake(session, assignment, *form.mistake),
        line="" if form.line is None else _line(*form.line),
    )


def _line(kind: str, function: str) -> str:
    return f"{name_of_kind(kind)} in {function}" if function else name_of_kind(kind)


def _mistake(session: Session, assignment: Assignment, mistake: str, place: str | None) -> str:
    if not mistake:
        return ""
    facts = mistake_facts.of_assignment(session, assignment, [(mistake, place)])
    name = name_of(mistake, facts.get((mistake, place or ""), {}))
    return f"{name}, at {place}" if place else name


def staff_of(
    session: Session, user: User, course: str, slug: str, now: datetime
) -> tuple[Membership, Assignment]:
    """The reader's membership and the assignment. Raises Missing, and Forbidden for students."""
    membership, assignment = assignment_membership(session, user, course, slug, now)
    membership.must_be_staff()
    return membership, assignment


def save_filter(
    session: Session, user: User, course: str, slug: str, name: str, form: SubmissionForm, now: datetime
) -> SavedFilter:
    """Keep the filter of the form under a name. Raises Missing, Forbidden, StoreError."""
    membership, _ = staff_of(session, user, course, slug, now)
    return saved_filters.save(session, membership.course, user, name, form.values)


def delete_filter(session: Session, user: User, course: str, slug: str, filter_id: int, now: datetime) -> str:
    """Delete a filter of the reader; its name. Raises Missing, Forbidden."""
    membership, _ = staff_of(session, user, course, slug, now)
    row = saved_filters.by_id(session, membership.course, user, filter_id)
    if row is None:
        raise Missing
    session.delete(row)
    return row.name


def with_fault(page_now: SubmissionsPage, error: StoreError) -> SubmissionsPage:
    """The page with the reason why a filter was not saved."""
    return replace(page_now, fault=f"{error}.")


def verdict_of(item: submission_list.Item) -> str:
    """The verdict shown in a row of the table."""
    grading = item.grading
    if grading.state is JobState.FAILED or (grading.state is JobState.DONE and grading.score is None):
        return "internal"
    if grading.state is not JobState.DONE:
        return str(grading.state)
    if grading.awaiting:
        return "marking"
    return "passed" if grading.score == grading.max_score else "failed"
