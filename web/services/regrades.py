"""Regrades of an assignment, for its course's staff: begun, followed, looked at, applied or discarded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grader.database import packs, regrade_changes, regrade_choice, regrade_list, regrades
from grader.database.errors import StoreError
from grader.database.models import Assignment, PackState, PackVersion, Regrade, RegradeState, User
from grader.database.regrade_changes import Change
from grader.database.regrade_list import Progress
from web.access import Membership, assignment_membership
from web.refusals import Missing
from web.services import pack_compare, shown_names

PAGE = 50
SELECTIONS: Mapping[str, tuple[str, Callable[[Session, Assignment], tuple[int, ...]]]] = {
    "counting": ("the attempts that count", regrade_choice.counting),
    "latest": ("the latest attempt of each", regrade_choice.latest),
    "all": ("all attempts", regrade_choice.every),
}
"""What can be graded again: by the form's value, the words for people and the submissions."""

Decision = Callable[[Session, Regrade, User], None]
DECISIONS: Mapping[str, Decision] = {
    "stop": lambda session, regrade, by: regrades.stop(session, regrade, by=by),
    "resume": lambda session, regrade, by: regrades.resume(session, regrade, by=by),
    "discard": lambda session, regrade, by: regrades.discard(session, regrade, by=by),
}


@dataclass(frozen=True)
class Choice:
    """A version that the assignment's submissions can be graded with. `free`: nothing has to run again."""

    version: PackVersion
    now: bool
    free: bool


@dataclass(frozen=True)
class RegradesPage:
    """The regrades of an assignment, and what a new one can be."""

    membership: Membership
    assignment: Assignment
    regrades: Sequence[Regrade]
    undecided: Regrade | None
    choices: tuple[Choice, ...]
    sizes: Mapping[str, int]
    stale: int
    now: datetime

    @property
    def newest(self) -> Choice | None:
        """The newest version if the assignment has an older one, else None."""
        return None if not self.choices or self.choices[0].now else self.choices[0]

    @property
    def selections(self) -> tuple[tuple[str, str], ...]:
        """Value and words of each selection."""
        return tuple((value, f"{words} ({self.sizes[value]})") for value, (words, _) in SELECTIONS.items())


@dataclass(frozen=True)
class ChangeRow:
    """A team of the preview."""

    people: str
    change: Change


@dataclass(frozen=True)
class RegradePage:
    """One regrade: how far it is, and what it changes. `rows` are one page of the changes."""

    membership: Membership
    assignment: Assignment
    regrade: Regrade
    progress: Progress
    differences: pack_compare.Differences
    changes: tuple[Change, ...]
    rows: tuple[ChangeRow, ...]
    number: int

    @property
    def under_way(self) -> bool:
        return self.regrade.state is RegradeState.RUNNING

    @property
    def gain(self) -> int:
        return sum(change.difference > 0 for change in self.changes)

    @property
    def lose(self) -> int:
        return sum(change.difference < 0 for change in self.changes)

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.changes) // PAGE))

    @property
    def live_state(self) -> str:
        """Changes when the page has to be fetched again."""
        return str(self.regrade.state)


def list_page(session: Session, user: User, course: str, slug: str, now: datetime) -> RegradesPage:
    """The regrades of an assignment. Raises Missing, Forbidden for students."""
    membership, assignment = _staff(session, user, course, slug, now)
    digest = assignment.pack_version.grading_digest
    choices = tuple(
        Choice(
            version,
            now=version.id == assignment.pack_version_id,
            free=version.id != assignment.pack_version_id and version.grading_digest == digest,
        )
        for version in packs.assignable(session, membership.course)
        if version.pack_id == assignment.pack_version.pack_id
    )
    return RegradesPage(
        membership=membership,
        assignment=assignment,
        regrades=regrade_list.of_assignment(session, assignment),
        undecided=regrade_list.undecided(session, assignment),
        choices=choices,
        sizes=regrade_choice.sizes(session, assignment),
        stale=regrade_choice.count_stale(session, assignment),
        now=now,
    )


