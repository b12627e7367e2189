"""Acts of staff on many submissions or people at once; each is one transaction and in the audit trail.

Comments and extensions can be undone as one: those of one act have the same instant and person.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from grader.database import audit, grade_summary, mail
from grader.database.errors import BadExtension, StoreError
from grader.database.extensions import LONGEST_REASON, MOST_HOURS, teams_of
from grader.database.models import (
    Assignment,
    Comment,
    Extension,
    MailKind,
    MailWish,
    Submission,
    Team,
    TeamMember,
    User,
)

LONGEST_COMMENT = 10_000
A_ROUND = 500
MOST_LINKS = 20


def submissions_by_id(
    session: Session, assignment: Assignment, ids: Collection[int]
) -> Sequence[tuple[int, int]]:
    """(id, team id) of those submissions of the assignment."""
    wanted = sorted(set(ids))
    found: list[tuple[int, int]] = []
    for start in range(0, len(wanted), A_ROUND * 10):
        part = wanted[start : start + A_ROUND * 10]
        rows = select(Submission.id, Submission.team_id).where(
            Submission.assignment_id == assignment.id, Submission.id.in_(part)
        )
        found += [(id, team) for id, team in session.execute(rows)]
    return found


def comment(
    session: Session, assignment: Assignment, ids: Collection[int], text: str, at: datetime, *, by: User
) -> int:
    """Put a comment on each of these submissions and tell their teams by mail, each person once; returns how
    many. Raises StoreError."""
    text = text.strip()
    if not 1 <= len(text) <= LONGEST_COMMENT:
        raise StoreError(f"The comment has {len(text):,} characters; it must have 1 to {LONGEST_COMMENT:,}")
    own = [id for id, _ in submissions_by_id(session, assignment, ids)]
    rows = [Comment(submission_id=id, text=text, by_id=by.id, at=at) for id in own]
    session.add_all(rows)
    audit.note_all(
        session,
        "comment.added",
        rows,
        by,
        assignment.course_id,
        lambda row: {"submission": row.submission_id, "text": row.text[:500]},
    )
    _tell(session, assignment, own, at, by)
    return len(rows)


def _tell(session: Session, assignment: Assignment, ids: Sequence[int], at: datetime, by: User) -> int:
    """Queue one message for everybody who wishes it, with the first of their attempts of these."""
    written: dict[int, list[tuple[int, str]]] = {}
    people: dict[int, User] = {}
    for start in range(0, len(ids), A_ROUND * 10):
        rows = (
            select(User, Submission.number, Submission.public_id)
            .join(TeamMember, TeamMember.user_id == User.id)
            .join(MailWish, (MailWish.user_id == User.id) & (MailWish.kind == MailKind.COMMENTED))
            .join(Submission, Submission.team_id == TeamMember.team_id)
            .where(Submission.id.in_(ids[start : start + A_ROUND * 10]))
            .order_by(Submission.id)
        )
        for user, number, public_id in session.execute(rows):
            people[user.id] = user
            written.setdefault(user.id, []).append((number, public_id))
    bodies = [(user, _letter(assignment, written[user.id], by)) for user in people.values()]
    subject = f"{assignment.title}: a comment on your attempt"
    return mail.queue_each(session, bodies, MailKind.COMMENTED, _about(assignment, at, by), subject)


def _letter(assignment: Assignment, attempts: Sequence[tuple[int, str]], by: User) -> str:
    links = "\n".join(
        f"attempt {number}: {mail.link(f'/s/{public_id}/review')}"
        for number, public_id in attempts[:MOST_LINKS]
    )
    more = len(attempts) - MOST_LINKS
    rest = f"\nand {more} more attempts\n" if more > 0 else "\n"
    return f"{by.name} has commented on your work on {assignment.title}:\n\n{links}{rest}"


def _about(assignment: Assignment, at: datetime, by: User) -> str:
    """What the messages of one act are about."""
    return f"comments:{assignment.id}:{by.id}:{int(at.timestamp() * 1_000_000)}"


def comments_of(session: Session, assignment: Assignment, at: datetime, by: User) -> Sequence[Comment]:
    """The comments of one act that are not deleted."""
    return session.scalars(
        select(Comment)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(
            Submission.assignment_id == assignment.id,
            Comment.at == at,
            Comment.by_id == by.id,
            Comment.deleted_at.is_(None),
        )
    ).all()


def take_comments_back(
    session: Session, assignment: Assignment, at: datetime, now: datetime, *, by: User
) -> int:
    """Delete the comments of one act, and its messages that were not sent yet; returns how many comments."""
    rows = comments_of(session, assignment, at, by)
    mail.take_back(session, MailKind.COMMENTED, _about(assignment, at, by))
    for row in rows:
        row.deleted_at = now
    audit.note_all(
        session,
        "comment.deleted",
        rows,
        by,
        assignment.course_id,
        lambda row: {"submission": row.submission_id, "text": row.text[:500]},
    )
    return len(rows)


def extend(
    session: Session,
    assignment: Assignment,
    teams: Collection[int],
    hours: int,
    reason: str,
    at: datetime,
    *,
    by: User,
) -> int:
    """Give each of these teams an extension of so many hours; returns how many. Those of one student are the
    student's, so that they hold in a later group too. Raises BadExtension."""
    if not 1 <= hours <= MOST_HOURS:
        raise BadExtension(f"{hours} hours; it must be 1 to {MOST_HOURS:,}")
    if len(reason) > LONGEST_REASON:
        raise BadExtension(f"The reason has {len(reason)} characters; at most {LONGEST_REASON}")
    own = select(Team).where(Team.course_id == assignment.course_id, Team.id.in_(teams)).order_by(Team.id)
    rows = [
        Extension(
            course_id=assignment.course_id,
            assignment_id=assignment.id,
            user_id=team.solo_user_id,
            team_id=None if team.solo_user_id is not None else team.id,
            hours=hours,
            reason=reason,
            by_id=by.id,
            created_at=at,
        )
        for team in session.scalars(own)
    ]
    session.add_all(rows)
    _note_extensions(session, "extension.given", assignment, rows, by)
    grade_summary.refresh_all(session, assignment, list(teams))
    return len(rows)


