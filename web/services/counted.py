"""Which attempt of a team counts, as far as the reader may know."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database.models import Assignment, Counting, GradeSummary, Submission
from web.access import Membership

RULES = {
    Counting.BEST: "Your best attempt counts.",
    Counting.LATEST: "Your latest attempt counts.",
    Counting.CHOSEN: "The attempt that you choose counts; until you choose, the best one.",
}


@dataclass(frozen=True)
class Counted:
    """The attempt that counts: `submission` is None if none has a score yet. Its points are those that the
    reader may see now."""

    submission: Submission | None
    points: Decimal | None
    most: Decimal | None
    rule: str

    def is_this(self, submission: Submission) -> bool:
        """Whether this is the attempt that counts."""
        return self.submission is not None and self.submission.id == submission.id


def counted(
    session: Session, membership: Membership, assignment: Assignment, team_id: int, released: bool
) -> Counted:
    """Which attempt of the team counts; `released`: hidden results are shown to its members."""
    rule = RULES[assignment.counting]
    summary = session.get(GradeSummary, (assignment.id, team_id))
    if summary is None:
        return Counted(None, None, None, rule)
    if membership.is_staff or released:
        return Counted(summary.counts, summary.points, summary.max_points, rule)
    return Counted(summary.visible_counts, summary.visible_points, summary.visible_max, rule)
