"""Creating an assignment from a published version; the form's dates are in the course's time zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import assignments
from grader.database.errors import StoreError
from grader.database.models import ReleaseRule, User
from grader.values.numbers import whole_number
from grader.values.text import has_controls
from web.access import assignment_membership, version_membership
from web.services.dates import BadDate, read_instant

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
MOST_ATTEMPTS = 10_000
NAMES = ("slug", "title", "opens", "due", "closes", "release", "attempts")


@dataclass
class Form:
    """The fields as they were sent, and a message for each wrong one."""

    values: Mapping[str, str]
    faults: dict[str, str] = field(default_factory=dict)

    def slug(self) -> str:
        value = self.values.get("slug", "").strip()
        if not SLUG.fullmatch(value):
            self.faults["slug"] = "Lower-case letters, digits and dashes are expected, such as backprop."
        return value

    def title(self) -> str:
        value = self.values.get("title", "").strip()
        if not 0 < len(value) <= 120 or has_controls(value):
            self.faults["title"] = "One line of 1 to 120 characters is expected."
        return value

    def instant(self, name: str, zone: str, *, ends: bool = True) -> datetime | None:
        """The moment that the field names, in UTC; None (and a fault) if it names none."""
        try:
            return read_instant(self.values.get(name, ""), zone, ends=ends)
        except BadDate as error:
            self.faults[name] = str(error)
            return None

    def release(self) -> ReleaseRule:
        try:
            return ReleaseRule(self.values.get("release", ""))
        except ValueError:
            self.faults["release"] = "Choose one of the three options."
            return ReleaseRule.AFTER_DUE

    def attempts(self) -> int | None:
        value = self.values.get("attempts", "").strip()
        number = whole_number(value, 1, MOST_ATTEMPTS)
        if value and number is None:
            rule = f"A number of 1 or more is expected, at most {MOST_ATTEMPTS:,}"
            self.faults["attempts"] = f"{rule}; leave it empty for no limit."
        return number

    def terms(self, zone: str) -> assignments.Terms | None:
        """Dates and rules of the assignment, or None if a field is wrong."""
        opens, due = self.instant("opens", zone, ends=False), self.instant("due", zone)
        closes = self.instant("closes", zone) if self.values.get("closes", "").strip() else None
        release, attempts = self.release(), self.attempts()
        if opens is None or due is None or self.faults:
            return None
        try:
            return assignments.Terms(opens, due, closes, release, attempts)
        except StoreError as error:
            self.faults["closes" if "closing" in str(error) else "due"] = f"{error}."
            return None


def assign(session: Session, user: User, course: str, public_id: str, form: Form) -> str | None:
    """Create the assignment. Returns its slug, or None with the form's faults filled in. Raises Missing,
    and Forbidden for all but instructors."""
    slug, title = form.slug(), form.title()
    membership, version = version_membership(session, user, course, public_id)
    terms = form.terms(membership.course.zone)
    if terms is None or form.faults:
        return None
    try:
        by = session.get_one(User, user.id)
        assignments.create(session, membership.course, version, slug, title, terms, by=by)
    except StoreError as error:
        form.faults["slug"] = f"{error}."
        return None
    return slug


def release_now(session: Session, user: User, course: str, slug: str, now: datetime) -> None:
    """Show the hidden results of an assignment that publishes them by hand. Raises Missing, Forbidden for
    all but instructors, StoreError if the assignment has another rule."""
    membership, assignment = assignment_membership(session, user, course, slug, now)
    membership.must_be_instructor()
    assignments.release_now(session, assignment, now, by=session.get_one(User, user.id))
