"""Regrades: submissions of an assignment graded again, looked at, and then applied or discarded.

The gradings wait in the bulk lane, a few at a time, so that a regrade of a whole term delays nobody: each
that ends queues the next. Until the regrade is applied they count for nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, delete, exists, func, select
from sqlalchemy.orm import Session, joinedload

from grader.database import audit, counted_attempts, grade_summary
from grader.database.applied import row_applies
from grader.database.errors import StoreError
from grader.database.models import (
    Assignment,
    GradeSummary,
    Grading,
    Job,
    JobState,
    Lane,
    PackState,
    PackVersion,
    Regrade,
    RegradeState,
    Submission,
    User,
)
from grader.database.models.base import utc_now

AHEAD = 20  # gradings of one regrade that wait or run at once
UNDECIDED = (RegradeState.RUNNING, RegradeState.STOPPED, RegradeState.READY)
OPEN = (JobState.QUEUED, JobState.RUNNING)
SHOWN = (joinedload(Regrade.pack_version).joinedload(PackVersion.pack), joinedload(Regrade.by))
_gradings = cast(Table, Grading.__table__)


class RegradeUnderWay(StoreError):
    """Another regrade of the assignment is neither applied nor discarded."""

    def __init__(self) -> None:
        super().__init__("Another regrade of this assignment is not decided; apply or discard it first")


def counting(session: Session, assignment: Assignment) -> tuple[int, ...]:
    """The ids of the attempts that count now, and of the latest where none counts."""
    rows = session.execute(counted_attempts.ids(assignment))
    return tuple(sorted(submission for _, submission in rows))


def latest(session: Session, assignment: Assignment) -> tuple[int, ...]:
    """The ids of each team's latest attempt."""
    query = select(func.max(Submission.id)).where(Submission.assignment_id == assignment.id)
    return tuple(sorted(session.scalars(query.group_by(Submission.team_id)).all()))


def every(session: Session, assignment: Assignment) -> tuple[int, ...]:
    """The ids of all attempts."""
    query = select(Submission.id).where(Submission.assignment_id == assignment.id).order_by(Submission.id)
    return tuple(session.scalars(query).all())


def sizes(session: Session, assignment: Assignment) -> dict[str, int]:
    """How many attempts `counting`, `latest` and `every` give, by "counting", "latest" and "all"."""
    own = Submission.assignment_id == assignment.id
    teams, every = session.execute(
        select(func.count(Submission.team_id.distinct()), func.count()).where(own)
    ).one()
    return {"counting": teams, "latest": teams, "all": every}


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


def feed(session: Session, regrade: Regrade) -> int:
    """Queue the next gradings of a regrade that runs; returns how many. It is READY once all have ended."""
    session.flush()
    session.refresh(regrade, ["state"], with_for_update=True)
    if regrade.state is not RegradeState.RUNNING:
        return 0
    waiting = _count_open(session, regrade)
    left = _left(session, regrade)
    chosen = left[: max(0, AHEAD - waiting)]
    team_of = {
        id: team_id
        for id, team_id in session.execute(
            select(Submission.id, Submission.team_id).where(Submission.id.in_(chosen))
        )
    }
    session.add_all(
        Grading(
            submission_id=id,
            assignment_id=regrade.assignment_id,
            pack_version_id=regrade.pack_version_id,
            team_id=team_of[id],
            lane=Lane.BULK,
            regrade_id=regrade.id,
        )
        for id in chosen
    )
    if not left and not waiting:
        regrade.state = RegradeState.READY
    session.flush()
    return len(chosen)


def _count_open(session: Session, regrade: Regrade) -> int:
    open_jobs = select(func.count()).select_from(_gradings).join(Job, Job.id == _gradings.c.id)
    return session.execute(
        open_jobs.where(_gradings.c.regrade_id == regrade.id, Job.state.in_(OPEN))
    ).scalar_one()


