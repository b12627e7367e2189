"""What a student does next in a course: which assignment, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import gradings
from grader.database.models import GradeState, GradeSummary, Submission
from grader.grading.disclosure import Release
from web.access import Membership
from web.services.causes import causes_of
from web.services.submission import visible_grading_of
from web.words import count_of


@dataclass(frozen=True)
class NextStep:
    """A sentence, and the attempt that it is about; None before the first."""

    says: str
    submission: Submission | None = None
    cause: str = ""


def of_assignment(
    session: Session, membership: Membership, summary: GradeSummary | None, release: Release, now: datetime
) -> NextStep:
    """What the student does next on one assignment; at most five queries."""
    if summary is None:
        return NextStep("You have not handed in yet.")
    if summary.state is GradeState.WAITING:
        return NextStep("Your latest attempt is being graded.")
    shown = summary.counts if release.reached(now) else summary.visible_counts
    if shown is None:
        return NextStep("Your attempt has no score yet, by a fault that is not yours; it is graded again.")
    return _of_attempt(session, membership, shown, release, now)


def _of_attempt(
    session: Session, membership: Membership, shown: Submission, release: Release, now: datetime
) -> NextStep:
    grading = gradings.deciding(session, shown, report=True)
    if grading is None:
        return NextStep("", shown)
    causes = causes_of(visible_grading_of(session, membership, shown, grading, now, release).tests)
    if not causes:
        return NextStep("Every test that you can see passed.", shown)
    tests = sum(cause.count for cause in causes)
    of = "one cause" if len(causes) == 1 else f"{len(causes)} causes; the one that costs most"
    return NextStep(f"{count_of(tests, 'test')} lost points, from {of}:", shown, causes[0].says)
