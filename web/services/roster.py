"""The people of a course from a CSV file: read, compared, shown, and only then applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import blobs, roster
from grader.database.models import User
from grader.database.roster import Entry, Plan, Row
from web.access import Membership, people_membership
from web.refusals import Missing
from web.services import roster_file
from web.services.people import A_PAGE, Pages

KINDS = ("adds", "changes", "removals")


@dataclass(frozen=True)
class RosterPage:
    """What a file would change: the plan, and one page of one kind of its entries."""

    membership: Membership
    plan: Plan
    show: str
    pages: Pages

    @property
    def entries(self) -> Sequence[Entry]:
        rows: Sequence[Entry] = getattr(self.plan, self.show)
        return rows[self.pages.offset : self.pages.offset + A_PAGE]

    @property
    def changes_nothing(self) -> bool:
        return not (self.plan.adds or self.plan.changes or self.plan.removals)


def keep(session: Session, user: User, course: str, rows: Sequence[Row]) -> tuple[int, str]:
    """Keep the rows of an uploaded file: (the course's id, the digest by which they are found again). Raises
    Missing, Forbidden, Archived."""
    membership = people_membership(session, user, course)
    return membership.course.id, blobs.store(session, roster_file.to_bytes(rows))


def page(
    session: Session, user: User, course: str, kept: tuple[int, str], show: str, number: int
) -> RosterPage:
    """What the kept rows would change now. Raises Missing, Forbidden."""
    membership = people_membership(session, user, course)
    plan = _plan(session, membership, kept)
    filled = [kind for kind in KINDS if getattr(plan, kind)]
    show = show if show in KINDS else (filled or list(KINDS))[0]
    return RosterPage(membership, plan, show, Pages(number, len(getattr(plan, show))))


def apply(
    session: Session,
    user: User,
    course: str,
    kept: tuple[int, str],
    seen: str,
    now: datetime,
    *,
    remove: bool,
) -> Plan | None:
    """Make the course as the rows say, all or nothing; None if the plan is not the one that was `seen` (its
    digest), or has faults. Raises Missing, Forbidden, Archived."""
    membership = people_membership(session, user, course)
    plan = _plan(session, membership, kept)
    if plan.faults or plan.digest != seen:
        return None
    by = session.get_one(User, user.id)
    roster.apply(session, membership.course, plan, now, remove=remove, by=by)
    blobs.forget(session, kept[1])
    return plan


def _plan(session: Session, membership: Membership, kept: tuple[int, str]) -> Plan:
    course_id, digest = kept
    if course_id != membership.course.id:
        raise Missing
    try:
        rows = roster_file.from_bytes(blobs.read(session, digest))
    except KeyError:
        raise Missing from None
    return roster.plan(session, membership.course, rows, by=membership.user)
