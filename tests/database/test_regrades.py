"""A regrade grades chosen submissions again, a few at a time; nothing changes until it is applied."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from grader.database import (
    extensions,
    grade_summary,
    gradings,
    regrade_changes,
    regrade_choice,
    regrade_list,
    regrade_queue,
    regrades,
    writing,
)
from grader.database.errors import StoreError
from grader.database.models import (
    Audit,
    Choice,
    Counting,
    GradeSummary,
    Grading,
    Job,
    JobState,
    Lane,
    PackState,
    RegradeState,
)
from tests.helpers.factories import (
    grade,
    make_assignment,
    make_course,
    make_submission,
    make_user,
    make_version,
    row,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def session(engine):
    with writing(engine) as session:
        yield session


def begin(session, students=3, earned=4):
    """An assignment with a graded submission of each student, a second version of its pack, and staff."""
    course = make_course(session)
    first = make_version(session, slug="mlp")
    assignment = make_assignment(session, course, version=first)
    submissions = []
    for number in range(students):
        submissions.append(make_submission(session, assignment, make_user(session, f"s{number}", course)))
        grade(session, row("a", earned))
    second = make_version(session, slug="mlp")
    return assignment, submissions, second, make_user(session, "elena", course)


def start(session, students=3, **values):
    assignment, submissions, second, elena = begin(session, students, **values)
    wanted = regrade_choice.counting(session, assignment)
    regrade = regrades.start(session, assignment, second, wanted, why="the attempts that count", by=elena)
    return regrade, assignment, submissions, elena


def points(session, assignment):
    session.expire_all()
    rows = session.query(GradeSummary).filter_by(assignment_id=assignment.id).order_by(GradeSummary.team_id)
    return [summary.points for summary in rows]


def waiting(session):
    return session.query(Grading).filter_by(state=JobState.QUEUED).order_by(Grading.id).all()


def test_its_gradings_wait_in_the_bulk_lane_with_the_new_version(session):
    regrade, _, submissions, _ = start(session)

    rows = waiting(session)
    assert [grading.submission_id for grading in rows] == [submission.id for submission in submissions]
    assert {(grading.lane, grading.pack_version_id) for grading in rows} == {
        (Lane.BULK, regrade.pack_version_id)
    }


def test_nothing_counts_until_it_is_applied(session):
    regrade, assignment, _, elena = start(session)
    before = assignment.pack_version_id
    for _ in range(3):
        grade(session, row("a", 9))

    assert regrade.state is RegradeState.READY
    assert points(session, assignment) == [4, 4, 4]
    assert assignment.pack_version_id == before

    assert regrades.apply(session, regrade, by=elena) == ()
    assert points(session, assignment) == [9, 9, 9]
    assert assignment.pack_version_id == regrade.pack_version_id


def test_a_discarded_one_changes_nothing(session):
    regrade, assignment, submissions, elena = start(session)
    grade(session, row("a", 9))

    regrades.discard(session, regrade, by=elena)

    assert (points(session, assignment), waiting(session)) == ([4, 4, 4], [])
    assert gradings.deciding(session, submissions[0]).score == 4
    with pytest.raises(StoreError, match="discarded"):
        regrades.apply(session, regrade, by=elena)


def test_it_queues_a_few_at_a_time_and_each_that_ends_queues_the_next(session, monkeypatch):
    monkeypatch.setattr(regrade_queue, "AHEAD", 2)
    regrade, *_ = start(session, students=4)
    assert len(waiting(session)) == 2

    left = []
    for _ in range(4):
        grade(session, row("a", 9))
        left.append((len(waiting(session)), regrade_list.progress(session, regrade).left, str(regrade.state)))

    assert left == [(2, 3, "running"), (2, 2, "running"), (1, 1, "running"), (0, 0, "ready")]


def test_one_that_is_stopped_queues_nothing_and_can_be_resumed(session, monkeypatch):
    monkeypatch.setattr(regrade_queue, "AHEAD", 2)
    regrade, _, _, elena = start(session, students=4)
    grade(session, row("a", 9))

    regrades.stop(session, regrade, by=elena)
    assert waiting(session) == []
    assert regrade_queue.feed_all(session) == 0

    regrades.resume(session, regrade, by=elena)
    for _ in range(3):
        grade(session, row("a", 9))
    assert regrade_list.progress(session, regrade) == regrade_list.Progress(scored=4, unscored=0, left=0)
    assert regrade.state is RegradeState.READY


def test_a_submission_taken_back_out_of_turn_is_graded_after_all(session, monkeypatch):
    monkeypatch.setattr(regrade_queue, "AHEAD", 3)
    regrade, _, _, elena = start(session, students=3)
    session.query(Job).filter_by(id=waiting(session)[0].id).update({"lane": Lane.BULK, "turn": 5})
    grade(session, row("a", 9))  # of the second

    regrades.stop(session, regrade, by=elena)
    regrades.resume(session, regrade, by=elena)
    for _ in range(2):
        grade(session, row("a", 9))

    assert regrade.state is RegradeState.READY


def test_the_sweeper_goes_on_where_the_end_of_a_grading_was_lost(session):
    regrade, *_ = start(session)
    session.query(Grading).filter_by(regrade_id=regrade.id).delete()
    session.query(Job).filter_by(state=JobState.QUEUED).delete()

    assert regrade_queue.feed_all(session) == 3


def test_a_grading_without_a_score_leaves_the_old_points(session):
    regrade, assignment, _, elena = start(session, students=2)
    grade(session, row("a", None))
    grade(session, row("a", 9))

    assert regrade_list.progress(session, regrade) == regrade_list.Progress(scored=1, unscored=1, left=0)
    regrades.apply(session, regrade, by=elena)

    assert points(session, assignment) == [4, 9]


def test_an_attempt_that_came_meanwhile_is_named_when_it_is_applied(session):
    regrade, assignment, _, elena = start(session, students=1)
    grade(session, row("a", 9))
    late = make_submission(session, assignment, make_user(session, "late", assignment.course))
    grade(session, row("a", 4))

    assert regrades.apply(session, regrade, by=elena) == (late.id,)


def test_it_refuses_a_second_one_before_the_first_is_decided(session):
    regrade, assignment, submissions, elena = start(session)

    with pytest.raises(regrades.RegradeUnderWay, match="not decided"):
        regrades.start(session, assignment, regrade.pack_version, [submissions[0].id], why="one", by=elena)


def test_it_refuses_versions_that_are_of_another_pack_or_not_published(session):
    assignment, submissions, second, elena = begin(session)
    other = make_version(session, slug="xor")
    second.state = PackState.PROVEN

    for version, why in ((other, "another pack"), (second, "not published")):
        with pytest.raises(StoreError, match=why):
            regrades.start(session, assignment, version, [submissions[0].id], why="one", by=elena)


def test_it_refuses_to_apply_what_is_not_complete(session):
    regrade, _, _, elena = start(session)

    with pytest.raises(StoreError, match="running"):
        regrades.apply(session, regrade, by=elena)


def test_each_decision_is_in_the_audit_trail(session):
    regrade, _, _, elena = start(session, students=1)
    grade(session, row("a", Decimal("9.5")))
    regrades.apply(session, regrade, by=elena)

    rows = session.query(Audit).filter_by(subject="regrades").order_by(Audit.id).all()
    assert [(entry.action, entry.actor_id) for entry in rows] == [
        ("regrade.started", elena.id),
        ("regrade.applied", elena.id),
    ]
    assert rows[1].detail["version_before"] == 1


def _choice(submission):
    team, by = submission.team_id, submission.submitter_id
    return {
        "assignment_id": submission.assignment_id,
        "team_id": team,
        "submission_id": submission.id,
        "by_id": by,
    }


def full(session, assignment, regrade=None):
    """The points of each team, computed from every attempt."""
    rows = grade_summary.compute_all(session, assignment, regrade_id=None if regrade is None else regrade.id)
    return {team: values["points"] for team, values in rows.items()}


@pytest.mark.parametrize("counting", list(Counting))
@pytest.mark.parametrize(("seed", "percent"), [(0, None), (1, 20), (2, 100), (3, 30)])
def test_what_would_change_is_what_every_attempt_of_every_team_says(session, counting, seed, percent):
    chance = Random(seed)
    assignment, submissions, second, elena = begin(session, students=3, earned=0)
    assignment.counting = counting
    assignment.course.late_percent = None if percent is None else Decimal(percent)
    assignment.closes_at = assignment.due_at + timedelta(days=6)
    people = [submission.submitter for submission in submissions]
    extensions.give(session, assignment.course, extensions.Wish(user=people[0], hours=48), by=elena)
    for days in (-1, 1, 1, 2, 2, 3, 3, 4, 4, 5):
        at = assignment.due_at + timedelta(days=days, hours=-1)
        submission = make_submission(session, assignment, chance.choice(people), at=at)
        submissions.append(submission)
        grade(session, row("a", chance.choice([0, 4, 7, 10, None])))
    for submission in chance.sample(submissions, 3):
        session.merge(Choice(**_choice(submission)))
    grade_summary.refresh_all(session, assignment)
    chosen = chance.sample([submission.id for submission in submissions], 7)
    regrade = regrades.start(session, assignment, second, chosen, why="some", by=elena)
    for _ in chosen:
        grade(session, row("a", chance.choice([0, 4, 4, 7, 10, None])))
    gradings.rerun(session, submissions[0], by=elena)
    grade(session, row("a", chance.choice([0, 4, 10])))

    before, after = full(session, assignment), full(session, assignment, regrade)

    changes = {
        change.team_id: (change.before, change.after) for change in regrade_changes.changes(session, regrade)
    }
    assert changes == {team: (before[team], after[team]) for team in changes}
    assert {team for team in after if after[team] != before[team]} <= changes.keys()
    for grading in session.query(Grading):
        assert grading.assignment_id == grading.submission.assignment_id


def test_a_late_attempt_with_fewer_points_can_be_the_one_that_would_count(session):
    assignment, (first,), second, elena = begin(session, students=1, earned=5)
    assignment.course.late_percent = Decimal(20)
    assignment.closes_at = assignment.due_at + timedelta(days=6)
    for days, earned in ((1, 7), (4, 10), (5, 1)):
        at = assignment.due_at + timedelta(days=days, hours=-1)
        last = make_submission(session, assignment, first.submitter, at=at)
        grade(session, row("a", earned))
    regrade = regrades.start(session, assignment, second, [last.id], why="one", by=elena)
    grade(session, row("a", 9))

    (change,) = regrade_changes.changes(session, regrade)

    assert (change.before, change.after) == (7, 7)  # 5.6 are left of them, of 10 only 2, and all of 5


def test_it_says_what_would_change_for_whom_before_anything_does(session):
    regrade, assignment, submissions, _ = start(session, students=4, earned=4)
    for earned in (9, 0, None, 4):
        grade(session, row("a", earned))

    first, second, _, fourth = (submission.team_id for submission in submissions)
    changes = regrade_changes.changes(session, regrade)
    assert [(change.team_id, change.before, change.after) for change in changes] == [
        (second, 4, 0),
        (fourth, 4, 4),
        (first, 4, 9),
    ]
    assert points(session, assignment) == [4, 4, 4, 4]