def take_extensions_back(
    session: Session, assignment: Assignment, at: datetime, now: datetime, *, by: User
) -> int:
    """Withdraw the extensions of one act; returns how many."""
    rows = session.scalars(
        select(Extension).where(
            Extension.assignment_id == assignment.id,
            Extension.created_at == at,
            Extension.by_id == by.id,
            Extension.withdrawn_at.is_(None),
        )
    ).all()
    for row in rows:
        row.withdrawn_at = now
    _note_extensions(session, "extension.withdrawn", assignment, rows, by)
    teams = {team for row in rows for team in teams_of(session, row)} if len(rows) <= A_ROUND else None
    grade_summary.refresh_all(session, assignment, teams)
    return len(rows)


def _note_extensions(
    session: Session, action: str, assignment: Assignment, rows: Sequence[Extension], by: User
) -> None:
    audit.note_all(
        session,
        action,
        rows,
        by,
        assignment.course_id,
        lambda row: {
            "assignment": assignment.slug,
            "user": row.user_id,
            "team": row.team_id,
            "hours": row.hours,
            "reason": row.reason,
        },
    )


def people_of(session: Session, teams: Collection[int]) -> Sequence[User]:
    """The members of these teams, by name."""
    members = select(TeamMember.user_id).where(TeamMember.team_id.in_(teams))
    return session.scalars(select(User).where(User.id.in_(members)).order_by(User.name, User.id)).all()


def attempts_of(
    session: Session, assignment: Assignment, teams: Collection[int], ids: Collection[int]
) -> tuple[int, ...]:
    """Those of the submissions `ids` that are of these teams; all of the teams' if `ids` is empty."""
    own = select(Submission.id).where(
        Submission.assignment_id == assignment.id, Submission.team_id.in_(teams)
    )
    some = or_(Submission.id.in_(ids)) if ids else None
    return tuple(session.scalars(own if some is None else own.where(some)).all())
