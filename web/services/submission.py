"""One submission with its report, as this reader may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import deadlines, gradings, hand_marks, submissions
from grader.database.deadlines import Dates
from grader.database.models import Assignment, Grading, Submission, User
from grader.grading.disclosure import Release, as_seen_by
from grader.grading.visible import VisibleReport
from web.access import Membership, submission_membership
from web.backends import Backends
from web.refusals import Missing
from web.render.charts import PointBar, point_bar
from web.render.code import source_lines
from web.services import marking, pack_cache, page_budget, progress_texts, queue_position, shown_names
from web.services.causes import Cause, causes_of
from web.services.counted import Counted, counted
from web.services.fault_words import fault_words
from web.services.marking import RefusedMark, Text
from web.services.page_budget import Budget
from web.services.places import LINE_COSTS, MOST_SHOWN, SourceFile, places
from web.services.said import Said, said
from web.services.visible_report import VisibleGrading, visible_grading
from web.services.wrong_lines import is_searched_for

MOST_READ = 100_000
"""Characters of a submission's files in which a place can be shown."""


@dataclass(frozen=True)
class SubmissionPage:
    """What the page of a submission shows. `fault` says that the grading has no score by our fault, and what
    happens next; "" if it has one or is under way. `searching`: wrong lines that the reader will see are
    still looked for."""

    membership: Membership
    assignment: Assignment
    submission: Submission
    people: str
    visible: VisibleGrading
    sources: tuple[SourceFile, ...]
    attempts: tuple[Submission, ...]
    place: queue_position.QueuePosition | None
    graded_in: float | None
    version: str
    waited: float | None
    texts: Mapping[str, Text]
    fault: str
    causes: tuple[Cause, ...]
    budget: Budget
    counting: Counted
    dates: Dates
    said: Said
    names_hidden: bool = False
    refused_mark: RefusedMark | None = None
    searching: bool = False

    @property
    def bar(self) -> PointBar:
        lost = sum((test.lost for test in self.visible.done), start=self.visible.of * 0)
        got = self.visible.so_far[0]
        return point_bar(got, lost, self.visible.hidden_points, self.visible.awaiting)

    @property
    def figures(self) -> dict[str, str]:
        """The texts of a page that is updated live; empty once the grading is over."""
        if self.place is None:
            return {}
        waits = self.visible.state == "queued"
        return (
            progress_texts.waiting_figures(self.place)
            if waits
            else progress_texts.running_figures(self.visible, self.place)
        )

    @property
    def part(self) -> float:
        return progress_texts.running_part(self.visible)

    @property
    def attempts_left(self) -> int | None:
        """How many attempts are left; None means no limit."""
        allowed = self.assignment.attempts
        used = sum(not attempt.given_back for attempt in self.attempts)
        return None if allowed is None else max(0, allowed - used)


def page(
    session: Session,
    user: User,
    public_id: str,
    now: datetime,
    backends: Backends,
    address: Callable[[str], str],
    refused_mark: RefusedMark | None = None,
    *,
    names_hidden: bool = False,
) -> SubmissionPage:
    """Everything on the page of a submission that the reader may see; `address` is that of the page of a test
    with this id, `refused_mark` a mark that was not stored. Raises Missing."""
    membership, submission = submission_membership(session, user, public_id)
    grading = current_grading(session, submission)
    dates = deadlines.of_team(session, submission.assignment, submission.team_id)
    visible = visible_grading_of(session, membership, submission, grading, now, dates.release)
    under_way = visible.state in ("queued", "running")
    sources = sources_of(session, submission, visible)
    causes = causes_of(visible.tests, sources)
    return SubmissionPage(
        membership=membership,
        assignment=submission.assignment,
        submission=submission,
        people=shown_names.of_team(session, membership, submission, hidden=names_hidden),
        names_hidden=names_hidden and membership.is_staff,
        visible=visible,
        sources=sources,
        attempts=tuple(submissions.history(session, submission.assignment, submission.team)),
        place=queue_position.place(session, grading, backends) if under_way else None,
        graded_in=_seconds(grading.started_at, grading.finished_at),
        version=f"{grading.pack_version.pack.slug} v{grading.pack_version.number}",
        waited=_seconds(grading.created_at, grading.started_at),
        texts=marking.texts(session, submission, visible) if membership.is_staff else {},
        fault=fault_words(grading, now, membership.course.zone),
        causes=causes,
        budget=page_budget.for_causes(causes, [t for t in visible.tests if not t.is_bad], address),
        counting=counted(
            session, membership, submission.assignment, submission.team_id, dates.release.reached(now)
        ),
        dates=dates,
        said=said(session, membership, submission, visible),
        refused_mark=refused_mark,
        searching=is_searched_for(session, grading, visible),
    )


