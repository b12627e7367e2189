"""Regrades: submissions of an assignment graded again, looked at, and then applied or discarded.

Until a regrade is applied, its gradings count for nothing. `regrade_queue` grades, and `regrade_changes` says
what applying would change.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import audit, grade_summary
from grader.database.errors import StoreError
from grader.database.models import Assignment, PackState, PackVersion, Regrade, RegradeState, User
from grader.database.models.base import utc_now
from grader.database.regrade_changes import teams_of
from grader.database.regrade_choice import stale
from grader.database.regrade_list import UNDECIDED, undecided
from grader.database.regrade_queue import feed, take_back


class RegradeUnderWay(StoreError):
    """Another regrade of the assignment is neither applied nor discarded."""

    def __init__(self) -> None:
        super().__init__("Another regrade of this assignment is not decided; apply or discard it first")


def start(
    session: Session,
    assignment: Assignment,
    version: PackVersion,
    submission_ids: Iterable[int],
    *,
    why: str,
    by: User,
) -> Regrade:
    """Begin to grade these submissions with this version; notify after the commit. `why` says for people
    which were chosen. Raises RegradeUnderWay, StoreError if there is nothing to grade or the version is not
    a published one of the assignment's pack."""
    session.execute(select(Assignment.id).where(Assignment.id == assignment.id).with_for_update())
    if undecided(session, assignment) is not None:
        raise RegradeUnderWay
    if version.pack_id != assignment.pack_version.pack_id:
        raise StoreError("This is a version of another pack than the assignment's")
    if version.state is not PackState.PUBLISHED:
        raise StoreError("This version of the pack is not published")
    wanted = sorted(set(submission_ids))
    if not wanted:
        raise StoreError("No submission was chosen")
    regrade = Regrade(
        assignment=assignment,
        pack_version=version,
        selection={"why": why, "submissions": wanted},
        size=len(wanted),
        by_id=by.id,
    )
    session.add(regrade)
    _note(session, regrade, "regrade.started", by, version=version.number, size=len(wanted), selection=why)
    feed(session, regrade)
    return regrade


def stop(session: Session, regrade: Regrade, *, by: User) -> None:
    """Queue no more gradings, and take back those that wait; those that run end. Raises StoreError."""
    _must_be(session, regrade, RegradeState.RUNNING)
    take_back(session, regrade)
    regrade.state = RegradeState.STOPPED
    _note(session, regrade, "regrade.stopped", by)


def resume(session: Session, regrade: Regrade, *, by: User) -> None:
    """Go on with a regrade that was stopped; notify after the commit. Raises StoreError."""
    _must_be(session, regrade, RegradeState.STOPPED)
    regrade.state = RegradeState.RUNNING
    _note(session, regrade, "regrade.resumed", by)
    feed(session, regrade)


def discard(session: Session, regrade: Regrade, *, by: User) -> None:
    """Keep everything as it was; the gradings stay for the record. Raises StoreError."""
    _must_be(session, regrade, *UNDECIDED)
    take_back(session, regrade)
    _decide(session, regrade, RegradeState.DISCARDED, by)


def apply(session: Session, regrade: Regrade, *, by: User) -> tuple[int, ...]:
    """Let the gradings count, and grade with this version from now on. Returns the ids of submissions that
    came since the regrade began and that the version has not graded: start a regrade of them. Raises
    StoreError unless every grading has ended."""
    _must_be(session, regrade, RegradeState.READY)
    assignment = regrade.assignment
    before, assignment.pack_version = assignment.pack_version, regrade.pack_version
    _decide(session, regrade, RegradeState.APPLIED, by, version_before=before.number)
    teams = session.scalars(teams_of(regrade)).all()
    grade_summary.refresh_all(session, assignment, teams)
    return stale(session, assignment)


def _must_be(session: Session, regrade: Regrade, *states: RegradeState) -> None:
    session.flush()
    session.refresh(regrade, ["state"], with_for_update=True)
    if regrade.state not in states:
        raise StoreError(f"This regrade is {regrade.state}, so that is not possible any more")


def _decide(session: Session, regrade: Regrade, state: RegradeState, by: User, **detail: Any) -> None:
    regrade.state, regrade.decided_by_id, regrade.decided_at = state, by.id, utc_now()
    _note(session, regrade, f"regrade.{state}", by, **detail)


def _note(session: Session, regrade: Regrade, action: str, by: User, **detail: Any) -> None:
    course_id = regrade.assignment.course_id
    audit.note(
        session, action, regrade, by=by, course_id=course_id, assignment=regrade.assignment.id, **detail
    )
