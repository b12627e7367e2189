"""After somebody's section changed: what counts for them again, where a section has later dates."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import grade_summary
from grader.database.models import Assignment, Extension, Team, TeamMember


def count_again(session: Session, course_id: int, user_ids: Collection[int]) -> None:
    """Refresh the summaries of these people's teams on every assignment on which a section has an extension;
    one query if there is none."""
    session.flush()
    in_force = Extension.section.is_not(None) & Extension.withdrawn_at.is_(None)
    query = select(Extension.assignment_id).where(Extension.course_id == course_id, in_force).distinct()
    extended = session.scalars(query).all()
    if not extended or not user_ids:
        return
    chosen = select(Assignment).where(Assignment.course_id == course_id)
    if None not in extended:
        chosen = chosen.where(Assignment.id.in_(extended))
    members = select(TeamMember.team_id).join(Team, Team.id == TeamMember.team_id)
    theirs = members.where(Team.course_id == course_id, TeamMember.user_id.in_(user_ids))
    teams = session.scalars(theirs.distinct()).all()
    for assignment in session.scalars(chosen).all():
        grade_summary.refresh_all(session, assignment, teams)
