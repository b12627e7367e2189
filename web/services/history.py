"""Every attempt of a team on an assignment: what was found, which counts, and the gradients' errors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import attempts, deadlines, hand_marks
from grader.database.deadlines import Dates
from grader.database.models import Assignment, Submission, User
from grader.grading.disclosure import Release
from web.access import Membership, submission_membership
from web.render.error_lines import ErrorLine, error_line
from web.services import shown_names
from web.services.attempts import Attempt, rows
from web.services.causes import Cause, causes_of
from web.services.counted import Counted, counted
from web.services.submission import visible_grading_of
from web.services.visible_report import VisibleGrading

PAGE = 10
GRADIENT = re.compile(r"(\S{1,12}) against the (?:reference|measured slopes)\b")


@dataclass(frozen=True)
class Row:
    """An attempt with its causes; `visible` is its grading as this reader may see it."""

    attempt: Attempt
    visible: VisibleGrading
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class HistoryPage:
    """What the page of a history shows; `errors` are the gradients' errors over the attempts of this page."""

    membership: Membership
    assignment: Assignment
    submission: Submission
    people: str
    dates: Dates
    rows: tuple[Row, ...]
    errors: tuple[ErrorLine, ...]
    counting: Counted
    made: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages the list has."""
        return max(1, -(-self.made // PAGE))


def page(
    session: Session, user: User, public_id: str, now: datetime, number: int, *, names_hidden: bool = False
) -> HistoryPage:
    """One page of the history of this submission's team, latest attempt first. Raises Missing."""
    membership, submission = submission_membership(session, user, public_id)
    assignment, team = submission.assignment, submission.team
    dates = deadlines.of_team(session, assignment, team.id)
    released = membership.is_staff or dates.release.reached(now)
    counting = counted(session, membership, assignment, team.id, released)
    listed = attempts.page(session, assignment, team, limit=PAGE, offset=PAGE * (number - 1))
    counts = counting.submission.id if counting.submission else None
    changed = hand_marks.overrides_of(session, submission)
    found = [
        _row(session, membership, attempt, now, dates.release, changed)
        for attempt in rows(session, listed, counts, full=released, report=True)
    ]
    return HistoryPage(
        membership=membership,
        assignment=assignment,
        submission=submission,
        people=shown_names.of_team(session, membership, submission, hidden=names_hidden),
        dates=dates,
        rows=tuple(found),
        errors=_errors([row.visible for row in reversed(found)]),
        counting=counting,
        made=attempts.count(session, assignment, team),
        page=number,
    )


def _row(
    session: Session,
    membership: Membership,
    attempt: Attempt,
    now: datetime,
    release: Release,
    changed: Mapping[str, Decimal],
) -> Row:
    submission, grading = attempt.submission, attempt.grading
    visible = visible_grading_of(session, membership, submission, grading, now, release, changed)
    return Row(attempt, visible, causes_of(visible.tests))


def _errors(gradings: Sequence[VisibleGrading]) -> tuple[ErrorLine, ...]:
    """The error of each parameter's gradient in these gradings, oldest first: the first that was measured in
    each, in the pack's order. Those that were wrong come first."""
    measured = [_measured(grading) for grading in gradings]
    names = dict.fromkeys(name for errors in measured for name in errors)
    lines = [error_line(name, [errors.get(name) for errors in measured]) for name in names]
    return tuple(sorted(lines, key=lambda line: not line.was_wrong)) if len(measured) > 1 else ()


def _measured(grading: VisibleGrading) -> dict[str, tuple[float, float]]:
    """(error, threshold) of each parameter's gradient."""
    errors: dict[str, tuple[float, float]] = {}
    for test in grading.done:
        for number in test.numbers:
            match = GRADIENT.match(number.name)
            if match:
                errors.setdefault(match[1], (number.value, number.threshold))
    return errors
