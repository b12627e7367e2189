"""Rubric items: a change of one changes every mark that has it; and marks that are taken back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.database import hand_marking, rubrics, writing
from grader.database.errors import BadMark, BadPoints, NothingToMark, StoreError
from grader.database.hand_marks import digest_of
from grader.database.models import Mark, MarkItem
from tests.database.test_grade_summary import only_summary
from tests.database.test_hand_marking import TEXT, text_row
from tests.helpers import audit_trail
from tests.helpers.factories import grade, make_assignment, make_submission, make_user


@pytest.fixture
def marked(engine):
    """(session, submission, item): a text with a mark of 3 and an item of 4, 7 of 10 together."""
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, text_row())
        item = add(session, submission, "names both half-spaces", "4")
        mark(session, submission, "3", [item.id])
        yield session, submission, item


def add(session, submission, text="an item", points="2"):
    by = submission.submitter
    item = rubrics.add(session, submission.assignment, "test_why", text, Decimal(points), by=by)
    session.flush()
    return item


def mark(session, submission, points, items=()):
    by, digest = submission.submitter, digest_of(TEXT)
    return hand_marking.give(session, submission, "test_why", digest, Decimal(points), "", by=by, items=items)


def change(session, submission, item, points, text="another text"):
    by = submission.submitter
    return rubrics.change(session, submission.assignment, item, text, Decimal(points), by=by)


def test_a_mark_is_the_points_that_were_typed_and_those_of_its_items(marked):
    session, _, _ = marked

    assert only_summary(session).points == 7


def test_a_change_of_an_item_changes_the_marks_that_have_it(marked):
    session, submission, item = marked

    assert change(session, submission, item, "1.5") == 1
    assert only_summary(session).points == Decimal("4.5")
    detail = audit_trail.entries(session, session.query(Mark).one())[-1].detail
    assert (detail["points_before"], detail["points"]) == ("7", "4.5")


def test_the_preview_names_the_marks_that_would_change_and_changes_none(marked):
    session, _, item = marked

    effects = rubrics.effects(session, item, Decimal(1))

    assert [(effect.mark.points, effect.after) for effect in effects] == [(7, 4)]
    assert rubrics.effects(session, item, Decimal(4)) == ()


def test_only_marks_with_the_item_change(marked):
    session, submission, item = marked
    other = make_submission(
        session, submission.assignment, make_user(session, "bob", submission.assignment.course)
    )
    grade(session, text_row())
    mark(session, other, "5")

    assert change(session, submission, item, "5") == 1
    assert sorted(row.points for row in session.query(Mark)) == [5, 8]


def test_a_mark_that_was_cut_to_the_row_comes_back_from_the_limit(marked):
    session, submission, item = marked

    change(session, submission, item, "50")
    assert only_summary(session).points == 10
    change(session, submission, item, "2")
    assert only_summary(session).points == 5
    change(session, submission, item, "-8")
    assert only_summary(session).points == 0


def test_deleting_an_item_takes_its_points_and_restoring_it_gives_them_back(marked):
    session, submission, item = marked
    by, assignment = submission.submitter, submission.assignment

    assert rubrics.delete(session, assignment, item, by=by) == 1
    assert only_summary(session).points == 3
    assert rubrics.restore(session, assignment, item, by=by) == 1
    assert only_summary(session).points == 7


def test_an_item_that_was_deleted_meanwhile_is_not_marked_with(marked):
    session, submission, item = marked
    rubrics.delete(session, submission.assignment, item, by=submission.submitter)

    with pytest.raises(BadMark, match="was deleted"):
        mark(session, submission, "3", [item.id])


def test_a_mark_that_is_taken_back_awaits_marking_again(marked):
    session, submission, _ = marked
    row = session.query(Mark).one()

    hand_marking.take_back(session, submission, "test_why", digest_of(TEXT), by=submission.submitter)

    assert (only_summary(session).points, only_summary(session).awaiting) == (0, 10)
    assert session.query(Mark).count() == session.query(MarkItem).count() == 0
    entry = audit_trail.entries(session, row)[-1]
    assert (entry.action, entry.detail["points_before"]) == ("text.mark_taken_back", "7")
    with pytest.raises(NothingToMark):
        hand_marking.take_back(session, submission, "test_why", digest_of(TEXT), by=submission.submitter)


def test_it_refuses_an_empty_text_and_points_without_measure(engine):
    with writing(engine) as session:
        submission = make_submission(session, make_assignment(session))
        with pytest.raises(StoreError, match="1 to 300 characters"):
            add(session, submission, "")
        with pytest.raises(BadPoints):
            add(session, submission, "x", "1001")


@given(*(st.decimals(-50, 50, places=2) for _ in range(2)), st.decimals(0, 50, places=2))
def test_a_mark_is_never_below_0_nor_above_the_row(extra, items, most):
    points = hand_marking.total(extra, items, most)

    assert 0 <= points <= most
    assert points == extra + items or points in (0, most)