def _left(session: Session, regrade: Regrade) -> Sequence[int]:
    """The submissions without a grading of this regrade yet. They get one in the order of their ids, so most
    of the time only the last one is asked for."""
    wanted: list[int] = regrade.selection["submissions"]
    last = select(func.max(_gradings.c.submission_id)).where(_gradings.c.regrade_id == regrade.id)
    left = wanted[bisect_right(wanted, session.execute(last).scalar_one() or 0) :]
    if left:
        return left
    own = select(_gradings.c.submission_id).where(_gradings.c.regrade_id == regrade.id)
    return sorted(set(wanted) - set(session.scalars(own)))  # those that were taken back


def ended(session: Session, grading: Grading) -> None:
    """Go on with the regrade of a grading that has just ended, in the same transaction."""
    regrade = session.get(Regrade, grading.regrade_id)
    if regrade is not None:
        feed(session, regrade)


def stop(session: Session, regrade: Regrade, *, by: User) -> None:
    """Queue no more gradings, and take back those that wait; those that run end. Raises StoreError."""
    _must_be(session, regrade, RegradeState.RUNNING)
    _take_back(session, regrade)
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
    _take_back(session, regrade)
    _decide(session, regrade, RegradeState.DISCARDED, by)


def apply(session: Session, regrade: Regrade, *, by: User) -> tuple[int, ...]:
    """Let the gradings count, and grade with this version from now on. Returns the ids of submissions that
    came since the regrade began and that the version has not graded: start a regrade of them. Raises
    StoreError unless every grading has ended."""
    _must_be(session, regrade, RegradeState.READY)
    assignment = regrade.assignment
    before, assignment.pack_version = assignment.pack_version, regrade.pack_version
    _decide(session, regrade, RegradeState.APPLIED, by, version_before=before.number)
    teams = session.scalars(_teams(regrade)).all()
    grade_summary.refresh_all(session, assignment, teams)
    return stale(session, assignment)


def _teams(regrade: Regrade) -> Select[int]:
    """The ids of the teams with a grading of the regrade."""
    joined = select(Submission.team_id).join(_gradings, _gradings.c.submission_id == Submission.id)
    return joined.where(_gradings.c.regrade_id == regrade.id).distinct()


@dataclass(frozen=True)
class Change:
    """The points of a team now, and as they would be after the regrade; None without a score."""

    team_id: int
    before: Decimal | None
    after: Decimal | None

    @property
    def difference(self) -> Decimal:
        """What the team gains; with no score, as if it had 0 points."""
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


def changes(session: Session, regrade: Regrade) -> tuple[Change, ...]:
    """What applying it would change, for every team with a graded submission of it: the largest losses
    first, then the gains. Points of teams for whom every grading found the same as before are not computed
    again: they stay."""
    graded = session.scalars(_teams(regrade).where(_gradings.c.score.is_not(None))).all()
    assignment = regrade.assignment
    own = GradeSummary.assignment_id == assignment.id
    points = select(GradeSummary.team_id, GradeSummary.points).where(own)
    before = {team: value for team, value in session.execute(points)}
    others = session.scalars(_teams(regrade).where(_gradings.c.score.is_not(None), ~_found_before(regrade)))
    after = grade_summary.compute_all(session, assignment, others.all(), regrade_id=regrade.id)
    rows = [
        Change(team, before.get(team), after[team]["points"] if team in after else before.get(team))
        for team in graded
    ]
    return tuple(sorted(rows, key=lambda row: (row.difference, row.team_id)))


def _found_before(regrade: Regrade) -> ColumnElement[bool]:
    """The condition that a grading of the regrade has the same sums as the one that it would replace: the
    newest with a score that counts now."""
    now, newer = _gradings.alias(), _gradings.alias()
    sums = ("score", "max_score", "visible_score", "visible_max", "awaiting", "visible_awaiting")
    scored = (now.c.score.is_not(None), row_applies(now))
    replaced = exists().where(
        newer.c.submission_id == now.c.submission_id,
        newer.c.id > now.c.id,
        newer.c.score.is_not(None),
        row_applies(newer),
    )
    return exists().where(
        now.c.assignment_id == regrade.assignment_id,
        now.c.submission_id == _gradings.c.submission_id,
        *scored,
        ~replaced,
        *(now.c[name] == _gradings.c[name] for name in sums),
    )


