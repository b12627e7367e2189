"""An assignment's page: the handout, the form to hand in, the attempts so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup
from sqlalchemy.orm import Session

from grader.database import courses, deadlines, gradings, hand_marks, submissions
from grader.database.deadlines import Dates
from grader.database.models import Assignment, GradeSummary, Submission, Team, User
from grader.packs import FileRow, Outline
from grader.values import Visibility
from web.access import Membership, assignment_membership
from web.services import pack_cache, student_terms
from web.services.student_terms import StudentTerms
from web.services.visible_report import VisibleGrading, visible_grading


@dataclass(frozen=True)
class Attempt:
    """One row of the history; `counts` marks the attempt that counts, as far as the reader may see it."""

    submission: Submission
    visible: VisibleGrading
    counts: bool

    @property
    def verdict(self) -> str:
        """One word for the whole attempt: the first bad verdict that the reader may see, or the state."""
        if self.visible.state != "done":
            return "internal" if self.visible.state == "stopped" else self.visible.state
        bad = [test.state for test in self.visible.tests if test.is_bad or test.state == "internal"]
        by_hand = [test.state for test in self.visible.tests if test.state in ("marking", "marked")]
        return next(iter([*bad, *sorted(by_hand, reverse=True)]), "passed")

    @property
    def finding(self) -> str:
        """Title and message of the first failed test, "" if there is none."""
        bad = [test for test in self.visible.tests if test.is_bad]
        return f"{bad[0].title}: {bad[0].message.splitlines()[0]}" if bad and bad[0].message else ""


@dataclass(frozen=True)
class AssignmentPage:
    """What the page of an assignment shows; `dates` are those of the reader's team."""

    membership: Membership
    assignment: Assignment
    dates: Dates
    terms: StudentTerms
    handout: Markup
    files: tuple[FileRow, ...]
    attempts: tuple[Attempt, ...]
    visible_tests: int
    visible_points: Decimal
    hidden_tests: int
    hidden_points: Decimal
    bundle_size: int
    limits: str
    pack_id: str
    now: datetime

    @property
    def file_names(self) -> str:
        return ", ".join(row.name for row in self.files)

    @property
    def one_file(self) -> FileRow | None:
        return self.files[0] if len(self.files) == 1 else None

    @property
    def attempts_left(self) -> int | None:
        """How many attempts are left; None means no limit."""
        allowed = self.assignment.attempts
        used = sum(not attempt.submission.given_back for attempt in self.attempts)
        return None if allowed is None else max(0, allowed - used)

    @property
    def is_open(self) -> bool:
        return self.dates.is_open(self.now) and self.assignment.hidden_at is None

    @property
    def closed_reason(self) -> str:
        """Why nothing can be handed in now; "" if it is possible, as it always is for staff."""
        if self.membership.is_staff:
            return ""
        if not self.is_open:
            return "The assignment is closed."
        return "All attempts are used." if self.attempts_left == 0 else ""

    @property
    def is_late(self) -> bool:
        return self.now > self.dates.due_at

    @property
    def best(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.counts), None)


def page(session: Session, user: User, course: str, slug: str, now: datetime) -> AssignmentPage:
    """Everything on the page of an assignment that the reader may see. Raises Missing."""
    membership, assignment = assignment_membership(session, user, course, slug, now)
    cached = pack_cache.cached(session, assignment.pack_version)
    pack = cached.pack
    hidden = [row for row in pack.tests if row.visibility is Visibility.HIDDEN]
    team = courses.team_of(session, membership.course, membership.user)
    dates = deadlines.of_team(session, assignment, team.id if team else None)
    return AssignmentPage(
        membership=membership,
        assignment=assignment,
        dates=dates,
        terms=student_terms.of_student(session, membership, assignment, team, dates, now),
        handout=cached.handout,
        files=pack.manifest.files,
        attempts=_attempts(session, membership, assignment, team, dates, now),
        visible_tests=len(pack.tests) - len(hidden),
        visible_points=pack.visible_points,
        hidden_tests=len(hidden),
        hidden_points=pack.total_points - pack.visible_points,
        bundle_size=pack.page.bundle_size,
        limits=_limits(pack),
        pack_id=pack.id,
        now=now,
    )


def starter(session: Session, user: User, course: str, slug: str, now: datetime) -> tuple[str, bytes]:
    """File name and bytes of the students' bundle. Raises Missing."""
    _, assignment = assignment_membership(session, user, course, slug, now)
    cached = pack_cache.cached(session, assignment.pack_version)
    return f"{cached.pack.id}.zip", pack_cache.bundle(session, assignment.pack_version)


def _attempts(
    session: Session,
    membership: Membership,
    assignment: Assignment,
    team: Team | None,
    dates: Dates,
    now: datetime,
) -> tuple[Attempt, ...]:
    """The reader's own attempts, latest first."""
    history = submissions.history(session, assignment, team) if team else ()
    rows = [(row, _visible_grading(session, membership, dates, row, now)) for row in history]
    summary = session.get(GradeSummary, (assignment.id, team.id)) if team else None
    released = membership.is_staff or dates.release.reached(now)
    counts = summary and (summary.counts_id if released else summary.visible_counts_id)
    return tuple(Attempt(row, visible, row.id == counts) for row, visible in rows)


def _visible_grading(
    session: Session, membership: Membership, dates: Dates, submission: Submission, now: datetime
) -> VisibleGrading:
    latest = gradings.latest(session, submission, report=True)
    under_way = latest is not None and not latest.state.is_over
    grading = latest if under_way else gradings.deciding(session, submission, report=True)
    assert grading is not None, "a submission is stored and queued in the same transaction"
    pack = pack_cache.pack_of(session, grading.pack_version)
    report = hand_marks.report_of(session, grading)
    return visible_grading(
        grading, pack, membership.sees_as, now, dates.release, submission.number, report=report
    )


def _limits(pack: Outline) -> str:
    limits = pack.manifest.limits
    return f"{limits.cpu_s:g} s CPU, {limits.memory_mb} MB, {limits.output_kb} KB of output a test"
