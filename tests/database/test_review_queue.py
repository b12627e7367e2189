"""The queue of an assignment: a stable order, names that stand for teams, shares of the markers."""

from collections import Counter

import pytest
from sqlalchemy import event, select

from grader.database import review_queue, writing
from grader.database.errors import StoreError
from grader.database.models import CourseRole, Enrolment, Marker
from tests.database.test_hand_marking import mark, text_row
from tests.helpers.factories import grade, make_assignment, make_submission, make_user, row

pytestmark = pytest.mark.slow


def fill(session, assignment, count, *results):
    users = [make_user(session, f"s{n}", assignment.course) for n in range(count)]
    made = []
    for user in users:
        made.append(make_submission(session, assignment, user))
        grade(session, *(results or (row("a", 5),)))
    return made


def staff(session, assignment, count=2):
    return [make_user(session, f"t{n}", assignment.course, CourseRole.TA) for n in range(count)]


def test_the_order_is_the_same_each_time_and_not_that_of_the_hand_ins(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        made = fill(session, assignment, 12)
        first, again = (review_queue.entries(session, assignment) for _ in range(2))
        assert first == again
        assert [e.team_id for e in first] != [s.team_id for s in made]
        assert {e.public_id for e in first} == {s.public_id for s in made}
        assert len({review_queue.pseudonym(assignment.secret, e.team_id) for e in first}) == 12


def test_it_knows_what_awaits_a_mark(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        first, _ = fill(session, assignment, 2, text_row())
        mark(session, first)
        state = {e.team_id: (e.has_text, e.awaiting) for e in review_queue.entries(session, assignment)}
        assert state.pop(first.team_id) == (True, False)
        assert list(state.values()) == [(True, True)]


def test_teams_are_shared_evenly_and_those_with_a_marker_keep_theirs(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        fill(session, assignment, 4)
        one, two, three = staff(session, assignment, 3)
        assert review_queue.share_evenly(session, assignment, [one.id], by=one) == 4
        fill(session, assignment, 5)
        assert review_queue.share_evenly(session, assignment, [one.id, two.id, three.id], by=one) == 5
        load = Counter(e.marker_id for e in review_queue.entries(session, assignment))
        assert (load[one.id], sorted((load[two.id], load[three.id]))) == (4, [2, 3])
        assert review_queue.take_all_back(session, assignment, by=one) == 9
        assert session.scalar(select(Marker)) is None


def test_teams_are_shared_by_section(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        made = fill(session, assignment, 3)
        for submission, section in zip(made, ("A", "A", "B"), strict=True):
            own = select(Enrolment).where(Enrolment.user_id == submission.submitter_id)
            session.scalars(own).one().section = section
        one, two = staff(session, assignment)
        given = review_queue.share_by_section(session, assignment, {"A": one.id, "B": two.id}, by=one)
        marker = {e.team_id: e.marker_id for e in review_queue.entries(session, assignment)}
        assert given == 3
        assert [marker[s.team_id] for s in made] == [one.id, one.id, two.id]


def test_only_staff_mark(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        student = fill(session, assignment, 1)[0].submitter
        with pytest.raises(StoreError, match="staff"):
            review_queue.share_evenly(session, assignment, [student.id], by=student)


def test_thirty_teams_take_as_many_statements_as_three(engine):
    counts = []
    with writing(engine) as session:
        assignment = make_assignment(session)
        for more in (3, 27):
            fill(session, assignment, more)
            seen = []
            listener = lambda *args, seen=seen: seen.append(args[2])  # noqa: E731
            event.listen(engine, "before_cursor_execute", listener)
            review_queue.entries(session, assignment)
            event.remove(engine, "before_cursor_execute", listener)
            counts.append(len(seen))
    assert counts[0] == counts[1] <= 2
