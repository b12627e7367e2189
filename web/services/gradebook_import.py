"""Marks from a CSV file: read, compared with those that are stored, shown, and only then applied."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import blobs, columns, gradebook, people
from grader.database.columns import Entry
from grader.database.models import Column, CourseRole, User
from web.access import Membership, course_membership
from web.refusals import Missing
from web.services import gradebook_export, gradebook_file
from web.services.gradebook_file import Known, Line
from web.services.people import A_PAGE, Pages
from web.services.roster_file import NAMES


@dataclass(frozen=True)
class Change:
    """One mark that would change: in which line of the file, whose, from what to what."""

    line: int
    user_id: int
    name: str
    column: Column
    before: Decimal | None
    after: Decimal


@dataclass(frozen=True)
class Plan:
    """The marks that would change, and how many stay as they are. `gone` are lines about students or columns
    that are not there any more."""

    changes: tuple[Change, ...]
    same: int
    gone: tuple[int, ...] = ()

    @property
    def digest(self) -> str:
        """A text that differs if anything in the plan differs."""
        rows = [(row.user_id, row.column.id, row.before, row.after) for row in self.changes]
        return hashlib.sha256(repr((rows, self.gone)).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class ImportPage:
    """One page of the changes."""

    membership: Membership
    plan: Plan
    pages: Pages

    @property
    def rows(self) -> Sequence[Change]:
        return self.plan.changes[self.pages.offset : self.pages.offset + A_PAGE]


@dataclass(frozen=True)
class FormPage:
    """The form for a file; `titles` are the columns that it may have."""

    membership: Membership
    titles: tuple[str, ...]


def form_page(session: Session, user: User, course: str) -> FormPage:
    """The form. Raises Missing, Forbidden for all but instructors."""
    membership = _instructor(session, user, course)
    return FormPage(membership, tuple(row.title for row in columns.of_course(session, membership.course)))


def keep(session: Session, user: User, course: str, data: bytes, now: datetime) -> tuple[int, str]:
    """Read an uploaded file and keep its marks: (the course's id, their digest, to find them again). Raises
    BadFile, Missing, Forbidden for all but instructors, Archived."""
    membership = _instructor(session, user, course)
    book = gradebook.load(session, membership.course, (), now)
    rows = columns.of_course(session, membership.course)
    known = Known(
        columns={row.title.casefold(): row for row in rows},
        others={head.casefold() for head in (*gradebook_export.heads(book), *_names())},
        students={
            row.user.email: row.user_id
            for row in people.everybody(session, membership.course)
            if row.role is CourseRole.STUDENT
        },
    )
    lines = gradebook_file.to_bytes(gradebook_file.read(data, known))
    return membership.course.id, blobs.store(session, lines)


def _names() -> list[str]:
    """The heads with which a file may name people, besides the address."""
    return [head for heads in NAMES.values() for head in heads]


def page(session: Session, user: User, course: str, kept: tuple[int, str], number: int) -> ImportPage:
    """What the kept marks would change now. Raises Missing, Forbidden."""
    membership = _instructor(session, user, course)
    plan = _plan(session, membership, kept)
    return ImportPage(membership, plan, Pages(number, len(plan.changes)))


def apply(session: Session, user: User, course: str, kept: tuple[int, str], seen: str) -> Plan | None:
    """Store the marks, all or nothing; None if the plan is not the one that was `seen` (its digest). Raises
    Missing, Forbidden, Archived."""
    membership = _instructor(session, user, course)
    plan = _plan(session, membership, kept)
    if plan.gone or plan.digest != seen:
        return None
    by = session.get_one(User, user.id)
    for column in {row.column.id: row.column for row in plan.changes}.values():
        had = columns.marks_of(session, column)
        entries = {
            row.user_id: Entry(row.after, had[row.user_id].comment if row.user_id in had else "")
            for row in plan.changes
            if row.column.id == column.id
        }
        columns.store(session, column, entries, by=by)
    blobs.forget(session, kept[1])
    return plan


def _plan(session: Session, membership: Membership, kept: tuple[int, str]) -> Plan:
    course_id, digest = kept
    if course_id != membership.course.id:
        raise Missing
    try:
        lines = gradebook_file.from_bytes(blobs.read(session, digest))
    except KeyError:
        raise Missing from None
    rows = people.everybody(session, membership.course)
    names = {row.user_id: row.user.name for row in rows if row.role is CourseRole.STUDENT}
    return _compare(session, membership, lines, names)


def _compare(session: Session, membership: Membership, lines: Sequence[Line], names: dict[int, str]) -> Plan:
    by_id = {row.id: row for row in columns.of_course(session, membership.course)}
    had = {id: columns.marks_of(session, column) for id, column in by_id.items() if _named(lines, id)}
    changes, same, gone = [], 0, []
    for line in lines:
        if line.user_id not in names or not line.marks.keys() <= by_id.keys():
            gone.append(line.number)
            continue
        for id, after in line.marks.items():
            mark = had[id].get(line.user_id)
            before = None if mark is None else mark.points
            if before == after:
                same += 1
            elif after > by_id[id].max_points:
                gone.append(line.number)
            else:
                changes.append(
                    Change(line.number, line.user_id, names[line.user_id], by_id[id], before, after)
                )
    return Plan(tuple(changes), same, tuple(gone))


def _named(lines: Sequence[Line], column_id: int) -> bool:
    return any(column_id in line.marks for line in lines)


def _instructor(session: Session, user: User, course: str) -> Membership:
    membership = course_membership(session, user, course)
    membership.must_be_instructor()
    return membership
