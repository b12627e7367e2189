"""The difference between two attempts of a team: their files line by line, and the tests that changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import attempts, submissions
from grader.database.models import Assignment, Submission, User
from grader.grading.visible import VisibleResult
from web.access import Membership, submission_membership
from web.refusals import Missing
from web.render.line_diff import MOST_CHANGES, MOST_LINES, DiffLine, TooMuch, diff, shortened
from web.services import shown_names
from web.services.submission import current_grading, visible_grading_of
from web.services.visible_report import VisibleGrading
from web.text import plain

MOST_BYTES, MOST_FILES, SHOWN = 64_000, 8, 400
"""Bytes of a file and files that are compared, and lines that are shown of one."""
TOO_MUCH = (
    f"The two files are too different or too large to be compared here: at most {MOST_LINES:,} lines, "
    f"{MOST_BYTES // 1000} KB and {MOST_CHANGES} changed lines. Both can be downloaded from their attempts."
)


@dataclass(frozen=True)
class FileDiff:
    """The difference of one file. `why_not` says why it is not shown, "" if it is; `left` is how many further
    lines there are."""

    name: str
    lines: tuple[DiffLine, ...]
    added: int
    removed: int
    why_not: str = ""
    left: int = 0


@dataclass(frozen=True)
class Changed:
    """A test whose verdict or points changed."""

    before: VisibleResult
    after: VisibleResult


@dataclass(frozen=True)
class ComparePage:
    """What the page of a comparison shows."""

    membership: Membership
    assignment: Assignment
    old: Submission
    new: Submission
    people: str
    before: VisibleGrading
    after: VisibleGrading
    files: tuple[FileDiff, ...]
    changed: tuple[Changed, ...]


def page(
    session: Session, user: User, public_id: str, number: int, now: datetime, *, names_hidden: bool = False
) -> ComparePage:
    """This attempt compared with the attempt `number` of the same team. Raises Missing."""
    membership, new = submission_membership(session, user, public_id)
    old = attempts.numbered(session, new, number)
    if old is None:
        raise Missing
    before, after = (
        visible_grading_of(session, membership, one, current_grading(session, one), now) for one in (old, new)
    )
    texts = [dict(submissions.read_files(session, one)) for one in (old, new)]
    return ComparePage(
        membership=membership,
        assignment=new.assignment,
        old=old,
        new=new,
        people=shown_names.of_team(session, membership, new, hidden=names_hidden),
        before=before,
        after=after,
        files=tuple(_files(*texts)),
        changed=tuple(_changed(before, after)),
    )


def _changed(before: VisibleGrading, after: VisibleGrading) -> Iterator[Changed]:
    earlier = {test.id: test for test in before.tests}
    for test in after.tests:
        was = earlier.get(test.id)
        if was is not None and (was.state, was.earned) != (test.state, test.earned):
            yield Changed(was, test)


def _files(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[FileDiff]:
    for name in list(dict.fromkeys([*old, *new]))[:MOST_FILES]:
        yield file_diff(name, old.get(name, b""), new.get(name, b""))


def file_diff(name: str, old: bytes, new: bytes) -> FileDiff:
    """The difference of one file; what is too large is refused, with the rule."""
    if old == new:
        return FileDiff(name, (), 0, 0, "The file is the same in both attempts.")
    texts = [data.decode("utf-8-sig", "replace").splitlines() for data in (old, new)]
    try:
        if max(len(old), len(new)) > MOST_BYTES:
            raise TooMuch
        lines = diff(*texts)
    except TooMuch:
        return FileDiff(name, (), 0, 0, TOO_MUCH)
    added, removed = (sum(line.kind == kind for line in lines) for kind in ("add", "del"))
    near = list(shortened(lines))
    shown = tuple(replace(line, text=plain(line.text)) for line in near[:SHOWN])
    return FileDiff(name, shown, added, removed, left=len(near) - len(shown))