def stale(session: Session, assignment: Assignment) -> tuple[int, ...]:
    """The ids of the attempts that count now by a grading with another version of the pack."""
    return tuple(sorted(session.scalars(_stale(assignment, GradeSummary.counts_id))))


def count_stale(session: Session, assignment: Assignment) -> int:
    """How many those are."""
    return int(session.execute(_stale(assignment, func.count())).scalar_one())


def _stale(assignment: Assignment, what: Any) -> Select[Any]:
    own = (GradeSummary.assignment_id == assignment.id, GradeSummary.counts_id.is_not(None))
    other = _gradings.c.pack_version_id != assignment.pack_version_id
    graded = _gradings.c.id == GradeSummary.grading_id
    return select(what).select_from(GradeSummary).join(_gradings, graded).where(*own, other)


def _must_be(session: Session, regrade: Regrade, *states: RegradeState) -> None:
    session.flush()
    session.refresh(regrade, ["state"], with_for_update=True)
    if regrade.state not in states:
        raise StoreError(f"This regrade is {regrade.state}, so that is not possible any more")


def _take_back(session: Session, regrade: Regrade) -> None:
    """Delete the gradings of the regrade that wait."""
    waiting = select(_gradings.c.id).join(Job, Job.id == _gradings.c.id)
    waiting = waiting.where(_gradings.c.regrade_id == regrade.id, Job.state == JobState.QUEUED)
    ids = session.scalars(waiting.with_for_update()).all()
    session.execute(delete(_gradings).where(_gradings.c.id.in_(ids)))
    session.execute(delete(cast(Table, Job.__table__)).where(Job.id.in_(ids), Job.state == JobState.QUEUED))


def _decide(session: Session, regrade: Regrade, state: RegradeState, by: User, **detail: Any) -> None:
    regrade.state, regrade.decided_by_id, regrade.decided_at = state, by.id, utc_now()
    _note(session, regrade, f"regrade.{state}", by, **detail)


def _note(session: Session, regrade: Regrade, action: str, by: User, **detail: Any) -> None:
    course_id = regrade.assignment.course_id
    audit.note(
        session, action, regrade, by=by, course_id=course_id, assignment=regrade.assignment.id, **detail
    )


def undecided(session: Session, assignment: Assignment) -> Regrade | None:
    """The regrade of the assignment that is neither applied nor discarded, if there is one."""
    query = select(Regrade).where(Regrade.assignment_id == assignment.id, Regrade.state.in_(UNDECIDED))
    return session.scalar(query.order_by(Regrade.id.desc()).limit(1))


def by_public_id(session: Session, assignment: Assignment, public_id: str) -> Regrade | None:
    """The regrade of this assignment with this public id; None if there is none."""
    own = (Regrade.assignment_id == assignment.id, Regrade.public_id == public_id)
    return session.scalar(select(Regrade).where(*own).options(*SHOWN))


def of_assignment(session: Session, assignment: Assignment) -> Sequence[Regrade]:
    """The regrades of an assignment, latest first."""
    query = select(Regrade).where(Regrade.assignment_id == assignment.id).order_by(Regrade.id.desc())
    return session.scalars(query.options(*SHOWN)).all()


@dataclass(frozen=True)
class Progress:
    """How many gradings of a regrade have a score, ended without one, and are still to come."""

    scored: int
    unscored: int
    left: int


def progress(session: Session, regrade: Regrade) -> Progress:
    """How far the regrade is."""
    rows = session.execute(
        select(Job.state, _gradings.c.score.is_not(None), func.count())
        .join(_gradings, _gradings.c.id == Job.id)
        .where(_gradings.c.regrade_id == regrade.id)
        .group_by(Job.state, _gradings.c.score.is_not(None))
    ).all()
    scored = sum(count for state, has_score, count in rows if state is JobState.DONE and has_score)
    over = sum(count for state, _, count in rows if state.is_over)
    return Progress(scored=scored, unscored=over - scored, left=regrade.size - over)


def feed_all(session: Session) -> int:
    """Go on with every regrade that runs, should the end of a grading have been lost; returns how many
    gradings were queued."""
    running = session.scalars(select(Regrade).where(Regrade.state == RegradeState.RUNNING)).all()
    return sum(feed(session, regrade) for regrade in running)
