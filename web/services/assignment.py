"""An assignment's page: the handout, the form to hand in, the attempts so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup
from sqlalchemy.orm import Session

from grader.database import attempts, courses, deadlines, submissions
from grader.database.deadlines import Dates
from grader.database.groups import Group
from grader.database.models import Assignment, User
from grader.packs import FileRow, Outline
from grader.values import Visibility
from web.access import Membership, assignment_membership
from web.services import groups, pack_cache, student_terms
from web.services.attempts import Attempt, rows
from web.services.counted import Counted, counted
from web.services.student_terms import StudentTerms

LISTED = 5
"""Attempts that the page lists; the history has all of them."""


@dataclass(frozen=True)
class AssignmentPage:
    """What the page of an assignment shows; `dates` are those of the reader's team."""

    membership: Membership
    assignment: Assignment
    dates: Dates
    group: Group | None
    terms: StudentTerms
    handout: Markup
    files: tuple[FileRow, ...]
    attempts: tuple[Attempt, ...]
    made: int
    used: int
    counting: Counted
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
        return None if allowed is None else max(0, allowed - self.used)

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
    def sees_hidden(self) -> bool:
        """Whether the points shown include those of hidden tests."""
        return self.membership.is_staff or self.dates.release.reached(self.now)

    @property
    def is_late(self) -> bool:
        return self.now > self.dates.due_at


def page(session: Session, user: User, course: str, slug: str, now: datetime) -> AssignmentPage:
    """Everything on the page of an assignment that the reader may see. Raises Missing."""
    membership, assignment = assignment_membership(session, user, course, slug, now)
    cached = pack_cache.cached(session, assignment.pack_version)
    pack = cached.pack
    hidden = [row for row in pack.tests if row.visibility is Visibility.HIDDEN]
    team = courses.team_on(session, assignment, membership.user)
    dates = deadlines.of_team(session, assignment, team.id if team else None)
    released = membership.is_staff or dates.release.reached(now)
    counting = counted(session, membership, assignment, team.id if team else 0, released)
    listed = attempts.page(session, assignment, team, limit=LISTED) if team else ()
    return AssignmentPage(
        membership=membership,
        assignment=assignment,
        dates=dates,
        group=groups.of_reader(session, membership, assignment),
        terms=student_terms.of_student(session, membership, assignment, team, dates, now),
        handout=cached.handout,
        files=pack.manifest.files,
        attempts=rows(
            session, listed, counting.submission.id if counting.submission else None, full=released
        ),
        made=attempts.count(session, assignment, team) if team else 0,
        used=submissions.attempts_used(session, assignment, team) if team else 0,
        counting=counting,
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


def _limits(pack: Outline) -> str:
    limits = pack.manifest.limits
    return f"{limits.cpu_s:g} s CPU, {limits.memory_mb} MB, {limits.output_kb} KB of output a test"
