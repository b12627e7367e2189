"""The queue of an assignment for those who mark: who marks what, what waits, and how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import review_queue
from grader.database.errors import StoreError
from grader.database.models import Assignment, User
from grader.database.review_queue import Entry
from web.access import Membership, staff_assignment
from web.services import review_place, shown_names
from web.services.marking import ids
from web.services.people import Pages, page_number

A_PAGE = 50


@dataclass(frozen=True)
class Share:
    """What a member of the staff marks: how many teams, how many of them have texts, how many are marked."""

    user: User
    teams: int
    texts: int
    marked: int


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue; `names` are those of the teams by id, or what stands for them."""

    membership: Membership
    assignment: Assignment
    entries: Sequence[Entry]
    names: Mapping[int, str]
    only: str
    pages: Pages
    total: int
    texts: int
    marked: int
    shares: Sequence[Share]
    without: int
    sections: Sequence[str]
    first: Entry | None
    names_hidden: bool

    @property
    def markers(self) -> dict[int, str]:
        """The names of the staff, by id."""
        return {share.user.id: share.user.name for share in self.shares}


def page(
    session: Session,
    user: User,
    course: str,
    slug: str,
    values: Mapping[str, str],
    now: datetime,
    *,
    names_hidden: bool,
) -> QueuePage:
    """The part of the queue that a query asks for. Raises Missing, Forbidden for students."""
    membership, assignment = staff_assignment(session, user, course, slug, now)
    only, number = review_place.known_filter(values.get("only", "")), page_number(values.get("page", ""))
    everything = review_queue.entries(session, assignment)
    rows = [entry for entry in everything if review_place.matches(entry, only, user)]
    shown = rows[(number - 1) * A_PAGE : number * A_PAGE]
    teams = {entry.team_id for entry in shown}
    return QueuePage(
        membership,
        assignment,
        shown,
        shown_names.of_teams(session, assignment, teams, hidden=names_hidden),
        only,
        Pages(number, len(rows)),
        len(everything),
        sum(entry.has_text for entry in everything),
        sum(entry.has_text and not entry.awaiting for entry in everything),
        _shares(review_queue.staff(session, membership.course.id), everything),
        sum(entry.marker_id is None for entry in everything),
        review_queue.sections(session, membership.course.id),
        next((entry for entry in rows if entry.awaiting), rows[0] if rows else None),
        names_hidden,
    )


def _shares(staff: Sequence[User], entries: Sequence[Entry]) -> tuple[Share, ...]:
    teams = Counter(entry.marker_id for entry in entries)
    texts = Counter(entry.marker_id for entry in entries if entry.has_text)
    marked = Counter(entry.marker_id for entry in entries if entry.has_text and not entry.awaiting)
    return tuple(Share(user, teams[user.id], texts[user.id], marked[user.id]) for user in staff)


def assign(
    session: Session,
    user: User,
    course: str,
    slug: str,
    how: str,
    staff: Sequence[str],
    sections: Mapping[str, str],
    now: datetime,
) -> str:
    """Share the teams among markers: "evenly" those without one among `staff`, "sections" by the ids that
    `sections` names for each, "none" takes all back. Returns a sentence that says what changed. Raises
    StoreError, Missing, Forbidden for students."""
    _, assignment = staff_assignment(session, user, course, slug, now)
    by = session.get_one(User, user.id)
    if how == "none":
        count = review_queue.take_all_back(session, assignment, by=by)
        return f"{count} had a marker; now none has."
    if how == "sections":
        chosen = {name: next(iter(ids([value]))) for name, value in sections.items() if ids([value])}
        count = review_queue.share_by_section(session, assignment, chosen, by=by)
    elif how == "evenly":
        count = review_queue.share_evenly(session, assignment, sorted(ids(staff)), by=by)
    else:
        raise StoreError("Choose how the teams are shared")
    return f"{count} got a marker." if count else "Nothing changed: every team has its marker already."
