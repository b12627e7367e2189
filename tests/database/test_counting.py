"""Which attempt counts: best, latest, chosen; without regrades that are not applied, with changed points."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.database import choices, grade_summary, gradings, hand_marks, submissions, writing
from grader.database.counting import Attempt, History, Rules, Scored, which_counts
from grader.database.errors import NoChoice, TooSoon
from grader.database.late import Policy, days_late, percent_off, reduced
from grader.database.models import (
    Counting,
    CourseRole,
    GradeState,
    GradeSummary,
    Lane,
    Override,
    Regrade,
    RegradeState,
)
from tests.helpers import audit_trail
from tests.helpers.factories import NOON, grade, make_assignment, make_submission, make_user, row

DAY = timedelta(days=1)
DUE = NOON + 7 * DAY


def history(*attempts, chosen=None):
    """Attempts of (points, days after the due date), with the ids 1, 2, ..."""
    zero = Decimal(0)
    scored = {
        number: Scored(number, number, DUE + late * DAY, Decimal(points), zero, zero, zero, zero, zero)
        for number, (points, late) in enumerate(attempts, 1)
    }
    rows = tuple(Attempt(number, one.at, False) for number, one in scored.items())
    return History(rows, scored, False, chosen)


def rules(counting, percent=10, grace=0):
    return Rules(counting, Policy(grace, Decimal(percent)), DUE)


def test_the_best_is_the_one_with_the_most_final_points():
    attempts = history((95, 1), (88, 0), (80, 0))
    assert which_counts(attempts, rules(Counting.BEST)).submission_id == 2
    assert which_counts(attempts, rules(Counting.BEST, percent=5)).submission_id == 1


def test_grace_days_do_not_change_which_attempt_is_the_best():
    assert which_counts(history((95, 1), (88, 0)), rules(Counting.BEST, grace=3)).submission_id == 2


def test_of_equal_final_points_the_latest_counts():
    assert which_counts(history((100, 1), (90, 0), (90, -1)), rules(Counting.BEST)).submission_id == 3


def test_the_latest_counts_even_if_it_has_fewer_points():
    assert which_counts(history((95, 0), (20, 0)), rules(Counting.LATEST)).submission_id == 2


def test_the_best_counts_until_one_is_chosen():
    assert which_counts(history((50, 0), (90, 0), (10, 0)), rules(Counting.CHOSEN)).submission_id == 2
    chosen = history((50, 0), (90, 0), (10, 0), chosen=1)
    assert which_counts(chosen, rules(Counting.CHOSEN)).submission_id == 1
    assert which_counts(history((50, 0), chosen=7), rules(Counting.CHOSEN)).submission_id == 1


attempts = st.lists(st.tuples(st.decimals(0, 100, places=1), st.integers(-3, 5)), min_size=1, max_size=8)


@given(attempts, st.integers(0, 100))
def test_no_attempt_has_more_final_points_than_the_best(rows, percent):
    known = history(*rows)
    best = which_counts(known, rules(Counting.BEST, percent))

    def final(attempt):
        policy = Policy(0, Decimal(percent))
        return reduced(attempt.points, percent_off(policy, days_late(attempt.at, DUE)))

    assert all(
        (final(one), one.submission_id) <= (final(best), best.submission_id) for one in known.scored.values()
    )


def test_the_latest_counts_in_the_summary_and_its_change_is_logged(engine):
    with writing(engine) as session:
        first = make_submission(session)
        grade(session, row("a", 10))
        second = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 4))
        first.assignment.counting = Counting.LATEST

        assert grade_summary.refresh_all(session, first.assignment) == 1
        summary = session.query(GradeSummary).one()
        assert (summary.counts_id, summary.points) == (second.id, 4)
        entry = audit_trail.entries(session, first.team)[-1]
        assert (entry.action, entry.detail["before"], entry.detail["after"]) == ("standing.points", "10", "4")
        assert grade_summary.refresh_all(session, first.assignment) == 0


def test_a_team_chooses_the_attempt_that_counts_and_can_choose_again(engine):
    with writing(engine) as session:
        first = make_submission(session)
        grade(session, row("a", 10))
        second = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 4))
        with pytest.raises(NoChoice, match="the best attempt counts"):
            choices.choose(session, second, by=first.submitter)

        first.assignment.counting = Counting.CHOSEN
        choices.choose(session, second, by=first.submitter)
        assert session.query(GradeSummary).one().points == 4
        choices.choose(session, first, by=first.submitter)
        assert session.query(GradeSummary).one().points == 10
        entry = next(e for e in audit_trail.entries(session, first) if e.action == "submission.chosen")
        assert entry.detail == {"before": second.id, "after": first.id}

        first.assignment.marks_published_at = NOON
        with pytest.raises(NoChoice, match="published"):
            choices.choose(session, second, by=first.submitter)


def test_a_regrade_counts_for_nothing_and_is_not_shown_until_it_is_applied(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        first = grade(session, row("a", 10))
        regrade = Regrade(
            assignment_id=submission.assignment_id,
            pack_version_id=submission.assignment.pack_version_id,
            selection={"submissions": []},
            size=1,
            by_id=submission.submitter_id,
        )
        session.add(regrade)
        session.flush()
        again = gradings.enqueue(session, submission, Lane.BULK)
        again.regrade_id = regrade.id
        grade_summary.refresh(session, submission.assignment_id, submission.team_id)
        assert session.query(GradeSummary).one().state is GradeState.GRADED
        grade(session, row("a", 3))

        assert session.query(GradeSummary).one().points == 10
        assert gradings.latest(session, submission) is first
        assert gradings.deciding(session, submission) is first
        regrade.state = RegradeState.APPLIED
        assert grade_summary.refresh_all(session, submission.assignment) == 1
        assert session.query(GradeSummary).one().points == 3
        assert gradings.deciding(session, submission) is again


def test_points_that_a_person_changed_are_in_the_sums_and_survive_a_rerun(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 10), row("b", 0))
        override = Override(
            assignment_id=submission.assignment_id,
            team_id=submission.team_id,
            test_id="b",
            points=Decimal("6.5"),
            reason="the message was misleading",
            by_id=submission.submitter_id,
        )
        session.add(override)
        session.flush()

        def points():
            hand_marks.recount_team(session, submission.assignment_id, submission.team_id)
            grade_summary.refresh(session, submission.assignment_id, submission.team_id)
            return session.query(GradeSummary).one().points

        assert points() == Decimal("16.5")
        gradings.rerun(session, submission, by=submission.submitter)
        again = grade(session, row("a", 10), row("b", None), failure="the runner broke")
        assert again.score == Decimal("16.5")
        assert [result.earned for result in again.results] == [10, None]
        grade_summary.rebuild(session)
        assert session.query(GradeSummary).one().points == Decimal("16.5")
        override.withdrawn_at = NOON
        assert points() == 10


def test_a_student_waits_between_two_attempts_and_is_told_until_when(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        assignment.cool_down_min = 30
        first = make_submission(session, assignment, at=NOON)
        soon, alice = NOON + timedelta(minutes=29, seconds=59), first.submitter

        with pytest.raises(TooSoon, match=r"30 minutes must pass.*Wed 14 Oct, 14:30:00 \(Europe/Zurich\)"):
            submissions.submit(session, assignment, alice, [("mlp.py", b"y")], soon)
        submissions.submit(session, assignment, alice, [("mlp.py", b"y")], NOON + timedelta(minutes=30))


def test_an_attempt_given_back_and_staff_ask_for_no_wait(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        assignment.cool_down_min = 30
        first = make_submission(session, assignment, at=NOON)
        first.given_back = True
        submissions.submit(session, assignment, first.submitter, [("mlp.py", b"y")], NOON)
        elena = make_user(session, "elena", assignment.course, CourseRole.INSTRUCTOR)
        made = [
            submissions.submit(session, assignment, elena, [("mlp.py", b"y")], NOON).number for _ in range(2)
        ]

        assert made == [1, 2]


def test_those_who_left_are_in_no_class_list(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        assert len(grade_summary.class_list(session, submission.assignment)) == 1
        submission.submitter.enrolments[0].left_at = NOON
        session.flush()
        assert not grade_summary.class_list(session, submission.assignment)
