"""Marking texts by hand, for staff: what the forms show, and storing a mark."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import gradings, hand_marking, hand_marks
from grader.database.errors import BadMark, NothingToMark
from grader.database.models import Submission, User
from grader.grading.report_json import from_json
from grader.grading.score import decimal_text
from web.access import submission_membership
from web.refusals import Missing
from web.services.visible_report import VisibleGrading

_POINTS = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,2})?")


@dataclass(frozen=True)
class Text:
    """A text that can be marked: its digest, and its mark (`by` is "" if it has none)."""

    digest: str
    points: str = ""
    comment: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class MarkForm:
    """A mark as it was typed into the form: the digest of the marked text, points, comment."""

    digest: str
    points: str
    comment: str


@dataclass(frozen=True)
class RefusedMark:
    """A mark that was not stored, as it was typed, and why."""

    test_id: str
    points: str
    comment: str
    fault: str


def texts(session: Session, submission: Submission, visible: VisibleGrading) -> dict[str, Text]:
    """The texts on the page by test id; empty while a grading is queued or running."""
    grading = gradings.deciding(session, submission, report=True)
    if visible.state != "done" or grading is None or grading.report is None:
        return {}
    report = from_json(grading.report)
    rows = hand_marks.of_report(session, submission, report)
    by_test = {r.id: Text(hand_marks.digest_of(r.answer)) for r in report.results if r.awaits_mark}
    for test, row in rows.items():
        points = decimal_text(row.points)
        by_test[test] = Text(by_test[test].digest, points, row.comment, row.by.name, row.at)
    return by_test


def store_mark(session: Session, user: User, public_id: str, test_id: str, typed: MarkForm) -> None:
    """Store a mark by a member of staff. Raises Forbidden for students, Missing if the test has no text
    to mark, StoreError if the mark is refused."""
    membership, submission = submission_membership(session, user, public_id)
    membership.must_be_staff()
    by = session.get_one(User, membership.user.id)
    try:
        comment = typed.comment.replace("\r\n", "\n").strip()
        points = _points(typed.points)
        hand_marking.give(session, submission, test_id, typed.digest, points, comment, by=by)
    except NothingToMark:
        raise Missing from None


def _points(typed: str) -> Decimal:
    """The number that was typed, with a decimal point or a comma. Raises BadMark."""
    if not _POINTS.fullmatch(typed.strip()):
        raise BadMark("points are a number such as 6.5")
    return Decimal(typed.strip().replace(",", "."))
