"""Texts that people mark: what a mark changes, whose it is, and what a regrade keeps."""

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
from tests.database.test_grade_summary import columns, only
from tests.helpers import audit_trail
from tests.helpers.factories import grade, make_assignment, make_submission, make_user, row

TEXT = "Two half-spaces are convex."


def text_row(text=TEXT, points=10, hidden=False):
    """A result that waits for a person."""
    waiting = row("test_why", 0, points, hidden=hidden)
    return replace(waiting, verdict=Verdict.PASSED, earned=None, by_hand=True, answer=text)


def mark(session, submission, points="6.5", comment="And the midpoint?", text=TEXT):
    by = submission.submitter  # who may is the site's business
    digest = hand_marks.digest_of(text)
    return hand_marking.give(session, submission, "test_why", digest, Decimal(points), comment, by=by)


def told(session, submission):
    return hand_marks.report_of(session, gradings.deciding(session, submission, report=True))


def test_a_text_earns_nothing_and_the_standing_says_what_waits(engine):
    with writing(engine) as session:
        make_submission(session)
        grade(session, row("a", 10), text_row())
        found = only(session)
        assert (found.points, found.max_points, found.awaiting) == (10, 20, 10)
        assert (found.visible_points, found.visible_awaiting) == (10, 10)


def test_a_mark_counts_at_once(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 10), text_row())
        mark(session, submission)
        found = only(session)
        assert (found.points, found.awaiting) == (Decimal("16.5"), 0)
        assert told(session, submission).results[1].comment == "And the midpoint?"


def test_what_the_machine_gave_is_kept_apart(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        kept = grade(session, row("a", 10), text_row())
        before = dict(kept.report)
        mark(session, submission)
        assert kept.report == before
        assert kept.results[1].earned is None


def test_a_second_mark_takes_the_firsts_place_and_both_are_on_record(engine):
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
        assert only(session).points == Decimal("4.25")


def test_a_mark_and_its_record_are_kept_or_lost_together(engine):
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
        assert only(session).awaiting == 10


def test_a_regrade_keeps_the_mark_of_the_same_text(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 10), text_row())
        mark(session, submission)
        gradings.rerun(session, submission, by=submission.submitter)
        grade(session, row("a", 5), text_row(TEXT + "  \r\n"))
        assert (only(session).points, only(session).awaiting) == (Decimal("11.5"), 0)


def test_another_attempt_with_the_same_text_has_its_mark_and_a_changed_one_waits(engine):
    with writing(engine) as session:
        first = make_submission(session)
        grade(session, row("a", 0), text_row())
        mark(session, first)
        second = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 10), text_row())
        assert (only(session).counts_id, only(session).points) == (second.id, Decimal("16.5"))
        third = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 10), text_row("Another text."))
        assert told(session, third).awaiting == 10
        assert only(session).counts_id == second.id


def test_a_mark_reaches_every_attempt_that_holds_the_text(engine):
    with writing(engine) as session:
        first = make_submission(session)
        grade(session, row("a", 10), text_row())
        second = make_submission(session, first.assignment, first.submitter)
        grade(session, row("a", 0), text_row())
        mark(session, second, "10")
        assert (only(session).counts_id, only(session).points) == (first.id, 20)


def test_another_team_with_the_same_text_waits_for_its_own_mark(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        alice = make_submission(session, assignment)
        grade(session, text_row())
        bob = make_submission(session, assignment, make_user(session, "bob", assignment.course))
        grade(session, text_row())
        mark(session, alice)
        assert told(session, bob).awaiting == 10


def test_a_mark_is_worth_no_more_than_the_row_is_now(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, text_row(points=10))
        mark(session, submission, "8")
        gradings.rerun(session, submission, by=submission.submitter)
        grade(session, text_row(points=5))
        assert only(session).points == 5


@pytest.mark.parametrize("points", ["-0.01", "10.01", "1.005", "NaN", "Infinity"])
def test_points_out_of_bounds_are_refused(engine, points):
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
    ids=["no text", "failed", "text missing", "ours"],
)
def test_only_a_text_that_waits_can_be_marked(engine, result):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, result)
        with pytest.raises(NothingToMark):
            mark(session, submission)


def test_a_hidden_text_counts_after_release_alone(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 10), text_row(hidden=True))
        mark(session, submission, "7")
        found = only(session)
        assert (found.points, found.visible_points, found.visible_awaiting) == (17, 10, 0)


def test_staff_find_what_waits(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        marked = make_submission(session, assignment)
        grade(session, text_row())
        mark(session, marked)
        waits = make_submission(session, assignment, make_user(session, "bob", assignment.course))
        grade(session, text_row("Not read yet."))
        found = submission_list.find(session, assignment, submission_list.Filter(awaiting=True))
        assert [item.submission.id for item in found.items] == [waits.id]


def test_standings_with_marks_are_the_same_when_rebuilt_from_nothing(engine):
    chance = random.Random(11)
    with writing(engine) as session:
        assignment = make_assignment(session)
        users = [make_user(session, f"u{n}", assignment.course) for n in range(3)]
        for _ in range(24):
            submission = make_submission(session, assignment, chance.choice(users))
            text = chance.choice("abcdefgh")
            grade(session, row("a", chance.choice([0, 5, 10])), text_row(text))
            if submission.submitter_id != users[0].id and chance.random() < 0.4:
                mark(session, submission, str(chance.randint(0, 10)), text=text)
    with reading(engine) as session:
        kept = sorted((columns(one) for one in session.query(GradeSummary)), key=str)
    with writing(engine) as session:
        for grading in session.scalars(select(Grading)):
            grading.score = grading.awaiting = Decimal(1)  # derived, so whatever stands there is no source
        grade_summary.rebuild(session)
    with reading(engine) as session:
        assert sorted((columns(one) for one in session.query(GradeSummary)), key=str) == kept
    assert any(one["awaiting"] for one in kept)
