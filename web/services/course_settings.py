"""A course's settings, for its instructors; new courses, for operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from grader.database import course_settings, courses, late_policy
from grader.database.course_settings import CourseSettings
from grader.database.effects import Effects
from grader.database.errors import StoreError
from grader.database.late_policy import MOST_GRACE_DAYS
from grader.database.models import CourseRole, User
from web.access import Membership, course_membership, must_be_operator
from web.services.fields import Fields


@dataclass(frozen=True)
class SettingsPage:
    """The settings of a course."""

    membership: Membership
    settings: CourseSettings


@cache
def zones() -> tuple[str, ...]:
    """The IANA names of time zones that a place has, for the list beside the field."""
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(areas)))


def page(session: Session, user: User, slug: str) -> SettingsPage:
    """The settings as the course's instructors see them. Raises Missing, Forbidden."""
    membership = course_membership(session, user, slug)
    membership.must_be_instructor()
    return SettingsPage(membership, course_settings.of(membership.course))


def unseen_effects(session: Session, user: User, slug: str, form: Fields) -> Effects | None:
    """What the late policy in the form would change for students, if it changes anything and the reader has
    not confirmed it yet; else None. Raises Missing, Forbidden."""
    membership = course_membership(session, user, slug)
    membership.must_be_instructor()
    policy = _read(form).policy
    if form.faults or form.get("confirmed") == confirmation(form):
        return None
    effects = late_policy.effects_of(session, membership.course, policy)
    return effects if effects.moved else None


def confirmation(form: Fields) -> str:
    """What the hidden field holds once the effects of this late policy were shown."""
    return f"{form.get('grace_days')} {form.get('late_percent')}"


def change(session: Session, user: User, slug: str, form: Fields) -> bool:
    """Store the settings of the form; False, with its faults filled in, if a field is wrong. Raises Missing,
    Forbidden, Archived."""
    membership = course_membership(session, user, slug)
    membership.must_be_instructor()
    settings = _read(form)
    if form.faults:
        return False
    course_settings.change(session, membership.course, settings, by=session.get_one(User, user.id))
    return True


def _read(form: Fields) -> CourseSettings:
    return CourseSettings(
        title=form.line("title", "The title"),
        term=form.line("term", "The term", 60, least=0),
        zone=form.zone("zone"),
        grace_days=form.whole("grace_days", 0, MOST_GRACE_DAYS) or 0,
        late_percent=form.percent("late_percent"),
    )


def archive(session: Session, user: User, slug: str, now: datetime) -> None:
    """Make the course read-only. Raises Missing, Forbidden."""
    membership = course_membership(session, user, slug, restores=True)
    membership.must_be_instructor()
    course_settings.archive(session, membership.course, now, by=session.get_one(User, user.id))


def restore(session: Session, user: User, slug: str) -> None:
    """Make an archived course one that can be changed again. Raises Missing, Forbidden."""
    membership = course_membership(session, user, slug, restores=True)
    membership.must_be_instructor()
    course_settings.restore(session, membership.course, by=session.get_one(User, user.id))


def create(session: Session, user: User, form: Fields) -> str | None:
    """A new course with the operator as its instructor: its slug, or None with the form's faults filled in.
    Raises Missing for all but operators."""
    must_be_operator(user)
    slug, settings = form.slug("slug"), _read(form)
    if form.faults:
        return None
    by = session.get_one(User, user.id)
    try:
        course = courses.create(session, slug, settings.title, term=settings.term, zone=settings.zone, by=by)
    except StoreError as error:
        form.faults["slug"] = f"{error}."
        return None
    course_settings.change(session, course, settings, by=by)
    courses.enrol(session, course, by, CourseRole.INSTRUCTOR, by=by)
    return slug
