"""Where a reader is in the queue of an assignment: the entries that the filter shows, and the neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from grader.database import review_queue
from grader.database.models import Assignment, User
from grader.database.review_queue import Entry

FILTERS = ("", "waiting", "mine", "mine-waiting")


def known_filter(only: str) -> str:
    """The filter; "" if there is none of that name."""
    return only if only in FILTERS else ""


def matches(entry: Entry, only: str, user: User) -> bool:
    """Whether the filter shows this entry to this reader."""
    return not (("mine" in only and entry.marker_id != user.id) or ("waiting" in only and not entry.awaiting))


@dataclass(frozen=True)
class QueuePlace:
    """The place of a submission in the queue: its number from 1 (0: not in it) of `count`, the neighbours,
    and how many texts are marked of those that a person marks, among what the filter shows."""

    only: str
    number: int
    count: int
    before: Entry | None
    after: Entry | None
    marked: int
    texts: int
    code: str


def place(session: Session, assignment: Assignment, user: User, team_id: int, only: str) -> QueuePlace:
    """The place of a team's attempt in what the filter shows; it is there itself also if the filter does not
    match it any more, such as after it was marked."""
    everything = review_queue.entries(session, assignment)
    rows = [e for e in everything if matches(e, only, user) or e.team_id == team_id]
    at = next((number for number, entry in enumerate(rows) if entry.team_id == team_id), None)
    group = [e for e in everything if matches(e, only.replace("waiting", ""), user) and e.has_text]
    return QueuePlace(
        only,
        0 if at is None else at + 1,
        len(rows),
        rows[at - 1] if at else None,
        rows[at + 1] if at is not None and at + 1 < len(rows) else None,
        sum(not entry.awaiting for entry in group),
        len(group),
        review_queue.pseudonym(assignment.secret, team_id),
    )
