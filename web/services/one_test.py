"""Everything about one test of a submission, on a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database.models import Assignment, Submission, User
from grader.grading.visible import VisibleResult
from web.access import Membership, submission_membership
from web.refusals import Missing
from web.services import page_budget
from web.services.page_budget import Budget
from web.services.submission import current_grading, sources_of, visible_grading_of
from web.services.traces import RunSoFar, runs_so_far
from web.services.wrong_lines import WrongLine, wrong_lines


@dataclass(frozen=True)
class TestPage:
    """What the page of one test shows."""

    __test__ = False

    membership: Membership
    assignment: Assignment
    submission: Submission
    test: VisibleResult
    budget: Budget
    lines: tuple[WrongLine, ...] = ()
    runs: tuple[RunSoFar, ...] = ()


def page(session: Session, user: User, public_id: str, test_id: str, now: datetime) -> TestPage:
    """One test's findings as this reader may see them. Raises Missing, also while there are none to show."""
    membership, submission = submission_membership(session, user, public_id)
    grading = current_grading(session, submission)
    visible = visible_grading_of(session, membership, submission, grading, now)
    test = next((test for test in visible.done if test.id == test_id), None)
    if test is None:
        raise Missing
    titles = {row.id: row.title for row in visible.done}
    sources = sources_of(session, submission, visible) if test.line or test.trace else ()
    lines, runs = wrong_lines([test], sources, titles), runs_so_far([test], sources)
    budget = page_budget.for_one(test)
    return TestPage(membership, submission.assignment, submission, test, budget, lines, runs)
