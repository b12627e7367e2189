"""Texts that people mark: what a mark changes, for which texts it counts, and that a regrade keeps it."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from grader.database import (
    grade_summary,
    gradings,
    hand_marking,
    hand_marks,
    reading,
    submission_list,
    writing,
)
from grader.database.errors import BadMark, NothingToMark, OtherText
from grader.database.models import GradeSummary, Grading, Mark
from grader.values import Verdict
from tests.database.test_grade_summary import columns, only_summary
from tests.helpers import audit_trail
from tests.helpers.factories import grade, make_assignment, make_submission, make_user, row

pytestmark = pytest.mark.slow

TEXT = "Two half-spaces are convex."


def text_row(text=TEXT, points=10, hidden=False):
    """A result that awaits a mark."""
    result = row("test_why", 0, points, hidden=hidden)
    return replace(result, verdict=Verdict.PASSED, earned=None, by_hand=True, answer=text)


def mark(session, submission, points="6.5", comment="And the midpoint?", text=TEXT):
    by = submission.submitter  # the web pages check who may mark
    digest = hand_marks.digest_of(text)
    return hand_marking.give(session, submission, "test_why", digest, Decimal(points), comment, by=by)


def report_of(session, submission):
    return hand_marks.report_of(session, gradings.deciding(session, submission, report=True))


def test_a_text_without_a_mark_earns_nothing_and_its_points_are_awaiting(engine):
    with writing(engine) as session:
        make_submission(session)
        grade(session, row("a", 10), text_row())
        summary = only_summary(session)
        assert (summary.points, summary.max_points, summary.awaiting) == (10, 20, 10)
        assert (summary.visible_points, summary.visible_awaiting) == (10, 10)


def test_a_mark_counts_at_once(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 10), text_row())
        mark(session, submission)
        summary = only_summary(session)
        assert (summary.points, summary.awaiting) == (Decimal("16.5"), 0)
        assert report_of(session, submission).results[1].comment == "And the midpoint?"


def test_a_mark_does_not_change_the_report(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grading = grade(session, row("a", 10), text_row())
        before = dict(grading.report)
        mark(session, submission)
        assert grading.report == before
        assert grading.results[1].earned is None


def test_a_second_mark_replaces_the_first_and_both_are_in_the_audit_trail(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, text_row())
        mark(session, submission, "3", "short")
        last = mark(session, submission, "4.25", "read again")
        assert session.query(Mark).count() == 1
        trail = [entry.detail for entry in audit_trail.entries(session, last)]
        assert [(e["points_before"], e["points"]) for e in trail] == [(None, "3"), ("3", "4.25")]
        assert [(e["comment_before"], e["comment"]) for e in trail] == [
            (None, "short"),
            ("short", "read again"),
        ]
        assert only_summary(session).points == Decimal("4.25")


def test_a_mark_and_its_audit_entry_are_stored_together_or_not_at_all(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, text_row())

    def fail_at_the_end():
        with writing(engine) as session:
            mark(session, session.merge(submission))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_at_the_end()
    with reading(engine) as session:
        assert session.query(Mark).count() == 0
        assert only_summary(session).awaiting == 10


def test_a_regrade_keeps_the_mark_of_the_same_text(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 10), text_row())
        mark(session, submission)
        gradings.rerun(session, submission, by=submission.submitter)
        grade(session, row("a", 5), text_row(TEXT + "  \r\n"))
        assert (only_summary(session).points, only_summary(session).awaiting) == (Decimal("11.5"), 0)


def test_another_attempt_with_the_same_text_has_its_mark_and_a_changed_text_has_none(engine):
    with writing(engine) as session:
        first = make_submission(session)
        grade(session, row("a", 0), text_row())
        mark(session, first)
        second = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 10), text_row())
        assert (only_summary(session).counts_id, only_summary(session).points) == (second.id, Decimal("16.5"))
        third = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 10), text_row("Another text."))
        assert report_of(session, third).awaiting == 10
        assert only_summary(session).counts_id == second.id


def test_a_mark_counts_for_every_attempt_with_the_text(engine):
    with writing(engine) as session:
        first = make_submission(session)
        grade(session, row("a", 10), text_row())
        second = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 0), text_row())
        mark(session, second, "10")
        assert (only_summary(session).counts_id, only_summary(session).points) == (first.id, 20)


def test_another_team_with_the_same_text_awaits_its_own_mark(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        alice = make_submission(session, assignment)
        grade(session, text_row())
        bob = make_submission(session, assignment, make_user(session, "bob", assignment.course))
        grade(session, text_row())
        mark(session, alice)
        assert report_of(session, bob).awaiting == 10


def test_a_mark_gives_no_more_than_the_points_of_the_test(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, text_row(points=10))
        mark(session, submission, "8")
        gradings.rerun(session, submission, by=submission.submitter)
        grade(session, text_row(points=5))
        assert only_summary(session).points == 5


@pytest.mark.parametrize("points", ["-0.01", "10.01", "1.005", "NaN", "Infinity"])
def test_points_outside_the_limits_are_refused(engine, points):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, text_row())
        with pytest.raises(BadMark, match="points go from 0 to 10"):
            mark(session, submission, points)
        assert session.query(Mark).count() == 0


def test_a_text_that_changed_since_it_was_read_is_not_marked(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, text_row("The text as it is now."))
        with pytest.raises(OtherText):
            mark(session, submission)


@pytest.mark.parametrize(
    "result",
    [
        row("test_why", 10),
        row("test_why", 0),
        replace(row("test_why", 0), by_hand=True),
        replace(row("test_why", None), by_hand=True, answer=TEXT),
    ],
    ids=["no text", "failed", "text missing", "our fault"],
)
def test_only_a_text_that_awaits_a_mark_can_be_marked(engine, result):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, result)
        with pytest.raises(NothingToMark):
            mark(session, submission)


def test_a_hidden_text_counts_only_after_release(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 10), text_row(hidden=True))
        mark(session, submission, "7")
        summary = only_summary(session)
        assert (summary.points, summary.visible_points, summary.visible_awaiting) == (17, 10, 0)


def test_staff_find_texts_that_await_a_mark(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        marked = make_submission(session, assignment)
        grade(session, text_row())
        mark(session, marked)
        unmarked = make_submission(session, assignment, make_user(session, "bob", assignment.course))
        grade(session, text_row("Not read yet."))
        page = submission_list.find(session, assignment, submission_list.Filter(awaiting=True))
        assert [item.submission.id for item in page.items] == [unmarked.id]


@pytest.mark.slow
def test_summaries_with_marks_are_the_same_after_a_rebuild(engine):
    random_source = random.Random(11)
    with writing(engine) as session:
        assignment = make_assignment(session)
        users = [make_user(session, f"u{n}", assignment.course) for n in range(3)]
        for _ in range(24):
            submission = make_submission(session, assignment, random_source.choice(users))
            text = random_source.choice("abcdefgh")
            grade(session, row("a", random_source.choice([0, 5, 10])), text_row(text))
            if submission.submitter_id != users[0].id and random_source.random() < 0.4:
                mark(session, submission, str(random_source.randint(0, 10)), text=text)
    with reading(engine) as session:
        before = sorted((columns(row) for row in session.query(GradeSummary)), key=str)
    with writing(engine) as session:
        for grading in session.scalars(select(Grading)):
            grading.score = grading.awaiting = Decimal(1)  # computed values, so the rebuild must not use them
        grade_summary.rebuild(session)
    with reading(engine) as session:
        assert sorted((columns(row) for row in session.query(GradeSummary)), key=str) == before
    assert any(row["awaiting"] for row in before)
