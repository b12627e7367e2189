"""After an outage: which dates a window holds, what moving them changes for whom; moved, and moved back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import deadlines, effects, outages
from grader.database.errors import StoreError
from grader.database.models import Assignment, Audit, Course, Extension, User
from grader.database.outages import Shift, Window
from grader.values.numbers import whole_number
from web.access import Membership, course_membership
from web.services import effect_words
from web.services.effect_words import EffectRow
from web.services.new_assignment import Form

NAMES = ("begins", "ends", "hours")


@dataclass(frozen=True)
class MovedDate:
    """One date that is moved: of which assignment or extension, which date, from when to when."""

    title: str
    what: str
    before: datetime
    after: datetime


@dataclass(frozen=True)
class Past:
    """A window whose dates were moved: the entry of the audit trail, by whom, and whether it was undone."""

    entry: Audit
    by: str
    begins: datetime
    ends: datetime
    hours: int
    dates: int
    undone: bool


@dataclass(frozen=True)
class OutagePage:
    """The form, the dates that the typed window holds with what moving them changes, and earlier moves."""

    membership: Membership
    form: Form
    window: Window | None
    moved: tuple[MovedDate, ...]
    sentences: tuple[str, ...]
    rows: tuple[EffectRow, ...]
    past: tuple[Past, ...]


def page(session: Session, user: User, course: str, form: Form) -> OutagePage:
    """The page. Raises Missing, and Forbidden for all but instructors."""
    membership = _instructor(session, user, course)
    window = _window(form, membership.course.zone) if any(form.values.values()) else None
    shifts = outages.shifts(session, membership.course, window) if window else ()
    found = _effects(session, membership.course, shifts) if shifts else effects.Effects(())
    return OutagePage(
        membership=membership,
        form=form,
        window=window,
        moved=_dates(session, shifts),
        sentences=tuple([*effect_words.late_words(found), *effect_words.points_words(found)]),
        rows=effect_words.rows(session, found),
        past=tuple(_past(row, undone) for row, undone in outages.of_course(session, membership.course)),
    )


def move(session: Session, user: User, course: str, form: Form) -> int | None:
    """Move the dates in the typed window; returns how many, or None with the form's faults filled in. Raises
    NothingToMove, Missing, and Forbidden for all but instructors."""
    membership = _instructor(session, user, course)
    window = _window(form, membership.course.zone)
    if window is None:
        return None
    entry = outages.move(session, membership.course, window, by=session.get_one(User, user.id))
    return len(entry.detail["shifts"])


def undo(session: Session, user: User, course: str, entry_id: int) -> None:
    """Move them back. Raises NotUndone, Missing, and Forbidden for all but instructors."""
    membership = _instructor(session, user, course)
    outages.undo(session, membership.course, entry_id, by=session.get_one(User, user.id))


def _instructor(session: Session, user: User, course: str) -> Membership:
    membership = course_membership(session, user, course)
    membership.must_be_instructor()
    return membership


def _window(form: Form, zone: str) -> Window | None:
    begins, ends = form.instant("begins", zone, ends=False), form.instant("ends", zone)
    hours = whole_number(form.values.get("hours", ""), 1, outages.MOST_HOURS)
    if hours is None:
        form.faults["hours"] = f"A whole number from 1 to {outages.MOST_HOURS} is expected."
    if begins is None or ends is None or hours is None:
        return None
    try:
        return Window(begins, ends, hours)
    except StoreError as error:
        form.faults["ends"] = f"{error}."
        return None


def _effects(session: Session, course: Course, shifts: Sequence[Shift]) -> effects.Effects:
    before = effects.basis_of(session, course)
    drafts = dict(before.assignments)
    moved = {shift.id: shift for shift in shifts if not shift.extension}
    for key, shift in moved.items():
        closes = shift.closes and shift.closes[1]
        drafts[key] = effects.draft(drafts[key], due_at=shift.due[1], closes_at=closes)
    new_dates = {shift.id: shift.due[1] for shift in shifts if shift.extension}
    known = deadlines.with_dates(before.known, new_dates)
    touched = set(moved) | {
        row.assignment_id for row in before.known.given if row.id in new_dates and row.assignment_id
    }
    after = replace(before, assignments=drafts, known=known)
    late = {key: effects.teams_after(session, key, before.assignments[key].due_at) for key in touched}
    return effects.compare(session, course, before, after, late)


def _dates(session: Session, shifts: Sequence[Shift]) -> tuple[MovedDate, ...]:
    titles = _titles(session, [shift.id for shift in shifts if not shift.extension])
    of_extension = (
        select(Extension.id, Assignment.title)
        .join(Assignment)
        .where(Extension.id.in_([shift.id for shift in shifts if shift.extension]))
    )
    extended = {key: title for key, title in session.execute(of_extension)}
    found = []
    for shift in shifts:
        title = extended.get(shift.id, "") if shift.extension else titles[shift.id]
        if shift.due[0] != shift.due[1]:
            found.append(MovedDate(title, "extension" if shift.extension else "due", *shift.due))
        if shift.closes is not None:
            found.append(MovedDate(title, "accepted until", *shift.closes))
    return tuple(found)


def _titles(session: Session, ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(select(Assignment.id, Assignment.title).where(Assignment.id.in_(ids)))
    return {key: title for key, title in rows}


def _past(row: Audit, undone: bool) -> Past:
    detail = row.detail
    begins, ends = (datetime.fromisoformat(detail[key]) for key in ("begins", "ends"))
    by = row.actor.name if row.actor else ""
    return Past(row, by, begins, ends, detail["hours"], len(detail["shifts"]), undone)
