"""Grade summaries: what counts, what students may see of it, and that they can be computed again."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import inspect

from grader.database import courses, grade_summary, gradings, reading, writing
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

pytestmark = pytest.mark.slow


def only_summary(session):
    return session.query(GradeSummary).one()


def columns(summary):
    return {c.key: getattr(summary, c.key) for c in inspect(GradeSummary).column_attrs}


def test_it_is_waiting_after_the_upload(engine):
    with writing(engine) as session:
        make_submission(session)
        assert (only_summary(session).state, only_summary(session).points) == (GradeState.WAITING, None)


def test_it_counts_the_best_attempt(engine):
    with writing(engine) as session:
        first = make_submission(session)
        grade(session, row("a", 10), row("b", 0))
        second = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 10), row("b", "7.5"))
        make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 0), row("b", 0))

        summary = only_summary(session)
        assert (summary.counts_id, summary.points, summary.max_points) == (second.id, Decimal("17.5"), 20)
        assert (summary.attempts, summary.state) == (3, GradeState.GRADED)


def test_it_counts_the_latest_of_equals(engine):
    with writing(engine) as session:
        first = make_submission(session)
        grade(session, row("a"))
        second = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a"))
        assert only_summary(session).counts_id == second.id


def test_the_visible_columns_are_without_the_hidden_tests(engine):
    with writing(engine) as session:
        first = make_submission(session)
        grade(session, row("a", 10), row("b", 10, hidden=True))
        second = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 10), row("b", 0, hidden=True))

        summary = only_summary(session)
        assert (summary.counts_id, summary.points, summary.max_points) == (first.id, 20, 20)
        assert (summary.visible_counts_id, summary.visible_points, summary.visible_max) == (second.id, 10, 10)


def test_it_says_not_yet_while_a_test_is_internal(engine):
    with writing(engine) as session:
        make_submission(session)
        grade(session, row("a", 10), row("b", None), failure="the runner broke")
        summary = only_summary(session)
        assert (summary.state, summary.points, summary.counts_id) == (GradeState.NOT_YET, None, None)


def test_it_keeps_the_points_when_a_rerun_ends_in_our_fault(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        first = grade(session, row("a", 10))
        gradings.rerun(session, submission, by=submission.submitter)
        assert only_summary(session).state is GradeState.WAITING
        grade(session, row("a", None), failure="the runner broke")
        summary = only_summary(session)
        assert (summary.points, summary.grading_id, summary.state) == (10, first.id, GradeState.GRADED)


def test_a_rerun_counts_for_the_same_attempt(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 10))
        gradings.rerun(session, submission, by=submission.submitter)
        again = grade(session, row("a", 5))
        summary = only_summary(session)
        assert (summary.points, summary.grading_id, summary.attempts) == (5, again.id, 1)


def test_it_puts_every_change_of_points_into_the_audit_trail(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 5))
        gradings.rerun(session, submission, by=submission.submitter)
        grade(session, row("a", 10))
        changes = [
            e.detail for e in audit_trail.entries(session, submission.team) if e.action == "standing.points"
        ]
        assert [(change["before"], change["after"]) for change in changes] == [(None, "5"), ("5", "10")]


def test_it_has_the_late_days_of_the_attempt_that_counts(engine):
    with writing(engine) as session:
        assignment = make_assignment(session, late_until=NOON + timedelta(days=10))
        make_submission(session, assignment, at=NOON + timedelta(days=8, hours=1))
        grade(session, row("a"))
        assert only_summary(session).late_days == 2


def test_it_is_the_same_after_a_rebuild(engine):
    random_source = random.Random(7)
    with writing(engine) as session:
        assignments = [make_assignment(session, late_until=NOON + timedelta(days=9)) for _ in range(2)]
        users = [(a, make_user(session, f"u{n}", a.course)) for a in assignments for n in range(4)]
        for _ in range(40):
            assignment, user = random_source.choice(users)
            submission = make_submission(
                session, assignment, user, at=NOON + timedelta(hours=random_source.randint(0, 200))
            )
            if random_source.random() < 0.8:
                earned = [random_source.choice([0, 5, 10, 10, None]), random_source.choice([0, 10])]
                grade(session, row("a", earned[0]), row("b", earned[1], hidden=True))
            if random_source.random() < 0.3:
                gradings.rerun(session, submission, by=user, lane=random_source.choice(list(Lane)))

    with reading(engine) as session:
        before = sorted((columns(row) for row in session.query(GradeSummary)), key=str)
    with writing(engine) as session:
        assert grade_summary.rebuild(session) == len(before)
    with reading(engine) as session:
        assert sorted((columns(row) for row in session.query(GradeSummary)), key=str) == before
    assert {row["state"] for row in before} >= {GradeState.WAITING}
    assert any(row["points"] for row in before)


def test_the_class_list_has_students_without_a_submission_too(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        alice = make_user(session, "alice", assignment.course)
        make_user(session, "bob", assignment.course)
        make_user(session, "tess", assignment.course, CourseRole.TA)
        make_submission(session, assignment, alice)
        rows = grade_summary.class_list(session, assignment)
        assert [(row.user.name, row.summary is not None) for row in rows] == [
            ("alice", True),
            ("bob", False),
        ]


def test_it_finds_the_summaries_of_a_team_by_assignment(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        alice = make_user(session, "alice", assignment.course)
        make_submission(session, assignment, alice)
        team = courses.team_of(session, assignment.course, alice)
        summaries = grade_summary.of_teams_in_course(session, assignment.course, [team.id])
        assert {key: row.attempts for key, row in summaries.items()} == {assignment.id: 1}


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
