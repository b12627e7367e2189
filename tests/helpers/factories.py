"""Makes valid rows; keywords set what matters to a test."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import assignments, claims, courses, gradings, packs, results, submissions, users
from grader.database.models import (
    Assignment,
    Course,
    CourseRole,
    Grading,
    Lane,
    PackVersion,
    ReleaseRule,
    Submission,
    User,
)
from grader.grading.report import GradedFile, PackIdentity, Report, Result
from grader.values import Cause, Mode, Verdict, Visibility
from tests.helpers.small_pack import small_version

NOON = datetime(2026, 10, 14, 12, tzinfo=UTC)
_numbers = itertools.count(1)


def make_course(session: Session, slug: str | None = None) -> Course:
    return courses.create(session, slug or f"nn-{next(_numbers)}", "Neural Networks", zone="Europe/Zurich")


def make_user(
    session: Session, name: str, course: Course | None = None, role: CourseRole = CourseRole.STUDENT
) -> User:
    user = users.create(session, f"{name}{next(_numbers)}@example.org", name, "hash")
    if course is not None:
        courses.enrol(session, course, user, role)
    return user


def make_version(session: Session, course: Course | None = None, **values: str) -> PackVersion:
    number = next(_numbers)
    new = packs.NewVersion(
        slug=values.get("slug", f"pack-{number}"),
        title="A pack",
        content_digest=values.get("content", f"content-{number}"),
        grading_digest=values.get("grading", f"grading-{number}"),
        zip_bytes=values.get("zip", "zip").encode(),
    )
    return packs.ship(session, new) if course is None else packs.add_version(session, course, new, by=None)


def make_assignment(
    session: Session,
    course: Course | None = None,
    *,
    version: PackVersion | None = None,
    attempts: int | None = None,
    release: ReleaseRule = ReleaseRule.AFTER_DUE,
    late_until: datetime | None = None,
) -> Assignment:
    course = course or make_course(session)
    terms = assignments.Terms(
        opens_at=NOON - timedelta(days=7),
        due_at=NOON + timedelta(days=7),
        closes_at=late_until,
        release=release,
        attempts=attempts,
    )
    slug = f"backprop-{next(_numbers)}"
    version = version or make_version(session)
    return assignments.create(session, course, version, slug, "Backpropagation", terms, by=None)


def make_gradable(session: Session) -> Assignment:
    """An assignment of the small pack, which can really be graded."""
    return make_assignment(session, version=packs.ship(session, small_version()))


def make_submission(
    session: Session,
    assignment: Assignment | None = None,
    user: User | None = None,
    *,
    at: datetime = NOON,
    text: bytes = b"x = 1\n",
) -> Submission:
    assignment = assignment or make_assignment(session)
    user = user or make_user(session, "alice", assignment.course)
    return submissions.submit(session, assignment, user, [("mlp.py", text)], at)


def row(
    test_id: str, earned: int | str | None = 10, points: int | str = 10, *, hidden: bool = False
) -> Result:
    """A result: INTERNAL if `earned` is None, FAILED if it is 0, else PASSED."""
    verdict = Verdict.INTERNAL if earned is None else Verdict.PASSED if Decimal(earned) else Verdict.FAILED
    return Result(
        id=test_id,
        title=f"Test {test_id}",
        points=Decimal(points),
        visibility=Visibility.HIDDEN if hidden else Visibility.VISIBLE,
        verdict=verdict,
        earned=None if earned is None else Decimal(earned),
        cause=Cause.SYSTEM if earned is None else None,
    )


def make_report(*rows: Result) -> Report:
    """A report with these results."""
    return Report(
        pack=PackIdentity("pack", "A pack", "content", "grading"),
        files=(GradedFile("mlp.py", "0" * 64),),
        results=rows,
        mode=Mode.UNPRIVILEGED,
    )


def grade(session: Session, *rows: Result, failure: str = "") -> Grading:
    """Claim the next waiting job and finish it with these results."""
    held = claims.claim(session, claims.Claimant("test-worker", bulk_limit=9))
    assert held is not None
    assert results.finish_grading(session, held, make_report(*rows), failure)
    return session.get_one(Grading, held.job_id)


def queue_bulk(session: Session, submission: Submission) -> Grading:
    """Queue one more grading of the submission, in the bulk lane."""
    return gradings.enqueue(session, submission, Lane.BULK)
