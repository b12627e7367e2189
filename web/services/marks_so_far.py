"""A student's marks so far against the weights of the course's categories, for the page of the course."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import gradebook
from grader.database.models.base import utc_now
from web.access import Membership


@dataclass(frozen=True)
class MarkPart:
    """One category: its weight in percent of the final mark, and the earned share in percent of what is
    marked in it so far; None while nothing is."""

    name: str
    weight: Decimal
    earned: Decimal | None


def of_student(session: Session, membership: Membership) -> tuple[MarkPart, ...]:
    """The parts in the order of the gradebook, of published marks alone; empty while the course has no
    categories, and for staff."""
    if membership.is_staff:
        return ()
    id = membership.user.id
    book = gradebook.load(session, membership.course, [id], utc_now()).published()
    shares = book.total(id).shares
    return tuple(MarkPart(row.name, row.weight, shares.get(row.id)) for row in book.categories)


def total(parts: tuple[MarkPart, ...]) -> tuple[Decimal, Decimal] | None:
    """(earned share in percent, the percentage of the final mark that it is about); None without marks."""
    marked = [(part.weight, part.earned) for part in parts if part.earned is not None and part.weight > 0]
    weight = sum((weight for weight, _ in marked), Decimal(0))
    if not weight:
        return None
    return sum((w * earned for w, earned in marked), Decimal(0)) / weight, weight
