"""Messages to be sent by e-mail: queued here, sent by the sweeper (`grader.worker.mailing`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grader.database.clock import Now, database_now
from grader.database.models import Mail, MailKind, MailWish, User
from grader.values.text import one_line, storable

SITE = "https://gradecheck.invalid"
"""What stands for the address of the installation in a body, until the message is sent."""
ALWAYS = frozenset({MailKind.INVITED, MailKind.PASSWORD})
"""The kinds that are sent without being asked for."""
WISHES = tuple(kind for kind in MailKind if kind not in ALWAYS)
PAUSES_S = (60, 300, 1800, 7200, 28_800, 86_400)
"""Seconds before the next try, after the first, second, ... that failed; after the last it is given up."""
TOO_OLD_S = 3 * 86_400
"""A message that was never tried in this time, since no e-mail was sent, is given up."""
LONGEST_SUBJECT, LONGEST_BODY = 120, 20_000
TRIES = 3

_table = cast(Table, Mail.__table__)


def link(path: str) -> str:
    """A link to a page of the installation, for a body. Takes the page's path, such as `/s/Yk3v8pQdTn`."""
    return SITE + path


def queue(session: Session, user: User, kind: MailKind, about: str, subject: str, body: str) -> bool:
    """Queue a message in this transaction; False, and nothing is stored, if the user does not wish this kind,
    is deactivated, or has had a message of this kind about this object.

    `about` names the object, such as `submission:17`. `subject` may hold no text of a student: it stands on
    screens that are locked. Links in `body` are made by `link`.
    """
    return queue_all(session, [user], kind, about, subject, body) == 1


def queue_all(
    session: Session, people: Sequence[User], kind: MailKind, about: str, subject: str, body: str
) -> int:
    """The same message for many people, in a few statements: to how many of them it goes."""
    return queue_each(session, [(user, body) for user in people], kind, about, subject)


def queue_each(
    session: Session, bodies: Sequence[tuple[User, str]], kind: MailKind, about: str, subject: str
) -> int:
    """A message with a text of its own for each of many people, in a few statements: to how many it goes."""
    session.flush()
    texts = {user.id: body for user, body in bodies if user.deactivated_at is None}
    for _ in range(TRIES):
        try_at = database_now(session)
        rows = [
            {
                "user_id": user_id,
                "kind": kind,
                "about": about,
                "subject": one_line(subject, LONGEST_SUBJECT),
                "body": storable(texts[user_id], LONGEST_BODY),
                "try_at": try_at,
            }
            for user_id in sorted(_recipients(session, set(texts), kind, about))
        ]
        try:
            with session.begin_nested():
                if rows:
                    session.execute(insert(Mail), rows)
            return len(rows)
        except IntegrityError:  # another session has queued one of them meanwhile
            continue
    return 0


def _recipients(session: Session, ids: set[int], kind: MailKind, about: str) -> set[int]:
    """Those of these users who wish this kind and have had no message of it about the object."""
    if kind not in ALWAYS:
        wish = select(MailWish.user_id).where(MailWish.kind == kind, MailWish.user_id.in_(ids))
        ids = set(session.scalars(wish))
    had = select(Mail.user_id).where(Mail.kind == kind, Mail.about == about, Mail.user_id.in_(ids))
    return ids - set(session.scalars(had))


def take_back(session: Session, kind: MailKind, about: str) -> int:
    """Delete the messages about this object that were never tried; returns how many."""
    unsent = (_table.c.tries == 0) & _table.c.sent_at.is_(None)
    gone = delete(_table).where(_table.c.kind == kind, _table.c.about == about, unsent)
    return cast("CursorResult[Any]", session.execute(gone)).rowcount


def wishes(session: Session, user: User) -> frozenset[MailKind]:
    """The kinds of messages that the user wants to get."""
    return frozenset(session.scalars(select(MailWish.kind).where(MailWish.user_id == user.id)))


def set_wishes(session: Session, user: User, kinds: Iterable[MailKind]) -> None:
    """Store which kinds the user wants to get."""
    session.execute(delete(MailWish).where(MailWish.user_id == user.id))
    session.add_all(MailWish(user_id=user.id, kind=kind) for kind in set(kinds) - ALWAYS)


@dataclass(frozen=True)
class Due:
    """A message whose time to be sent has come; `tries` counts this one."""

    id: int
    email: str
    kind: MailKind
    subject: str
    body: str
    tries: int


def take_due(session: Session, limit: int = 20) -> Sequence[Due]:
    """Messages to be sent now, those first that waited longest. Nobody else gets them until their next try,
    which is when they are sent again if the caller is killed."""
    unsent = _table.c.sent_at.is_(None) & _table.c.given_up_at.is_(None)
    old = (_table.c.tries == 0) & (_table.c.created_at < Now(-TOO_OLD_S))
    session.execute(
        update(_table).where(unsent, old).values(given_up_at=Now(), error="no e-mail was sent for days")
    )
    rows = session.execute(
        select(Mail, User.email)
        .join(User, User.id == Mail.user_id)
        .where(unsent, _table.c.try_at <= Now(), User.deactivated_at.is_(None))
        .order_by(Mail.try_at)
        .limit(limit)
    ).all()
    return [
        Due(row.id, email, row.kind, row.subject, row.body, row.tries + 1)
        for row, email in rows
        if _take(session, row.id, row.tries)
    ]


def _take(session: Session, mail_id: int, tries: int) -> bool:
    """Whether this session is the one that tries the message now."""
    pause = PAUSES_S[min(tries, len(PAUSES_S) - 1)]
    mine = update(_table).where(_table.c.id == mail_id, _table.c.tries == tries)
    taken = session.execute(mine.values(tries=tries + 1, try_at=Now(pause)))
    return cast("CursorResult[Any]", taken).rowcount == 1


def note_sent(session: Session, due: Due) -> None:
    """Record that the message was sent; its text is not kept."""
    session.execute(update(_table).where(_table.c.id == due.id).values(sent_at=Now(), body="", error=""))


def note_failed(session: Session, due: Due, error: str, *, for_good: bool) -> bool:
    """Record why the message was not sent; True if it is given up: `for_good`, or after the last try."""
    over = for_good or due.tries >= len(PAUSES_S)
    values: dict[str, Any] = {"error": one_line(error, 300)}
    if over:
        values |= {"given_up_at": Now(), "body": ""}
    session.execute(update(_table).where(_table.c.id == due.id).values(values))
    return over
