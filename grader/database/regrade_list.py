"""The regrades of an assignment, and how far one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session, joinedload

from grader.database.models import (
    Assignment,
    Grading,
    Job,
    JobState,
    PackVersion,
    Regrade,
    RegradeState,
)

UNDECIDED = (RegradeState.RUNNING, RegradeState.STOPPED, RegradeState.READY)
_SHOWN = (joinedload(Regrade.pack_version).joinedload(PackVersion.pack), joinedload(Regrade.by))
_gradings = cast(Table, Grading.__table__)


def undecided(session: Session, assignment: Assignment) -> Regrade | None:
    """The regrade of the assignment that is neither applied nor discarded, if there is one."""
    query = select(Regrade).where(Regrade.assignment_id == assignment.id, Regrade.state.in_(UNDECIDED))
    return session.scalar(query.order_by(Regrade.id.desc()).limit(1))


def by_public_id(session: Session, assignment: Assignment, public_id: str) -> Regrade | None:
    """The regrade of this assignment with this public id; None if there is none."""
    own = (Regrade.assignment_id == assignment.id, Regrade.public_id == public_id)
    return session.scalar(select(Regrade).where(*own).options(*_SHOWN))


def of_assignment(session: Session, assignment: Assignment) -> Sequence[Regrade]:
    """The regrades of an assignment, latest first."""
    query = select(Regrade).where(Regrade.assignment_id == assignment.id).order_by(Regrade.id.desc())
    return session.scalars(query.options(*_SHOWN)).all()


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