def page(
    session: Session,
    user: User,
    course: str,
    slug: str,
    public_id: str,
    number: int,
    now: datetime,
    *,
    names_hidden: bool = False,
) -> RegradePage:
    """One regrade. Raises Missing, Forbidden for students."""
    membership, assignment, regrade = _regrade(session, user, course, slug, public_id, now)
    decided = regrade.state in (RegradeState.APPLIED, RegradeState.DISCARDED)
    changes = () if decided else regrade_changes.changes(session, regrade)
    shown = changes[PAGE * (number - 1) : PAGE * number]
    teams = {change.team_id for change in shown}
    people = shown_names.of_teams(session, assignment, teams, hidden=names_hidden)
    return RegradePage(
        membership=membership,
        assignment=assignment,
        regrade=regrade,
        progress=regrade_list.progress(session, regrade),
        differences=pack_compare.differences(session, assignment.pack_version, regrade.pack_version),
        changes=changes,
        rows=tuple(ChangeRow(people.get(change.team_id, "nobody"), change) for change in shown),
        number=number,
    )


def news(
    session: Session, user: User, course: str, slug: str, public_id: str, now: datetime
) -> dict[str, Any]:
    """How far it is, for the page that shows it live. Raises Missing, Forbidden for students."""
    _, _, regrade = _regrade(session, user, course, slug, public_id, now)
    done = regrade_list.progress(session, regrade)
    over = regrade.size - done.left
    words = {RegradeState.READY: "All are graded.", RegradeState.STOPPED: "The regrade is stopped."}
    return {
        "state": str(regrade.state),
        "announce": words.get(regrade.state, ""),
        "tests": [],
        "figures": {"over": str(over)},
        "part": 100 * over / regrade.size,
    }


def start(
    session: Session, user: User, course: str, slug: str, form: Mapping[str, str], now: datetime
) -> str:
    """Begin a regrade as the form says; its public id. Notify a worker after the commit. Raises Missing,
    Forbidden for all but instructors, StoreError."""
    membership, assignment = _staff(session, user, course, slug, now)
    membership.must_be_instructor()
    words, chosen = SELECTIONS.get(form.get("selection", ""), (None, None))
    if words is None or chosen is None:
        raise StoreError("Choose which submissions are graded again")
    version = packs.by_public_id(session, form.get("version", "")[:64])
    if version is None or version.pack.course_id not in (None, membership.course.id):
        raise StoreError("Choose a version of the pack")
    by = session.get_one(User, user.id)
    regrade = regrades.start(session, assignment, version, chosen(session, assignment), why=words, by=by)
    return regrade.public_id


def decide(
    session: Session, user: User, course: str, slug: str, public_id: str, what: str, now: datetime
) -> None:
    """Stop, resume or discard it. Raises Missing, Forbidden for all but instructors, StoreError."""
    membership, _, regrade = _regrade(session, user, course, slug, public_id, now)
    membership.must_be_instructor()
    if what not in DECISIONS:
        raise Missing
    DECISIONS[what](session, regrade, session.get_one(User, user.id))


def apply(session: Session, user: User, course: str, slug: str, public_id: str, now: datetime) -> str | None:
    """Apply it. Returns the public id of the regrade of what came in meanwhile, None if nothing did; notify a
    worker after the commit. Raises Missing, Forbidden for all but instructors, StoreError."""
    membership, assignment, regrade = _regrade(session, user, course, slug, public_id, now)
    membership.must_be_instructor()
    by = session.get_one(User, user.id)
    left = regrades.apply(session, regrade, by=by)
    if not left or regrade.pack_version.state is not PackState.PUBLISHED:
        return None
    why = "attempts that count and were graded with the earlier version"
    return regrades.start(session, assignment, regrade.pack_version, left, why=why, by=by).public_id


def _staff(
    session: Session, user: User, course: str, slug: str, now: datetime
) -> tuple[Membership, Assignment]:
    membership, assignment = assignment_membership(session, user, course, slug, now)
    membership.must_be_staff()
    return membership, assignment


def _regrade(
    session: Session, user: User, course: str, slug: str, public_id: str, now: datetime
) -> tuple[Membership, Assignment, Regrade]:
    membership, assignment = _staff(session, user, course, slug, now)
    regrade = regrade_list.by_public_id(session, assignment, public_id)
    if regrade is None:
        raise Missing
    return membership, assignment, regrade
