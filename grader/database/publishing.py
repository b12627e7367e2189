"""Marks shown to students: published and taken back, column by column, as an act of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import audit, mail
from grader.database.models import (
    Assignment,
    Column,
    Course,
    CourseRole,
    Enrolment,
    MailKind,
    MailWish,
    User,
)


def publish(
    session: Session, course: Course, keys: Collection[str], now: datetime, *, by: User
) -> tuple[str, ...]:
    """Show the marks of these columns (keys of `gradebook.Item`) to students from now on, and queue a message
    for those who wish one. Returns the titles of those that were not shown before."""
    titles = tuple(_set(session, course, keys, now, by))
    if titles:
        _tell(session, course, keys, titles)
    return titles


def take_back(session: Session, course: Course, keys: Collection[str], *, by: User) -> tuple[str, ...]:
    """Show the marks of these columns to students no more; returns the titles of those that were shown."""
    return tuple(_set(session, course, keys, None, by))


def _set(session: Session, course: Course, keys: Collection[str], at: datetime | None, by: User) -> list[str]:
    done = []
    for row in _rows(session, course, keys):
        before = row.marks_published_at if isinstance(row, Assignment) else row.published_at
        if (before is None) == (at is None):
            continue
        if isinstance(row, Assignment):
            row.marks_published_at = at
        else:
            row.published_at = at
        action = "marks.taken_back" if at is None else "marks.published"
        audit.note(session, action, row, by=by, course_id=course.id, title=row.title, before=before, after=at)
        done.append(row.title)
    return done


def _rows(session: Session, course: Course, keys: Collection[str]) -> Sequence[Assignment | Column]:
    rows: list[Assignment | Column] = []
    rows += session.scalars(
        select(Assignment).where(Assignment.course_id == course.id).order_by(Assignment.due_at)
    )
    rows += session.scalars(
        select(Column).where(Column.course_id == course.id).order_by(Column.position, Column.id)
    )
    return [row for row in rows if f"{'a' if isinstance(row, Assignment) else 'c'}{row.id}" in keys]


def _tell(session: Session, course: Course, keys: Collection[str], titles: Sequence[str]) -> None:
    """Queue a message for each student who wishes one; about the same columns only the first time."""
    digest = hashlib.sha256(",".join(sorted(keys)).encode()).hexdigest()[:24]
    wishing = session.scalars(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .join(MailWish, MailWish.user_id == User.id)
        .where(
            Enrolment.course_id == course.id,
            Enrolment.role == CourseRole.STUDENT,
            Enrolment.left_at.is_(None),
            MailWish.kind == MailKind.PUBLISHED,
        )
    ).all()
    page = mail.link(f"/courses/{course.slug}/marks")
    body = "\n".join(("Marks are published:", *(f"- {title}" for title in titles), "", f"Your marks: {page}"))
    for user in wishing:
        about = f"marks:{course.id}:{digest}"
        mail.queue(session, user, MailKind.PUBLISHED, about, f"{course.title}: marks are published", body)
