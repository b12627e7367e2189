"""What another late policy of a course changes, for whom, before it is stored."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from grader.database import late_policy
from grader.database.grade_summary import policy_of
from grader.database.late import Policy
from grader.database.models import User
from grader.grading.score import decimal_text
from web.access import Membership, course_membership
from web.services import effect_words
from web.services.effect_words import EffectRow
from web.services.fields import Fields
from web.words import count_of


@dataclass(frozen=True)
class LatePreview:
    """The policy before and after in words, what changes in sentences, and for whom. `seen` is sent with the
    form to store it."""

    membership: Membership
    before: str
    after: str
    sentences: tuple[str, ...]
    rows: tuple[EffectRow, ...]
    seen: str


def of_form(
    session: Session, user: User, course: str, form: Fields, policy: Policy | None
) -> LatePreview | None:
    """The preview of the policy that was typed (None: a field is wrong); None if it is the course's own, or
    if its preview was read before. Raises Missing, and Forbidden for all but instructors."""
    membership = course_membership(session, user, course)
    membership.must_be_instructor()
    before = policy_of(membership.course)
    if policy is None or policy == before or form.get("seen") == _words(policy):
        return None
    found = late_policy.effects_of(session, membership.course, policy)
    return LatePreview(
        membership=membership,
        before=_words(before),
        after=_words(policy),
        sentences=tuple([*effect_words.attempt_words(found), *effect_words.points_words(found)]),
        rows=effect_words.rows(session, found),
        seen=_words(policy),
    )


def _words(policy: Policy) -> str:
    if not policy.percent:
        return "late days cost nothing"
    days = count_of(policy.grace_days, "grace day")
    return f"{days} a student, then {decimal_text(policy.percent)} % a day"
