"""The settings of an assignment: shown, previewed with what they change for whom, stored; hide and delete."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.database import assignments, deadlines, effects
from grader.database.assignments import Terms
from grader.database.effects import Effects
from grader.database.models import (
    Assignment,
    Category,
    CourseRole,
    Enrolment,
    GradeSummary,
    Team,
    TeamMember,
    User,
)
from grader.grading.score import decimal_text
from grader.values import Visibility
from web.access import Membership, assignment_membership
from web.services import effect_words, pack_cache, term_words
from web.services.effect_words import EffectRow
from web.services.term_effects import Change
from web.services.term_fields import COUNTINGS, LEVELS, RELEASES, SettingsForm, values_of
from web.services.term_words import Entry


@dataclass(frozen=True)
class SettingsPage:
    """The form of the settings; `submissions` is how many the assignment has, those of staff included."""

    membership: Membership
    assignment: Assignment
    form: SettingsForm
    categories: Mapping[int, Category]
    submissions: int

    @property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """Value and words of each option of the form's lists."""
        weights = [
            (str(key), f"{row.name}, {decimal_text(row.weight)} %") for key, row in self.categories.items()
        ]
        return {
            "countings": list(COUNTINGS.items()),
            "releases": list(RELEASES.items()),
            "levels": list(LEVELS.items()),
            "categories": [("", "none"), *weights],
        }


@dataclass(frozen=True)
class Preview:
    """What the typed settings change: one entry a field, and the students for whom something changes.
    `digest` is of the settings before and after, so that the form to store them says what was read."""

    membership: Membership
    assignment: Assignment
    form: SettingsForm
    title: str
    terms: Terms
    entries: tuple[Entry, ...]
    rows: tuple[EffectRow, ...]
    points: tuple[str, ...]
    digest: str


def page(
    session: Session, user: User, course: str, slug: str, now: datetime, form: SettingsForm | None = None
) -> SettingsPage:
    """The form, with the values as they are or as they were typed. Raises Missing, and Forbidden for all but
    instructors."""
    membership, assignment = _assignment(session, user, course, slug, now)
    form = form or SettingsForm(values_of(assignment, membership.course.zone))
    count = assignments.submission_count(session, assignment)
    return SettingsPage(membership, assignment, form, _categories(session, membership), count)


def preview(
    session: Session, user: User, course: str, slug: str, now: datetime, form: SettingsForm
) -> Preview | None:
    """What the typed settings would change; None if a field is wrong. Stores nothing. Raises as `page`."""
    membership, assignment = _assignment(session, user, course, slug, now)
    categories = _categories(session, membership)
    read = form.read(assignment, categories, membership.course.zone)
    if read is None:
        return None
    title, terms = read
    draft = effects.draft(assignment, title=title, **vars(terms))
    change = _change(session, membership, assignment, draft, categories, now)
    return Preview(
        membership=membership,
        assignment=assignment,
        form=form,
        title=title,
        terms=terms,
        entries=term_words.entries(change),
        rows=effect_words.rows(session, change.effects),
        points=tuple(effect_words.points_words(change.effects)),
        digest=_digest(assignment.title, Terms.of(assignment), title, terms),
    )


def _digest(*values: object) -> str:
    return hashlib.sha256(repr(values).encode("utf-8", "replace")).hexdigest()[:32]


def store(
    session: Session, user: User, course: str, slug: str, now: datetime, form: SettingsForm, seen: str
) -> Preview | None:
    """Store the settings if they change exactly what was read (`seen`); returns the preview, whose digest is
    another one if nothing was stored. None if a field is wrong. Raises as `page`."""
    read = preview(session, user, course, slug, now, form)
    if read is not None and read.digest == seen:
        by = session.get_one(User, user.id)
        assignments.change(session, read.assignment, read.terms, by=by, title=read.title)
    return read


def hide(session: Session, user: User, course: str, slug: str, now: datetime) -> None:
    """Hide the assignment from students. Raises as `page`."""
    _, assignment = _assignment(session, user, course, slug, now)
    assignments.hide(session, assignment, now, by=session.get_one(User, user.id))


def show_again(session: Session, user: User, course: str, slug: str, now: datetime) -> None:
    """Show it again. Raises as `page`."""
    _, assignment = _assignment(session, user, course, slug, now)
    assignments.show_again(session, assignment, by=session.get_one(User, user.id))


def remove(session: Session, user: User, course: str, slug: str, now: datetime) -> str:
    """Delete it if nobody has handed in; returns its title. Raises NotEmpty, and as `page`."""
    _, assignment = _assignment(session, user, course, slug, now)
    assignments.remove(session, assignment, by=session.get_one(User, user.id))
    return assignment.title


def _assignment(
    session: Session, user: User, course: str, slug: str, now: datetime
) -> tuple[Membership, Assignment]:
    membership, assignment = assignment_membership(session, user, course, slug, now)
    membership.must_be_instructor()
    return membership, assignment


def _categories(session: Session, membership: Membership) -> dict[int, Category]:
    own = select(Category).where(Category.course_id == membership.course.id)
    return {row.id: row for row in session.scalars(own.order_by(Category.position, Category.id))}


def _change(
    session: Session,
    membership: Membership,
    assignment: Assignment,
    draft: Assignment,
    categories: Mapping[int, Category],
    now: datetime,
) -> Change:
    before = effects.basis_of(session, membership.course)
    after = replace(before, assignments={**before.assignments, assignment.id: draft})
    counted = any(getattr(assignment, key) != getattr(draft, key) for key in assignments.COUNTED)
    found = Effects(())
    if counted:
        teams = _teams(session, assignment, draft)
        found = effects.compare(session, membership.course, before, after, {assignment.id: teams})
    known = deadlines.of_assignment(session, assignment)
    pack = pack_cache.pack_of(session, assignment.pack_version)
    return Change(
        before=assignment,
        after=draft,
        effects=found,
        releases=(known.of(assignment, None).release, known.of(draft, None).release),
        used=_used(session, assignment),
        too_large=_too_large(session, assignment, draft.group_size),
        hidden_tests=sum(row.visibility is Visibility.HIDDEN for row in pack.tests),
        categories=categories,
        zone=membership.course.zone,
        now=now,
    )


def _teams(session: Session, assignment: Assignment, draft: Assignment) -> Sequence[int] | None:
    """The teams for which the draft may change what counts (None: all)."""
    if assignment.counting is not draft.counting:
        return None
    return effects.teams_after(session, assignment.id, min(assignment.due_at, draft.due_at))


def _used(session: Session, assignment: Assignment) -> tuple[int, ...]:
    """How many attempts each student has used who has handed in."""
    return tuple(
        session.scalars(
            select(func.max(GradeSummary.attempts))
            .join(TeamMember, TeamMember.team_id == GradeSummary.team_id)
            .join(Enrolment, Enrolment.user_id == TeamMember.user_id)
            .where(
                GradeSummary.assignment_id == assignment.id,
                Enrolment.course_id == assignment.course_id,
                Enrolment.role == CourseRole.STUDENT,
                Enrolment.left_at.is_(None),
            )
            .group_by(TeamMember.user_id)
        )
    )


def _too_large(session: Session, assignment: Assignment, size: int) -> int:
    """How many groups of the assignment have more members than that."""
    large = (
        select(TeamMember.team_id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(Team.assignment_id == assignment.id)
        .group_by(TeamMember.team_id)
        .having(func.count() > size)
    )
    return session.execute(select(func.count()).select_from(large.subquery())).scalar_one()
