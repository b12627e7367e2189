"""The audit log of a course, for its instructors."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from grader.database import assignments, audit_list, audit_names, reading
from grader.database.audit_list import Wanted
from grader.database.audit_names import A_STUDENT
from grader.database.models import Assignment, Audit, Course, User
from grader.values.numbers import whole_number
from web.access import Membership, course_membership
from web.render.spreadsheet import defused
from web.services import audit_words
from web.services.audit_words import Names

PAGE = 50
MOST_EXPORTED = 100_000
NAMES = ("kind", "by", "about", "assignment", "from", "to")


@dataclass(frozen=True)
class Line:
    """One entry: when, who ("" for the system), what, and the changes."""

    at: datetime
    who: str
    what: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class AuditPage:
    """One page of the log; `older` is the query of the next one, "" on the last."""

    membership: Membership
    lines: tuple[Line, ...]
    values: Mapping[str, str]
    assignments: Sequence[Assignment]
    older: str

    @property
    def query(self) -> str:
        return "?" + urlencode(list(self.values.items()))


def page(
    session: Session, user: User, course: str, sent: Mapping[str, str], *, names_hidden: bool = False
) -> AuditPage:
    """The entries that a query asks for, without the names of students if they are hidden. Raises
    Missing, Forbidden for all but instructors."""
    membership = _instructor(session, user, course)
    values = {name: text for name in NAMES if (text := sent.get(name, "").strip()[:100])}
    listed = assignments.of_course(session, membership.course)
    wanted = _wanted(session, membership.course, values, listed)
    below = whole_number(sent.get("below", ""), 1, 2**62)
    rows = audit_list.page(session, membership.course, wanted, below=below, limit=PAGE + 1)
    older = "?" + urlencode([*values.items(), ("below", rows[PAGE - 1].id)]) if len(rows) > PAGE else ""
    lines = _lines(session, membership.course, rows[:PAGE], names_hidden=names_hidden)
    return AuditPage(membership, tuple(lines), values, listed, older)


def _instructor(session: Session, user: User, course: str) -> Membership:
    membership = course_membership(session, user, course)
    membership.must_be_instructor()
    return membership


def _wanted(
    session: Session, course: Course, values: Mapping[str, str], listed: Sequence[Assignment]
) -> Wanted:
    by, about = values.get("by"), values.get("about")
    since, until = _day(values.get("from", ""), course.zone), _day(values.get("to", ""), course.zone)
    return Wanted(
        actions=audit_words.actions_of(values.get("kind", "")),
        by=audit_list.people_named(session, course, by) if by else None,
        about=audit_list.people_named(session, course, about) if about else None,
        assignment=next((row for row in listed if row.slug == values.get("assignment")), None),
        since=since,
        before=None if until is None else until + timedelta(days=1),
    )


def _day(text: str, zone: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(day, time(), ZoneInfo(zone)) if 2000 <= day.year <= 2100 else None


NAMING = ("group.", "person.", "course.", "user.", "invite.")
"""The beginnings of actions whose details may hold names of students."""


def _lines(
    session: Session, course: Course, rows: Sequence[Audit], *, names_hidden: bool = False
) -> Iterator[Line]:
    names = _names(session, course, rows)
    staff = audit_names.staff_ids(session, course) if names_hidden else frozenset()
    if names_hidden:
        names = replace(names, known=audit_names.without_students(names.known, staff))
    for row in rows:
        detail = row.detail if isinstance(row.detail, dict) else {}
        who = "" if row.actor is None else row.actor.name
        said = not (names_hidden and row.action.startswith(NAMING))
        yield Line(
            row.at,
            who if not names_hidden or row.actor_id is None or row.actor_id in staff else A_STUDENT,
            audit_words.sentence(row.action, row.subject, row.subject_id, detail, names),
            audit_words.changes(detail, names, row.action) if said else (),
        )


def _names(session: Session, course: Course, rows: Sequence[Audit]) -> Names:
    """The names of everything that these entries are about; a query a table."""
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        ids[row.subject].add(row.subject_id)
        detail = row.detail if isinstance(row.detail, dict) else {}
        for table, key in (("users", "user"), ("teams", "team"), ("submissions", "submission")):
            if isinstance(detail.get(key), int):
                ids[table].add(detail[key])
    return Names(audit_names.of(session, course, ids), course.zone)


def export(
    engine: Engine, user: User, course: str, sent: Mapping[str, str], *, names_hidden: bool = False
) -> Iterator[bytes]:
    """The log as a CSV file, made while it is sent, without the names of students if they are hidden. Raises
    Missing, Forbidden, before it begins."""
    with reading(engine) as session:
        membership = _instructor(session, user, course)
        values = {name: sent.get(name, "").strip()[:100] for name in NAMES}
        listed = assignments.of_course(session, membership.course)
        wanted = _wanted(session, membership.course, values, listed)
    return _exported(engine, membership.course, wanted, names_hidden=names_hidden)


def _exported(engine: Engine, course: Course, wanted: Wanted, *, names_hidden: bool) -> Iterator[bytes]:
    yield _csv_row(("time (UTC)", "who", "what", "changes")).encode("utf-8-sig")
    below, left = None, MOST_EXPORTED
    while left > 0:
        with reading(engine) as session:
            rows = audit_list.page(session, course, wanted, below=below, limit=audit_list.A_ROUND)
            lines = list(_lines(session, course, rows, names_hidden=names_hidden))
        cells = [
            (line.at.isoformat(timespec="seconds"), line.who, line.what, "; ".join(line.changes))
            for line in lines
        ]
        yield "".join(map(_csv_row, cells)).encode()
        if len(rows) < audit_list.A_ROUND:
            return
        below, left = rows[-1].id, left - len(rows)


def _csv_row(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([defused(cell) for cell in cells])
    return text.getvalue()
