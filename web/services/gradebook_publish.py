"""Publishing marks: what each student would see is shown first, then it is done, and it can be taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from grader.database import deadlines, gradebook, people, publishing
from grader.database.gradebook import EMPTY, Book, Item, State
from grader.database.models import CourseRole, Enrolment, User
from grader.database.people import Wanted
from web.access import Membership, course_membership
from web.services.gradebook import Shown, shown
from web.services.people import A_PAGE, Pages
from web.words import percent

MOST_KEYS = 60


@dataclass(frozen=True)
class Choice:
    """A column that can be published, and what is to be known before: how many students have points in it,
    have handed nothing in, await a mark, and have neither. `hides`: students don't see the hidden tests of
    this assignment yet."""

    item: Item
    chosen: bool
    marked: int
    missing: int
    awaiting: int
    without: int
    hides: bool


@dataclass(frozen=True)
class PreviewRow:
    """What one student would see: their marks in the chosen columns, and the percentage now and then."""

    enrolment: Enrolment
    cells: tuple[Shown, ...]
    before: str
    after: str


@dataclass(frozen=True)
class PublishPage:
    """The columns, and for the chosen ones a page of what students would see."""

    membership: Membership
    choices: tuple[Choice, ...]
    rows: tuple[PreviewRow, ...]
    pages: Pages

    @property
    def chosen(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if choice.chosen)

    @property
    def hidden(self) -> tuple[Choice, ...]:
        """The columns whose marks students don't see yet."""
        return tuple(choice for choice in self.choices if choice.item.shown_at is None)

    @property
    def published(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if choice.item.shown_at is not None)

    def query(self, number: int) -> str:
        """The query that shows a page of the same preview."""
        pairs = [("key", choice.item.key) for choice in self.chosen]
        return "?" + urlencode([*pairs, *((("page", str(number)),) if number > 1 else ())])


def page(
    session: Session, user: User, course: str, keys: Collection[str], number: int, now: datetime
) -> PublishPage:
    """The columns, and what publishing those with these keys would show. Raises Missing, Forbidden for all
    but instructors."""
    membership = _instructor(session, user, course)
    book = gradebook.load(session, membership.course, None, now)
    known = deadlines.of_course(session, membership.course.id)
    choices = tuple(
        _choice(book, item, item.shown_at is None and item.key in keys, known, now) for item in book.items
    )
    wanted = Wanted(role=CourseRole.STUDENT)
    rows, total = people.listing(
        session, membership.course, wanted, limit=A_PAGE, offset=(number - 1) * A_PAGE
    )
    chosen = [choice.item for choice in choices if choice.chosen]
    return PublishPage(membership, choices, _preview(book, chosen, rows), Pages(number, total))


def _choice(
    book: Book,
    item: Item,
    chosen: bool,
    known: deadlines.Deadlines,
    now: datetime,
) -> Choice:
    states: Counter[State] = Counter()
    for cell, count in book.tally(item.key):
        states[cell.state] += count
    marked, missing, awaiting = states[State.MARKED], states[State.MISSING], states[State.AWAITING]
    hides = item.assignment is not None and not known.of(item.assignment, None).release.reached(now)
    without = states.total() - marked - missing - awaiting
    return Choice(item, chosen, marked, missing, awaiting, without, hides)


def _preview(book: Book, chosen: Sequence[Item], enrolments: Sequence[Enrolment]) -> tuple[PreviewRow, ...]:
    before, after = book.published(), book.published(also=[item.key for item in chosen])
    rows = []
    for enrolment in enrolments:
        id = enrolment.user_id
        total = after.total(id)
        cells = tuple(
            shown(after.of(id).get(item.key, EMPTY), dropped=item.key in total.dropped) for item in chosen
        )
        was = percent(before.total(id).percent)
        rows.append(PreviewRow(enrolment, cells, was, percent(total.percent)))
    return tuple(rows)


def publish(session: Session, user: User, course: str, keys: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Show the marks of these columns to students; the titles of those that were not shown before. Raises
    Missing, Forbidden for all but instructors, Archived."""
    membership = _instructor(session, user, course)
    by = session.get_one(User, user.id)
    return publishing.publish(session, membership.course, keys[:MOST_KEYS], now, by=by)


def take_back(session: Session, user: User, course: str, keys: Sequence[str]) -> tuple[str, ...]:
    """Show them no more; the titles of those that were shown. Raises Missing, Forbidden for all but
    instructors, Archived."""
    membership = _instructor(session, user, course)
    by = session.get_one(User, user.id)
    return publishing.take_back(session, membership.course, keys[:MOST_KEYS], by=by)


def _instructor(session: Session, user: User, course: str) -> Membership:
    membership = course_membership(session, user, course)
    membership.must_be_instructor()
    return membership
