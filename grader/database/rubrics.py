"""Rubric items of rows that people mark: a change of an item changes every mark that has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from grader.database import audit, grade_summary, hand_marks
from grader.database.errors import BadText
from grader.database.hand_marking import total
from grader.database.models import Assignment, Grading, Mark, MarkItem, Result, RubricItem, Submission, User
from grader.database.models.base import utc_now
from grader.database.names import checked_line
from grader.database.written import MOST_POINTS, checked_points

MOST = 40
"""Items of one test."""
LONGEST = 300


def of_assignment(session: Session, assignment_id: int, *, deleted: bool = False) -> Sequence[RubricItem]:
    """The items of all tests of an assignment, in their order; with `deleted` those too."""
    query = select(RubricItem).where(RubricItem.assignment_id == assignment_id)
    if not deleted:
        query = query.where(RubricItem.deleted_at.is_(None))
    return session.scalars(query.order_by(RubricItem.test_id, RubricItem.position, RubricItem.id)).all()


def uses(session: Session, assignment_id: int) -> dict[int, int]:
    """How many marks have each item, by its id."""
    rows = session.execute(
        select(MarkItem.item_id, func.count())
        .join(RubricItem, RubricItem.id == MarkItem.item_id)
        .where(RubricItem.assignment_id == assignment_id)
        .group_by(MarkItem.item_id)
    )
    return {item: count for item, count in rows}


def of_marks(session: Session, marks: Collection[int]) -> dict[int, frozenset[int]]:
    """The ids of the items of each of these marks, by the mark's id."""
    rows = session.execute(select(MarkItem.mark_id, MarkItem.item_id).where(MarkItem.mark_id.in_(marks)))
    found: defaultdict[int, set[int]] = defaultdict(set)
    for mark, item in rows:
        found[mark].add(item)
    return {mark: frozenset(items) for mark, items in found.items()}


def by_id(session: Session, assignment: Assignment, item_id: int) -> RubricItem | None:
    """An item of this assignment, deleted or not; None if there is none with that id."""
    row = session.get(RubricItem, item_id)
    return row if row is not None and row.assignment_id == assignment.id else None


def add(
    session: Session, assignment: Assignment, test_id: str, text: str, points: Decimal, *, by: User
) -> RubricItem:
    """Add an item at the end of a test's rubric. Raises StoreError."""
    text, points = _checked(text, points)
    own = select(func.count(), func.coalesce(func.max(RubricItem.position), -1)).where(
        RubricItem.assignment_id == assignment.id, RubricItem.test_id == test_id
    )
    count, last = session.execute(own).one()
    if count >= MOST:
        raise BadText(f"The rubric of this test has {MOST} items, which is the most")
    item = RubricItem(
        assignment_id=assignment.id, test_id=test_id, text=text, points=points, position=last + 1
    )
    session.add(item)
    _note(session, "rubric_item.added", assignment, item, by, before=None, after=points, marks=0)
    return item


def _checked(text: str, points: Decimal) -> tuple[str, Decimal]:
    return checked_line("The item", text, LONGEST), checked_points(points, -MOST_POINTS, MOST_POINTS)


@dataclass(frozen=True)
class Change:
    """What a change of an item does to one mark."""

    mark: Mark
    after: Decimal


def effects(session: Session, item: RubricItem, points: Decimal) -> tuple[Change, ...]:
    """The marks whose points change if the item is worth so much (0: if it is deleted); three queries."""
    marks = session.scalars(
        select(Mark).join(MarkItem, MarkItem.mark_id == Mark.id).where(MarkItem.item_id == item.id)
    ).all()
    others, most = _others(session, item), _most(session, item)
    changes = (
        Change(
            mark,
            total(
                mark.points if mark.extra is None else mark.extra,
                others.get(mark.id, Decimal(0)) + points,
                most.get((mark.team_id, mark.answer_sha256), mark.points),
            ),
        )
        for mark in marks
    )
    return tuple(change for change in changes if change.after != change.mark.points)


