"""The page of a class and an assignment, for staff: numbers, charts, mistakes, and links to those behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import chain, repeat
from statistics import median

from sqlalchemy.orm import Session

from grader.database import (
    class_numbers,
    deadlines,
    first_passes,
    gradings,
    mistake_facts,
    packs,
    regrade_choice,
    results,
    retries,
)
from grader.database.class_numbers import Group, Missing
from grader.database.models import Assignment, Grading, Lane, PackVersion, User
from grader.database.results import TestRate
from grader.grading.disclosure import Release
from grader.values.numbers import points
from web.access import Membership
from web.backends import Backends
from web.services import class_charts, pack_cache, queue_position
from web.services.class_charts import Chart, MistakeRow
from web.services.class_submissions import staff_of

SHOWN_MISSING = 50


@dataclass(frozen=True)
class ClassPage:
    """What the page of a class shows."""

    membership: Membership
    assignment: Assignment
    students: int
    groups: Sequence[Group]
    most: Decimal
    charts: tuple[Chart, ...]
    rates: tuple[TestRate, ...]
    mistakes: tuple[MistakeRow, ...]
    lines: tuple[MistakeRow, ...]
    missing: Sequence[Missing]
    missing_count: int
    without_gradient: int | None
    waiting: int
    unscored: tuple[Grading, ...]
    trouble: str
    stale: int
    newer: PackVersion | None
    version: str
    release: Release

    @property
    def handed_in(self) -> int:
        """How many students have handed in, alone or in a team."""
        return sum(group.students for group in self.groups)

    @property
    def full(self) -> int:
        """How many students have all points."""
        return sum(group.students for group in self.groups if group.points == self.most)

    @cached_property
    def scores(self) -> tuple[Decimal, ...]:
        """The points of each student who has some."""
        return scores_of(self.groups)

    @property
    def attempts(self) -> int:
        return sum(group.attempts for group in self.groups)

    @property
    def unmarked(self) -> int:
        """How many attempts that count have a text without a mark."""
        return sum(group.teams for group in self.groups if group.awaiting)

    @property
    def late(self) -> int:
        """How many attempts that count were late."""
        return sum(group.teams for group in self.groups if group.late)

    @property
    def next_retry(self) -> datetime | None:
        """When the first of the gradings without a score is tried again; None if none is."""
        return min((row.retry_at for row in self.unscored if row.retry_at), default=None)

    @property
    def given_up(self) -> int:
        """How many gradings without a score are not tried again by themselves."""
        return sum(row.retry_at is None for row in self.unscored)

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """What happened in them, most frequent first, and how many times."""
        return tuple(Counter(row.failure for row in self.unscored).most_common(5))

    @property
    def mean(self) -> float:
        earned = sum((g.points * g.students for g in self.groups if g.points is not None), Decimal(0))
        return float(earned / len(self.scores)) if self.scores else 0.0

    @property
    def median(self) -> str:
        return points(Decimal(median(self.scores))) if self.scores else "0"


def scores_of(groups: Sequence[Group]) -> tuple[Decimal, ...]:
    """The points of each student who has some."""
    return tuple(chain.from_iterable(repeat(g.points, g.students) for g in groups if g.points is not None))


def page(
    session: Session, user: User, course: str, slug: str, now: datetime, backends: Backends
) -> ClassPage:
    """The page of the class. Raises Missing, and Forbidden for students."""
    membership, assignment = staff_of(session, user, course, slug, now)
    pack = pack_cache.pack_of(session, assignment.pack_version)
    groups = class_numbers.groups(session, assignment)
    tests = pack.gradient_tests
    missing, missing_count = class_numbers.missing(session, assignment, limit=SHOWN_MISSING)
    version = assignment.pack_version
    zone = membership.course.zone
    dates = class_charts.days(assignment, now, zone)
    activity = class_numbers.activity(session, assignment, class_charts.edges(dates, zone))
    charts = (
        class_charts.score_chart(scores_of(groups), pack.total_points),
        class_charts.first_pass_chart(first_passes.of_assignment(session, assignment)),
        class_charts.activity_chart(dates, activity),
    )
    return ClassPage(
        membership=membership,
        assignment=assignment,
        students=class_numbers.student_count(session, assignment),
        groups=groups,
        most=pack.total_points,
        charts=charts,
        rates=tuple(results.pass_rates(session, assignment)),
        mistakes=_mistakes(session, assignment),
        lines=class_charts.line_rows(class_numbers.lines(session, assignment)),
        missing=missing,
        missing_count=missing_count,
        without_gradient=class_numbers.passed_none_of(session, assignment, tests) if tests else None,
        waiting=sum(
            lane.waiting + lane.running for lane in gradings.lanes(session) if lane.lane is not Lane.BULK
        ),
        unscored=tuple(retries.of_assignment(session, assignment)),
        trouble=queue_position.trouble(session, backends),
        stale=regrade_choice.count_stale(session, assignment),
        newer=_newer(session, membership, assignment),
        version=f"{version.pack.slug} v{version.number}",
        release=deadlines.of_assignment(session, assignment).of(assignment, None).release,
    )


def _mistakes(session: Session, assignment: Assignment) -> tuple[MistakeRow, ...]:
    found = class_numbers.mistakes(session, assignment)
    facts = mistake_facts.of_assignment(session, assignment, [(row.mistake, row.place) for row in found])
    return class_charts.mistake_rows(found, facts)


@dataclass(frozen=True)
class MissingPage:
    """One page of those who have handed in nothing."""

    membership: Membership
    assignment: Assignment
    people: Sequence[Missing]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // SHOWN_MISSING))


def missing_page(
    session: Session, user: User, course: str, slug: str, number: int, now: datetime
) -> MissingPage:
    """Those who have handed in nothing. Raises Missing, and Forbidden for students."""
    membership, assignment = staff_of(session, user, course, slug, now)
    offset = SHOWN_MISSING * (number - 1)
    people, total = class_numbers.missing(session, assignment, limit=SHOWN_MISSING, offset=offset)
    return MissingPage(membership, assignment, people, total, number)


def _newer(session: Session, membership: Membership, assignment: Assignment) -> PackVersion | None:
    """The newest published version of the assignment's pack, if the assignment has an older one."""
    own = assignment.pack_version
    versions = packs.assignable(session, membership.course)
    newest = max(
        (row for row in versions if row.pack_id == own.pack_id), key=lambda row: row.number, default=own
    )
    return newest if newest.number > own.number else None
