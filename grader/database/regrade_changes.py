"""What a regrade would change, before it is applied."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from sqlalchemy import ColumnElement, Select, Table, exists, select
from sqlalchemy.orm import Session

from grader.database import deadlines, grade_summary, histories
from grader.database.applied import row_applies
from grader.database.counting import Rules, which_counts
from grader.database.models import GradeSummary, Grading, Regrade, Submission

_gradings = cast(Table, Grading.__table__)


def teams_of(regrade: Regrade) -> Select[int]:
    """The ids of the teams with a grading of the regrade."""
    joined = select(Submission.team_id).join(_gradings, _gradings.c.submission_id == Submission.id)
    own = Submission.assignment_id == regrade.assignment_id  # lets an index be used
    return joined.where(own, _gradings.c.regrade_id == regrade.id).distinct()


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
    scored = teams_of(regrade).add_columns(_found_before(regrade)).where(_gradings.c.score.is_not(None))
    graded = session.execute(scored).all()
    own = GradeSummary.assignment_id == regrade.assignment_id
    points = select(GradeSummary.team_id, GradeSummary.points).where(own)
    before = {team: value for team, value in session.execute(points)}
    after = _points_after(session, regrade, {team for team, same in graded if not same})
    teams = {team for team, _ in graded}
    rows = [Change(team, was := before.get(team), after.get(team, was)) for team in teams]
    return tuple(sorted(rows, key=lambda row: (row.difference, row.team_id)))


def _points_after(session: Session, regrade: Regrade, teams: Collection[int]) -> dict[int, Decimal | None]:
    """What these teams would have."""
    assignment = regrade.assignment
    policy, dates = grade_summary.policy_of(assignment.course), deadlines.of_assignment(session, assignment)
    costs = policy.costs and not assignment.late_free
    found = histories.of_scores(session, assignment, teams, costs=costs, regrade_id=regrade.id)
    after = {}
    for team, history in found.items():
        rules = Rules.of(assignment, policy, assignment.due_at + dates.moved(assignment, team))
        counts = which_counts(history, rules)
        after[team] = None if counts is None else counts.points
    return after


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