def _others(session: Session, item: RubricItem) -> dict[int, Decimal]:
    """The points of the other items of the marks that have this one, by the mark's id."""
    mine = select(MarkItem.mark_id).where(MarkItem.item_id == item.id)
    rows = session.execute(
        select(MarkItem.mark_id, RubricItem.points)
        .join(RubricItem, RubricItem.id == MarkItem.item_id)
        .where(MarkItem.mark_id.in_(mine), RubricItem.id != item.id, RubricItem.deleted_at.is_(None))
    )
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    for mark, points in rows:
        sums[mark] += points
    return dict(sums)


def _most(session: Session, item: RubricItem) -> dict[tuple[int, str | None], Decimal]:
    """The points that the test is worth, by team and digest of the text."""
    rows = session.execute(
        select(Submission.team_id, Result.answer_sha256, func.max(Result.points))
        .join(Grading, Grading.id == Result.grading_id)
        .join(Submission, Submission.id == Grading.submission_id)
        .where(
            Submission.assignment_id == item.assignment_id,
            Result.test_id == item.test_id,
            Result.answer_sha256.is_not(None),
        )
        .group_by(Submission.team_id, Result.answer_sha256)
    )
    return {(team, digest): points for team, digest, points in rows}


def change(
    session: Session, assignment: Assignment, item: RubricItem, text: str, points: Decimal, *, by: User
) -> int:
    """Change an item, and with it the marks that have it; returns how many marks changed. Raises
    StoreError."""
    text, points = _checked(text, points)
    before = (item.points, item.text)
    changes = effects(session, item, points)
    item.text, item.points = text, points
    _note(
        session,
        "rubric_item.changed",
        assignment,
        item,
        by,
        before=before[0],
        after=points,
        text_before=before[1],
        marks=len(changes),
    )
    return _apply(session, assignment, item, changes, by)


def delete(session: Session, assignment: Assignment, item: RubricItem, *, by: User) -> int:
    """Delete an item: its points leave the marks that have it. Returns how many marks changed; `restore`
    takes that back."""
    if item.deleted_at is not None:
        return 0
    changes = effects(session, item, Decimal(0))
    item.deleted_at = utc_now()
    _note(
        session,
        "rubric_item.deleted",
        assignment,
        item,
        by,
        before=item.points,
        after=None,
        marks=len(changes),
    )
    return _apply(session, assignment, item, changes, by)


def restore(session: Session, assignment: Assignment, item: RubricItem, *, by: User) -> int:
    """Take back that an item was deleted; returns how many marks changed."""
    if item.deleted_at is None:
        return 0
    changes = effects(session, item, item.points)
    item.deleted_at = None
    _note(
        session,
        "rubric_item.restored",
        assignment,
        item,
        by,
        before=None,
        after=item.points,
        marks=len(changes),
    )
    return _apply(session, assignment, item, changes, by)


def _note(
    session: Session, action: str, assignment: Assignment, item: RubricItem, by: User, **detail: object
) -> None:
    place = {"assignment": assignment.id, "test": item.test_id, "text": item.text}
    audit.note(session, action, item, by=by, course_id=assignment.course_id, **place, **detail)


def _apply(
    session: Session, assignment: Assignment, item: RubricItem, changes: Sequence[Change], by: User
) -> int:
    """Store the new points of these marks, with an audit entry for each, and count them."""
    before = {change.mark.id: change.mark.points for change in changes}
    for change_ in changes:
        change_.mark.points = change_.after
    marks = [change.mark for change in changes]
    audit.note_all(
        session,
        "text.marked",
        marks,
        by,
        assignment.course_id,
        lambda mark: {
            "test": mark.test_id,
            "points": mark.points,
            "points_before": before[mark.id],
            "item": item.id,
        },
    )
    if marks:
        for grading in session.scalars(_with_texts(item, marks)).all():
            hand_marks.recount(session, grading)
        grade_summary.refresh_all(session, assignment, {mark.team_id for mark in marks})
    return len(marks)


def _with_texts(item: RubricItem, marks: Sequence[Mark]) -> Select[Grading]:
    """The gradings of these teams that have one of these texts."""
    return (
        select(Grading)
        .join(Result, Result.grading_id == Grading.id)
        .join(Submission, Submission.id == Grading.submission_id)
        .where(
            Submission.assignment_id == item.assignment_id,
            Submission.team_id.in_({mark.team_id for mark in marks}),
            Result.test_id == item.test_id,
            Result.answer_sha256.in_({mark.answer_sha256 for mark in marks}),
        )
    )
