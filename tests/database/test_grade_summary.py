"""Standings: what counts, what students may know of it, and that it can be derived anew."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import inspect

from grader.database import courses, grade_summary, gradings, reading, writing
from grader.database.grade_summary import late_days
from grader.database.models import (
    Assignment,
    Audit,
    CourseRole,
    GradeState,
    GradeSummary,
    Lane,
    Submission,
    Team,
)
from tests.helpers import audit_trail
from tests.helpers.factories import NOON, grade, make_assignment, make_submission, make_user, row


def only(session):
    return session.query(GradeSummary).one()


def columns(standing_row):
    return {c.key: getattr(standing_row, c.key) for c in inspect(GradeSummary).column_attrs}


def test_it_waits_from_the_upload_on(engine):
    with writing(engine) as session:
        make_submission(session)
        assert (only(session).state, only(session).points) == (GradeState.WAITING, None)


def test_it_counts_the_best_attempt(engine):
    with writing(engine) as session:
        first = make_submission(session)
        grade(session, row("a", 10), row("b", 0))
        second = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 10), row("b", "7.5"))
        make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 0), row("b", 0))

        found = only(session)
        assert (found.counts_id, found.points, found.max_points) == (second.id, Decimal("17.5"), 20)
        assert (found.attempts, found.state) == (3, GradeState.GRADED)


def test_it_counts_the_latest_of_equals(engine):
    with writing(engine) as session:
        first = make_submission(session)
        grade(session, row("a"))
        second = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a"))
        assert only(session).counts_id == second.id


def test_it_tells_nothing_of_hidden_tests_in_the_visible_columns(engine):
    with writing(engine) as session:
        first = make_submission(session)
        grade(session, row("a", 10), row("b", 10, hidden=True))
        second = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 10), row("b", 0, hidden=True))

        found = only(session)
        assert (found.counts_id, found.points, found.max_points) == (first.id, 20, 20)
        assert (found.visible_counts_id, found.visible_points, found.visible_max) == (second.id, 10, 10)


def test_it_says_not_yet_while_a_test_is_internal(engine):
    with writing(engine) as session:
        make_submission(session)
        grade(session, row("a", 10), row("b", None), failure="the runner broke")
        found = only(session)
        assert (found.state, found.points, found.counts_id) == (GradeState.NOT_YET, None, None)


def test_it_keeps_the_points_when_a_rerun_ends_in_our_fault(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        first = grade(session, row("a", 10))
        gradings.rerun(session, submission, by=submission.submitter)
        assert only(session).state is GradeState.WAITING
        grade(session, row("a", None), failure="the runner broke")
        found = only(session)
        assert (found.points, found.grading_id, found.state) == (10, first.id, GradeState.GRADED)


def test_it_takes_a_rerun_for_the_attempt_it_reran(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 10))
        gradings.rerun(session, submission, by=submission.submitter)
        again = grade(session, row("a", 5))
        found = only(session)
        assert (found.points, found.grading_id, found.attempts) == (5, again.id, 1)


def test_it_puts_every_change_of_points_into_the_audit_trail(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 5))
        gradings.rerun(session, submission, by=submission.submitter)
        grade(session, row("a", 10))
        told = [
            e.detail for e in audit_trail.entries(session, submission.team) if e.action == "standing.points"
        ]
        assert [(one["before"], one["after"]) for one in told] == [(None, "5"), ("5", "10")]


@pytest.mark.parametrize(
    ("late", "days"),
    [(timedelta(0), 0), (timedelta(seconds=-1), 0), (timedelta(seconds=1), 1), (timedelta(days=1), 1),
     (timedelta(days=1, seconds=1), 2)],
)  # fmt: skip
def test_it_counts_late_days_that_have_begun(late, days):
    assert late_days(NOON + late, NOON) == days


def test_it_keeps_the_late_days_of_what_counts(engine):
    with writing(engine) as session:
        assignment = make_assignment(session, late_until=NOON + timedelta(days=10))
        make_submission(session, assignment, at=NOON + timedelta(days=8, hours=1))
        grade(session, row("a"))
        assert only(session).late_days == 2


def test_it_is_the_same_when_rebuilt_from_nothing(engine):
    chance = random.Random(7)
    with writing(engine) as session:
        assignments = [make_assignment(session, late_until=NOON + timedelta(days=9)) for _ in range(2)]
        users = [(a, make_user(session, f"u{n}", a.course)) for a in assignments for n in range(4)]
        for _ in range(40):
            assignment, user = chance.choice(users)
            submission = make_submission(
                session, assignment, user, at=NOON + timedelta(hours=chance.randint(0, 200))
            )
            if chance.random() < 0.8:
                earned = [chance.choice([0, 5, 10, 10, None]), chance.choice([0, 10])]
                grade(session, row("a", earned[0]), row("b", earned[1], hidden=True))
            if chance.random() < 0.3:
                gradings.rerun(session, submission, by=user, lane=chance.choice(list(Lane)))

    with reading(engine) as session:
        kept = sorted((columns(one) for one in session.query(GradeSummary)), key=str)
    with writing(engine) as session:
        assert grade_summary.rebuild(session) == len(kept)
    with reading(engine) as session:
        assert sorted((columns(one) for one in session.query(GradeSummary)), key=str) == kept
    assert {one["state"] for one in kept} >= {GradeState.WAITING}
    assert any(one["points"] for one in kept)


def test_it_lists_the_whole_class_with_those_who_handed_in_nothing(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        alice = make_user(session, "alice", assignment.course)
        make_user(session, "bob", assignment.course)
        make_user(session, "tess", assignment.course, CourseRole.TA)
        make_submission(session, assignment, alice)
        lines = grade_summary.class_list(session, assignment)
        assert [(line.user.name, line.summary is not None) for line in lines] == [
            ("alice", True),
            ("bob", False),
        ]


def test_it_finds_a_teams_standings_by_assignment(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        alice = make_user(session, "alice", assignment.course)
        make_submission(session, assignment, alice)
        team = courses.team_of(session, assignment.course, alice)
        found = grade_summary.of_team_in_course(session, assignment.course, team)
        assert {key: one.attempts for key, one in found.items()} == {assignment.id: 1}


def test_it_writes_the_audit_in_the_transaction_of_the_change(engine):
    def fail_at_the_end():
        with writing(engine) as session:
            make_submission(session)
            grade(session, row("a"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_at_the_end()
    with reading(engine) as session:
        for table in (Audit, GradeSummary, Submission, Team, Assignment):
            assert session.query(table).count() == 0
