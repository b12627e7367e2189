"""The rubric of an assignment: the items of the rows that people mark, and what a change of one does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import rubrics
from grader.database.errors import BadText
from grader.database.models import Assignment, RubricItem, User
from grader.packs import TestRow
from web.access import Membership, staff_assignment
from web.refusals import Missing
from web.services import pack_cache
from web.services.marking import points_of


@dataclass(frozen=True)
class RubricPage:
    """The items of each row that people mark, and how many marks have each."""

    membership: Membership
    assignment: Assignment
    rows: tuple[TestRow, ...]
    items: Mapping[str, tuple[RubricItem, ...]]
    uses: Mapping[int, int]


@dataclass(frozen=True)
class ItemPage:
    """One item, and what a change of it would do to marks: how many get more and how many get less."""

    membership: Membership
    assignment: Assignment
    item: RubricItem
    uses: int
    text: str
    points: str
    more: int = 0
    less: int = 0
    previewed: bool = False

    @property
    def changes(self) -> int:
        """How many marks would change."""
        return self.more + self.less


def page(session: Session, user: User, course: str, slug: str, now: datetime) -> RubricPage:
    """The rubric, with deleted items. Raises Missing, Forbidden for students."""
    membership, assignment = staff_assignment(session, user, course, slug, now)
    items = rubrics.of_assignment(session, assignment.id, deleted=True)
    rows = _by_hand(session, assignment)
    by_test = {row.id: tuple(item for item in items if item.test_id == row.id) for row in rows}
    return RubricPage(membership, assignment, rows, by_test, rubrics.uses(session, assignment.id))


def _by_hand(session: Session, assignment: Assignment) -> tuple[TestRow, ...]:
    tests = pack_cache.pack_of(session, assignment.pack_version).tests
    return tuple(row for row in tests if row.by_hand)


def add(session: Session, user: User, course: str, slug: str, form: Mapping[str, str], now: datetime) -> None:
    """Add the item in the form. Raises StoreError, Missing, Forbidden for students."""
    _, assignment = staff_assignment(session, user, course, slug, now)
    test = form.get("test", "")
    if test not in {row.id for row in _by_hand(session, assignment)}:
        raise BadText("Choose a row that people mark")
    points, by = points_of(form.get("points", "")), session.get_one(User, user.id)
    rubrics.add(session, assignment, test, form.get("text", ""), points, by=by)


def item_page(
    session: Session,
    user: User,
    course: str,
    slug: str,
    item_id: int,
    now: datetime,
    typed: Mapping[str, str] | None = None,
) -> ItemPage:
    """One item; with the fields of a form also what storing them would change. Raises Missing, Forbidden for
    students, BadMark if the points are none."""
    membership, assignment, item = _item(session, user, course, slug, item_id, now)
    uses = rubrics.uses(session, assignment.id).get(item.id, 0)
    if typed is None:
        return ItemPage(membership, assignment, item, uses, item.text, f"{item.points.normalize():f}")
    text, points = typed.get("text", ""), typed.get("points", "")
    changes = rubrics.effects(session, item, points_of(points))
    more = sum(change.after > change.mark.points for change in changes)
    return ItemPage(
        membership, assignment, item, uses, text, points, more, len(changes) - more, previewed=True
    )


def change(
    session: Session, user: User, course: str, slug: str, item_id: int, form: Mapping[str, str], now: datetime
) -> int | None:
    """Store the form's fields, and change the marks that have the item; returns how many. None, and nothing
    is stored, if marks would change and the form does not confirm just that number. Raises StoreError,
    Missing, Forbidden for students."""
    _, assignment, item = _item(session, user, course, slug, item_id, now)
    points = points_of(form.get("points", ""))
    count = len(rubrics.effects(session, item, points))
    if count and form.get("changes") != str(count):
        return None
    by = session.get_one(User, user.id)
    return rubrics.change(session, assignment, item, form.get("text", ""), points, by=by)


def delete_or_restore(
    session: Session, user: User, course: str, slug: str, item_id: int, what: str, now: datetime
) -> int:
    """Delete an item or take that back; returns how many marks changed. Raises Missing, Forbidden for
    students."""
    _, assignment, item = _item(session, user, course, slug, item_id, now)
    act = rubrics.delete if what == "delete" else rubrics.restore
    return act(session, assignment, item, by=session.get_one(User, user.id))


def _item(
    session: Session, user: User, course: str, slug: str, item_id: int, now: datetime
) -> tuple[Membership, Assignment, RubricItem]:
    membership, assignment = staff_assignment(session, user, course, slug, now)
    item = rubrics.by_id(session, assignment, item_id)
    if item is None:
        raise Missing
    return membership, assignment, item
