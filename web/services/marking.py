"""Marking texts by hand, for staff: what the forms show, and storing a mark."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from sqlalchemy.orm import Session

from grader.database import gradings, hand_marking, hand_marks, rubrics
from grader.database.errors import BadMark, NothingToMark, StoreError
from grader.database.models import Mark, RubricItem, Submission, User
from grader.grading.report_json import from_json
from grader.grading.score import decimal_text
from web.access import staff_submission
from web.refusals import Missing
from web.services.visible_report import VisibleGrading

_POINTS = re.compile(r"[-\u2212+]?[0-9]{1,4}(?:[.,][0-9]{1,2})?")


class Form(Protocol):
    """The fields of a form, of which some may be there several times."""

    def get(self, key: str, default: str, /) -> str: ...

    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True)
class Text:
    """A text that can be marked: its digest, the rubric of its test, and its mark (`by` is "" if it has
    none): the points that were typed, the ids of the items that apply, and all points together."""

    digest: str
    points: str = ""
    comment: str = ""
    by: str = ""
    at: datetime | None = None
    rubric: tuple[RubricItem, ...] = ()
    items: frozenset[int] = frozenset()
    all_points: str = ""


@dataclass(frozen=True)
class MarkForm:
    """A mark as it was typed into the form: the digest of the marked text, points, comment, and the ids of
    the rubric items that were ticked."""

    digest: str
    points: str
    comment: str
    items: tuple[str, ...] = ()

    @classmethod
    def read(cls, form: Form) -> MarkForm:
        """The fields of a form."""
        return cls(
            form.get("text", ""), form.get("points", ""), form.get("comment", ""), tuple(form.getlist("item"))
        )


@dataclass(frozen=True)
class RefusedMark:
    """A mark that was not stored, as it was typed, and why."""

    test_id: str
    points: str
    comment: str
    fault: str
    items: frozenset[int] = frozenset()


def texts(session: Session, submission: Submission, visible: VisibleGrading) -> dict[str, Text]:
    """The texts on the page by test id; empty while a grading is queued or running."""
    grading = gradings.deciding(session, submission, report=True)
    if visible.state != "done" or grading is None or grading.report is None:
        return {}
    report = from_json(grading.report)
    rows = hand_marks.of_report(session, submission, report)
    digests = {r.id: hand_marks.digest_of(r.answer) for r in report.results if r.awaits_mark}
    if not digests:
        return {}
    rubric: defaultdict[str, list[RubricItem]] = defaultdict(list)
    for item in rubrics.of_assignment(session, submission.assignment_id):
        rubric[item.test_id].append(item)
    ticked = rubrics.of_marks(session, [row.id for row in rows.values()])
    return {
        test: _text(digest, tuple(rubric[test]), rows.get(test), ticked) for test, digest in digests.items()
    }


def _text(
    digest: str, rubric: tuple[RubricItem, ...], row: Mark | None, ticked: Mapping[int, frozenset[int]]
) -> Text:
    if row is None:
        return Text(digest, rubric=rubric)
    typed = row.points if row.extra is None else row.extra
    items, points = ticked.get(row.id, frozenset()), decimal_text(row.points)
    return Text(digest, decimal_text(typed), row.comment, row.by.name, row.at, rubric, items, points)


def store_mark(session: Session, user: User, public_id: str, test_id: str, typed: MarkForm) -> None:
    """Store a mark by a member of staff. Raises Forbidden for students, Missing if the test has no text
    to mark, StoreError if the mark is refused."""
    membership, submission = staff_submission(session, user, public_id)
    by = session.get_one(User, membership.user.id)
    try:
        comment = typed.comment.replace("\r\n", "\n").strip()
        items = ids(typed.items)
        points = Decimal(0) if items and not typed.points.strip() else points_of(typed.points)
        hand_marking.give(session, submission, test_id, typed.digest, points, comment, by=by, items=items)
    except NothingToMark:
        raise Missing from None


def refused(test_id: str, typed: MarkForm, error: StoreError) -> RefusedMark:
    """The mark as it was typed, and why it was not stored."""
    return RefusedMark(test_id, typed.points, typed.comment, str(error), ids(typed.items))


def take_back(session: Session, user: User, public_id: str, test_id: str, digest: str) -> None:
    """Take the mark of a text back. Raises Forbidden for students, Missing if there is none."""
    _, submission = staff_submission(session, user, public_id)
    try:
        hand_marking.take_back(session, submission, test_id, digest, by=session.get_one(User, user.id))
    except NothingToMark:
        raise Missing from None


def ids(values: Iterable[str]) -> frozenset[int]:
    """The ids in these fields of a form; what is none is left out."""
    return frozenset(
        int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 16
    )


def points_of(typed: str) -> Decimal:
    """The number that was typed, with a decimal point or a comma. Raises BadMark."""
    if not _POINTS.fullmatch(typed.strip()):
        raise BadMark("points are a number such as 6.5")
    return Decimal(typed.strip().replace(",", ".").replace("\u2212", "-"))
