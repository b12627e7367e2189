"""The gradings of a regrade wait in the bulk lane, a few at a time, so that a regrade of a whole term delays
nobody: each that ends queues the next."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from grader.database.models import Grading, Job, JobState, Lane, Regrade, RegradeState, Submission

AHEAD = 20  # gradings of one regrade that wait or run at once
OPEN = (JobState.QUEUED, JobState.RUNNING)
_gradings = cast(Table, Grading.__table__)


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


def feed_all(session: Session) -> int:
    """Go on with every regrade that runs, should the end of a grading have been lost; returns how many
    gradings were queued."""
    running = session.scalars(select(Regrade).where(Regrade.state == RegradeState.RUNNING)).all()
    return sum(feed(session, regrade) for regrade in running)


def take_back(session: Session, regrade: Regrade) -> None:
    """Delete the gradings of the regrade that wait."""
    waiting = select(_gradings.c.id).join(Job, Job.id == _gradings.c.id)
    waiting = waiting.where(_gradings.c.regrade_id == regrade.id, Job.state == JobState.QUEUED)
    ids = session.scalars(waiting.with_for_update()).all()
    session.execute(delete(_gradings).where(_gradings.c.id.in_(ids)))
    session.execute(delete(cast(Table, Job.__table__)).where(Job.id.in_(ids), Job.state == JobState.QUEUED))
