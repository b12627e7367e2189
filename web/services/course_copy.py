"""A course copied into the next term, for its instructors: first the new dates, then the course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from grader.database import course_copy
from grader.database.course_copy import MovedDates, Target
from grader.database.errors import StoreError
from grader.database.models import User
from web.access import Membership, copy_membership
from web.services.fields import Fields

A_YEAR = timedelta(weeks=52)


@dataclass(frozen=True)
class CopyPage:
    """The form and, once its dates are right, the dates that it gives; `first` is the day on which the first
    assignment opens, None if the course has none. `days` is None until the preview was asked for."""

    membership: Membership
    first: date | None
    days: int | None
    dates: Sequence[MovedDates]

    @property
    def usual(self) -> date | None:
        """A day of the next year with the same day of the week."""
        return None if self.first is None else self.first + A_YEAR

    @property
    def other_weekdays(self) -> bool:
        return self.days is not None and self.days % 7 != 0


def page(session: Session, user: User, course: str, form: Fields) -> CopyPage:
    """The form; with its fields filled in, what it would make. Raises Missing, Forbidden."""
    membership = copy_membership(session, user, course)
    first = _first_day(session, membership)
    asked = bool(form.values)
    target = _target(form, first) if asked else None
    ready = target is not None and not form.faults
    dates = course_copy.dates(session, membership.course, target.days) if ready and target else ()
    return CopyPage(membership, first, target.days if ready and target else None, dates)


def create(session: Session, user: User, course: str, form: Fields) -> str | None:
    """Make the copy: its slug; None, with the form's faults filled in, if a field is wrong. Raises Missing,
    Forbidden."""
    membership = copy_membership(session, user, course)
    target = _target(form, _first_day(session, membership))
    if form.faults:
        return None
    try:
        new = course_copy.copy(session, membership.course, target, by=session.get_one(User, user.id))
    except StoreError as error:
        form.faults["slug"] = f"{error}."
        return None
    return new.slug


def _first_day(session: Session, membership: Membership) -> date | None:
    rows = course_copy.dates(session, membership.course, 0)
    first = min((row.opens_at for row in rows), default=None)
    return None if first is None else first.astimezone(ZoneInfo(membership.course.zone)).date()


def _target(form: Fields, first: date | None) -> Target:
    slug, title = form.slug("slug"), form.line("title", "The title")
    term = form.line("term", "The term", 60, least=0)
    start = form.day("first") if first is not None else None
    days = (start - first).days if start is not None and first is not None else 0
    return Target(slug, title, term, days, form.ticked("staff"))
