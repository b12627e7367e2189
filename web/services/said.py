"""What people have said and changed about a submission, for its page: comments, changed points, requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import comments, overrides, regrade_requests
from grader.database.models import Comment, Override, RegradeRequest, Submission
from web.access import Membership
from web.services.visible_report import VisibleGrading

MOST_COMMENTS, MOST_CHARACTERS = 12, 600
"""What the page of a submission shows of its comments; the page of the review has all."""


@dataclass(frozen=True)
class Changed:
    """A row whose points a person has changed: its title, the points now, and what it is worth."""

    title: str
    points: Decimal
    of: Decimal
    row: Override


@dataclass(frozen=True)
class Said:
    """The first comments on a submission, how many more there are, the rows whose points a person changed, by
    test id, and the requests about it; `may_ask` says that the reader may make one."""

    comments: tuple[Comment, ...]
    more: int
    changed: Mapping[str, Changed]
    requests: tuple[RegradeRequest, ...]
    may_ask: bool

    def at(self, file: str, line: int) -> tuple[Comment, ...]:
        """The comments on this line."""
        return tuple(row for row in self.comments if row.line == line and row.file == file)


def said(session: Session, membership: Membership, submission: Submission, visible: VisibleGrading) -> Said:
    """What was said about a submission, as this reader may see it; three queries."""
    found = comments.of_submission(session, submission)
    shown = tuple(found[:MOST_COMMENTS])
    return Said(
        shown,
        len(found) - len(shown),
        changed(session, submission, visible),
        tuple(regrade_requests.of_submission(session, submission)),
        may_ask=not membership.is_staff
        and membership.course.archived_at is None
        and visible.state in ("done", "stopped"),
    )


def changed(session: Session, submission: Submission, visible: VisibleGrading) -> dict[str, Changed]:
    """The rows whose points a person has changed, by test id; only those whose result the reader may see."""
    rows = overrides.in_force(session, submission.assignment_id, submission.team_id)
    return {
        test.id: Changed(test.title, min(rows[test.id].points, test.points), test.points, rows[test.id])
        for test in visible.done
        if test.id in rows
    }