def current_grading(session: Session, submission: Submission) -> Grading:
    """The grading to show: the one that is queued or running, else the one that counts. Raises Missing."""
    latest = gradings.latest(session, submission, report=True)
    if latest is not None and not latest.state.is_over:
        return latest
    counting = gradings.deciding(session, submission, report=True)
    if counting is None:
        raise Missing
    return counting


def visible_grading_of(
    session: Session,
    membership: Membership,
    submission: Submission,
    grading: Grading,
    now: datetime,
    release: Release | None = None,
    changed: Mapping[str, Decimal] | None = None,
) -> VisibleGrading:
    """The grading as this reader may see it; `release` is that of the submission's team, and `changed` the
    points that a person changed for it, if they are known."""
    pack = pack_cache.pack_of(session, grading.pack_version)
    report = hand_marks.report_of(session, grading, changed)
    terms = (now, release or release_of(session, submission), submission.number)
    return visible_grading(grading, pack, membership.sees_as, *terms, report=report)


def release_of(session: Session, submission: Submission) -> Release:
    """When the submission's team sees hidden results, and how much of a diagnosis."""
    return deadlines.of_team(session, submission.assignment, submission.team_id).release


def report_of(session: Session, user: User, public_id: str, now: datetime) -> VisibleReport:
    """The finished report as the reader may see it, for download. Raises Missing."""
    membership, submission = submission_membership(session, user, public_id)
    grading = current_grading(session, submission)
    report = hand_marks.report_of(session, grading)
    if report is None:
        raise Missing
    return as_seen_by(report, membership.sees_as, now, release_of(session, submission), submission.number)


def arguments(session: Session, user: User, public_id: str, test_id: str, now: datetime) -> bytes:
    """The .npz file of a failing call's arguments. Raises Missing, also if the reader may not have it."""
    for result in report_of(session, user, public_id, now).results:
        if result.id == test_id and result.arguments:
            return result.arguments
    raise Missing


def file_bytes(session: Session, user: User, public_id: str, name: str) -> bytes:
    """One file as it was handed in. Raises Missing."""
    _, submission = submission_membership(session, user, public_id)
    for known, data in submissions.read_files(session, submission):
        if known == name:
            return data
    raise Missing


def sources_of(session: Session, submission: Submission, visible: VisibleGrading) -> tuple[SourceFile, ...]:
    """The files of a submission as its page shows them."""
    return tuple(_sources(submission, submissions.read_files(session, submission), visible))


def _sources(
    submission: Submission, files: Iterable[tuple[str, bytes]], visible: VisibleGrading
) -> Iterator[SourceFile]:
    """The files of the page; together they take as much of it as MOST_SHOWN says."""
    left, markup = MOST_READ, MOST_SHOWN
    for name, data in files:
        source = _source(submission, name, data, visible, left, markup)
        left = max(0, left - len(data))
        markup = max(0, markup - sum(len(line.html) + LINE_COSTS for line in source.shown))
        yield source


def _source(
    submission: Submission, name: str, data: bytes, visible: VisibleGrading, most: int, markup: int
) -> SourceFile:
    text = data.decode("utf-8-sig", "replace")
    sha256 = next(file.sha256 for file in submission.files if file.name == name)
    lines = source_lines(text, python=name.endswith(".py"), most=most)
    hits = frozenset(place.line for place in places(visible.tests, [name]))
    return SourceFile(name, sha256, len(data), lines, len(text.rstrip("\n").split("\n")), hits, markup)


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else (end - start).total_seconds()
