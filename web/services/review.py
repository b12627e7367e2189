"""The review of a submission: a file with its comments, the points of each row, and what staff can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import comment_pool, comments, results, submissions
from grader.database.models import Assignment, Comment, SavedComment, Submission, User
from grader.grading.visible import VisibleResult
from web.access import Membership, submission_membership
from web.render.code import SourceLine, source_lines
from web.services import marking, review_place, shown_names
from web.services.causes import Cause, causes_of
from web.services.marking import RefusedMark, Text
from web.services.places import LINE_COSTS, places
from web.services.review_place import QueuePlace
from web.services.said import Changed, changed
from web.services.submission import current_grading, visible_grading_of
from web.services.visible_report import VisibleGrading

MOST_LINES, MOST_MARKUP = 300, 40_000
"""Lines, and characters of their markup, that one page shows of a file."""
TALK_MOST = 24_000
"""Characters of comments that one page shows whole; later ones are cut, and their own page has them."""


@dataclass(frozen=True)
class Ask:
    """What a reader asks the page for: the number of a file and its first line, the line whose form is open,
    the comment that is changed, one that was deleted just now, and the filter of the queue."""

    file: int = 0
    start: int = 1
    line: int | None = None
    edit: int = 0
    deleted: int = 0
    only: str = ""


@dataclass(frozen=True)
class Typed:
    """A form that was refused, as it was typed: which one ("comment", "override"), its fields, and why."""

    form: str
    values: Mapping[str, str]
    fault: str


@dataclass(frozen=True)
class Row:
    """A row of the report: as it counts, and the points that were found without a person."""

    test: VisibleResult
    found: Decimal | None
    change: Changed | None


@dataclass(frozen=True)
class Window:
    """The lines of a file that the page shows, and the first lines of the parts before and after."""

    name: str
    number: int
    lines: tuple[SourceLine, ...]
    line_count: int
    hits: frozenset[int]
    before: int | None
    after: int | None


@dataclass(frozen=True)
class ReviewPage:
    """What the page of a review shows; `queue` and what follows it are for staff."""

    membership: Membership
    assignment: Assignment
    submission: Submission
    heading: str
    visible: VisibleGrading
    window: Window | None
    files: tuple[str, ...]
    comments: Sequence[Comment]
    rows: tuple[Row, ...]
    causes: tuple[Cause, ...]
    ask: Ask
    cut_at: int
    names_hidden: bool = False
    queue: QueuePlace | None = None
    pool: Sequence[SavedComment] = ()
    texts: Mapping[str, Text] | None = None
    attempts: Sequence[Submission] = ()
    deleted: Comment | None = None
    typed: Typed | None = None
    refused_mark: RefusedMark | None = None

    def at(self, line: int) -> list[Comment]:
        """The comments on this line of the file that is shown."""
        name = self.window.name if self.window else ""
        return [row for row in self.comments if row.line == line and row.file == name]

    @property
    def talked(self) -> tuple[int, ...]:
        """The lines that are shown and have comments."""
        return tuple(
            line.number for line in (self.window.lines if self.window else ()) if self.at(line.number)
        )

    @property
    def on_all(self) -> list[Comment]:
        """The comments on all of the submission."""
        return [row for row in self.comments if not row.line]

    @property
    def found(self) -> Decimal:
        """The points that were found without a person, as far as this reader sees."""
        return sum((row.found or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def may_write(self) -> bool:
        """Whether the reader may comment and change points."""
        return self.membership.is_staff and self.membership.course.archived_at is None


def page(
    session: Session,
    user: User,
    public_id: str,
    now: datetime,
    ask: Ask,
    *,
    names_hidden: bool = False,
    typed: Typed | None = None,
    refused_mark: RefusedMark | None = None,
) -> ReviewPage:
    """The review of a submission as this reader may see it; its team sees the comments and can't write.
    Raises Missing."""
    membership, submission = submission_membership(session, user, public_id)
    grading = current_grading(session, submission)
    visible = visible_grading_of(session, membership, submission, grading, now)
    changes = changed(session, submission, visible)
    found = results.earned_of(session, grading.id)
    files = submissions.read_files(session, submission)
    written = comments.of_submission(session, submission)
    names_hidden = names_hidden and membership.is_staff
    common = {
        "membership": membership,
        "assignment": submission.assignment,
        "submission": submission,
        "visible": visible,
        "window": _window(files, visible, written, ask),
        "files": tuple(name for name, _ in files),
        "comments": written,
        "rows": tuple(Row(t, found.get(t.id), changes.get(t.id)) for t in visible.tests),
        "causes": causes_of(visible.tests, ()),
        "ask": ask,
        "cut_at": max(400, TALK_MOST // max(1, len(written))),
    }
    if not membership.is_staff:
        return ReviewPage(heading="", **common)  # type: ignore[arg-type]
    queue = review_place.place(session, submission.assignment, user, submission.team_id, ask.only)
    gone = comments.by_id(session, submission, ask.deleted) if ask.deleted else None
    return ReviewPage(
        **common,  # type: ignore[arg-type]
        heading=shown_names.of_team(session, membership, submission, hidden=names_hidden),
        names_hidden=names_hidden,
        queue=queue,
        pool=comment_pool.offered(session, membership.course.id),
        texts=marking.texts(session, submission, visible),
        attempts=submissions.history(session, submission.assignment, submission.team)[:12],
        deleted=gone if gone is not None and gone.deleted_at is not None else None,
        typed=typed,
        refused_mark=refused_mark,
    )


def _window(
    files: Sequence[tuple[str, bytes]], visible: VisibleGrading, written: Sequence[Comment], ask: Ask
) -> Window | None:
    """The part of the file that the reader asks for; the part with a comment that is changed."""
    if not files:
        return None
    edited = next((row for row in written if row.id == ask.edit and row.file), None)
    names = [name for name, _ in files]
    number = names.index(edited.file) if edited and edited.file in names else min(ask.file, len(files) - 1)
    name, data = files[number]
    lines = source_lines(data.decode("utf-8-sig", "replace"), python=name.endswith(".py"))
    wanted = edited.line if edited else ask.line or ask.start
    parts = _parts(lines)
    at = max((i for i, part in enumerate(parts) if part[0].number <= wanted), default=0)
    shown = parts[at] if parts else ()
    hits: frozenset[int] = frozenset(place.line for place in places(visible.tests, [name]))
    return Window(
        name,
        number,
        shown,
        len(lines),
        hits,
        parts[at - 1][0].number if at else None,
        parts[at + 1][0].number if at + 1 < len(parts) else None,
    )


def _parts(lines: tuple[SourceLine, ...]) -> list[tuple[SourceLine, ...]]:
    """The lines in parts that each fit on a page."""
    parts: list[list[SourceLine]] = []
    left = 0
    for line in lines:
        left -= len(line.html) + LINE_COSTS
        if left < 0 or len(parts[-1]) >= MOST_LINES:
            parts.append([])
            left = MOST_MARKUP - len(line.html) - LINE_COSTS
        parts[-1].append(line)
    return [tuple(part) for part in parts]
