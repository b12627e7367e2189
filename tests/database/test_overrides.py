"""Points that a person changes: they hold for all attempts and after a regrade, and can be withdrawn."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from grader.database import gradings, hand_marks, overrides, writing
from grader.database.errors import BadPoints, BadText
from grader.database.models import Override
from tests.database.test_grade_summary import only_summary
from tests.database.test_hand_marking import text_row
from tests.helpers import audit_trail
from tests.helpers.factories import grade, make_submission, row


def change(session, submission, points="7", reason="The sum is right.", test="a"):
    by = submission.submitter  # the web pages check who may
    return overrides.give(session, submission, test, Decimal(points), reason, by=by)


def test_changed_points_count_at_once_and_the_result_stays(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grading = grade(session, row("a", 2), row("b", 5))
        before = dict(grading.report)
        change(session, submission)
        assert only_summary(session).points == 12
        assert grading.report == before
        assert hand_marks.report_of(session, grading).results[0].earned == 7


def test_they_survive_a_regrade_and_hold_for_the_next_attempt(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 2))
        change(session, submission)
        gradings.rerun(session, submission, by=submission.submitter)
        grade(session, row("a", 0))
        assert only_summary(session).points == 7
        make_submission(session, submission.assignment, submission.submitter, text=b"y = 2\n")
        grade(session, row("a", 1))
        assert only_summary(session).points == 7


def test_withdrawn_the_points_that_were_found_count_again_and_both_are_in_the_audit_trail(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 2))
        made = change(session, submission)
        assert overrides.withdraw(session, submission, "a", by=submission.submitter)
        assert only_summary(session).points == 2
        assert not overrides.withdraw(session, submission, "a", by=submission.submitter)
        trail = audit_trail.entries(session, made)
        assert [(e.action, e.detail["before"], e.detail["after"]) for e in trail] == [
            ("points.overridden", "2", "7"),
            ("points.restored", "7", "2"),
        ]


def test_of_two_changes_the_second_holds_and_the_first_is_withdrawn(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 2))
        change(session, submission)
        last = change(session, submission, "4")
        assert only_summary(session).points == 4
        assert [o.withdrawn_at is None for o in session.scalars(select(Override).order_by(Override.id))] == [
            False,
            True,
        ]
        assert audit_trail.entries(session, last)[0].detail["before"] == "7"


def test_a_text_with_changed_points_awaits_no_mark(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, text_row())
        change(session, submission, test="test_why")
        assert (only_summary(session).points, only_summary(session).awaiting) == (7, 0)


@pytest.mark.parametrize("points", ["-1", "10.01", "1.005", "NaN"])
def test_it_refuses_points_outside_of_the_row(engine, points):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 2))
        with pytest.raises(BadPoints, match="from 0 to 10"):
            change(session, submission, points)


def test_it_refuses_no_reason_an_unknown_row_and_an_attempt_without_result(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        with pytest.raises(BadPoints, match="no result"):
            change(session, submission)
        grade(session, row("a", 2))
        with pytest.raises(BadPoints, match="no result of this test"):
            change(session, submission, test="nothing")
        with pytest.raises(BadText, match="reason is empty"):
            change(session, submission, reason="  \n")
