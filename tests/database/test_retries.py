"""A grading that ended without a score is tried again by itself, once for each of a few pauses."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from grader.database import (
    claims,
    grade_summary,
    gradings,
    packs,
    reading,
    results,
    retries,
    submission_list,
    submissions,
    writing,
)
from grader.database.clock import Now, database_now
from grader.database.errors import NoAttemptsLeft
from grader.database.models import Grading, Job, JobState, Lane, Result, Submission
from grader.values import Cause
from tests.helpers.factories import (
    grade,
    make_assignment,
    make_course,
    make_submission,
    make_user,
    make_version,
    row,
)


def now_due(session):
    """Let the pauses of all retries end."""
    session.flush()
    session.execute(update(Grading.__table__).values(retry_at=Now(-1)).where(text("retry_at IS NOT NULL")))
    session.expire_all()


def queue_all(session):
    return [again for id in retries.due(session) if (again := retries.queue(session, id)) is not None]


def by_pack(*rows):
    """Results whose rows without a verdict have the cause "pack"."""
    return [result if result.cause is None else replace_cause(result) for result in rows]


def replace_cause(result):
    return result.__class__(**{**vars(result), "cause": Cause.PACK})


def test_one_internal_row_is_enough_for_a_retry_after_the_first_pause(engine):
    with writing(engine) as session:
        make_submission(session)
        ended = grade(session, row("a"), row("b", None))

        assert ended.state is JobState.DONE
        assert ended.failure.startswith("b (system)")
        wait = ended.retry_at - database_now(session)
        assert timedelta(seconds=retries.PAUSES_S[0] - 60) < wait <= timedelta(seconds=retries.PAUSES_S[0])
        assert queue_all(session) == []


def test_a_grading_with_a_score_is_not_tried_again(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        ended = grade(session, row("a"), row("b", 0))

        assert (ended.retry_at, submission.given_back) == (None, False)
        assert retries.of_assignment(session, submission.assignment) == []


def test_a_due_retry_is_queued_once_in_the_bulk_lane_and_its_score_counts(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        ended = grade(session, row("a"), row("b", None))
        now_due(session)
        (again,) = queue_all(session)

        assert (again.lane, again.retry, again.submission_id) == (Lane.BULK, 1, submission.id)
        assert queue_all(session) == []
        assert retries.queue(session, ended.id) is None
        grade(session, row("a"), row("b"))
        summary = grade_summary.refresh(session, submission.assignment_id, submission.team_id)
        assert (summary.points, summary.grading_id) == (20, again.id)
        assert retries.of_assignment(session, submission.assignment) == []


def test_two_sweepers_queue_one_retry(engine):
    with writing(engine) as session:
        make_submission(session)
        grade(session, row("a", None))
        now_due(session)
    with reading(engine) as session:
        first, second = retries.due(session), retries.due(session)
    queued = []
    for ids in (first, second):
        with writing(engine) as session:
            queued += [retries.queue(session, id) for id in ids]

    assert [again is not None for again in queued] == [True, False]


def test_the_number_of_retries_is_bounded_and_their_pauses_grow(engine):
    pauses = []
    with writing(engine) as session:
        submission = make_submission(session)
        for _ in range(len(retries.PAUSES_S)):
            ended = grade(session, row("a", None))
            pauses.append(ended.retry_at - ended.finished_at)
            now_due(session)
            assert len(queue_all(session)) == 1
        last = grade(session, row("a", None))

        assert (last.retry, last.retry_at) == (len(retries.PAUSES_S), None)
        assert queue_all(session) == []
        assert retries.of_assignment(session, submission.assignment) == [last]
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1]


def test_a_job_whose_worker_was_lost_each_time_is_tried_again_too(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        for _ in range(claims.MAX_ATTEMPTS):
            assert claims.claim(session, claims.Claimant("w"))
            session.execute(update(Job).values(lease_until=Now(-1)))
            taken = claims.take_over_expired(session)
        results.note_given_up(session, taken.out_of_attempts)
        failed = gradings.latest(session, submission)

        assert failed.state is JobState.FAILED
        assert failed.retry_at is not None
        assert submission.given_back


def test_asking_for_another_grading_replaces_the_retry(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        ended = grade(session, row("a", None))
        asked = gradings.rerun(session, submission, by=submission.submitter)
        session.refresh(ended)

        assert ended.retry_at is None
        now_due(session)
        assert queue_all(session) == []
        assert (asked.retry, asked.lane) == (0, Lane.STAFF)


def test_a_failed_retry_loses_no_earlier_score(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        good = grade(session, row("a"))
        gradings.rerun(session, submission, by=submission.submitter)
        grade(session, row("a", None))
        summary = grade_summary.refresh(session, submission.assignment_id, submission.team_id)

        assert (summary.points, summary.grading_id) == (10, good.id)
        assert gradings.deciding(session, submission) is good
        assert not submission.given_back
        now_due(session)
        queue_all(session)
        grade(session, row("a", None))
        assert gradings.deciding(session, submission) is good


@pytest.mark.parametrize(("cause", "queued"), [(Cause.PACK, 0), (Cause.SYSTEM, 1)])
def test_a_newer_version_of_the_pack_ends_the_retries_of_the_packs_own_faults(engine, cause, queued):
    with writing(engine) as session:
        course = make_course(session)
        version = make_version(session, course, slug="own")
        version.state = packs.PackState.PROVEN
        packs.publish(session, version, by=make_user(session, "author"))
        submission = make_submission(session, make_assignment(session, course, version=version))
        ended = grade(session, *(by_pack(row("a", None)) if cause is Cause.PACK else (row("a", None),)))
        newer = make_version(session, course, slug="own", content="changed")
        newer.state = packs.PackState.PROVEN
        session.flush()
        now_due(session)
        assert session.query(Result).one().cause is cause
        packs.publish(session, newer, by=make_user(session, "author"))

        assert len(queue_all(session)) == queued
        session.refresh(ended)
        assert ended.retry_at is None
        assert len(retries.of_assignment(session, submission.assignment)) == 1 - queued


def test_a_fault_of_the_pack_is_tried_again_too(engine):
    with writing(engine) as session:
        make_submission(session)
        ended = grade(session, *by_pack(row("a", None)))

        assert ended.failure.startswith("a (pack)")
        now_due(session)
        assert len(queue_all(session)) == 1


def test_the_attempt_is_given_back_for_good(engine):
    with writing(engine) as session:
        assignment = make_assignment(session, attempts=1)
        user = make_user(session, "alice", assignment.course)
        first = make_submission(session, assignment, user)
        with pytest.raises(NoAttemptsLeft):
            make_submission(session, assignment, user, text=b"other")
        grade(session, row("a", None))
        assert first.given_back
        assert submissions.attempts_used(session, assignment, first.team) == 0
        now_due(session)
        queue_all(session)
        grade(session, row("a"))
        assert first.given_back

        second = make_submission(session, assignment, user, text=b"other")
        assert (second.number, second.given_back) == (2, False)
        summary = grade_summary.refresh(session, assignment.id, first.team_id)
        assert (summary.attempts, summary.counts_id) == (1, first.id)
        with pytest.raises(NoAttemptsLeft):
            make_submission(session, assignment, user, text=b"third")


def test_the_filter_finds_gradings_without_a_score_and_the_default_list_shows_them(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        for name in ("alice", "bob"):
            make_submission(session, assignment, make_user(session, name, assignment.course))
        grade(session, row("a"))
        ended = grade(session, row("a", None))

        def found(**filters):
            page = submission_list.find(session, assignment, submission_list.Filter(**filters))
            return [item.grading for item in page.items]

        assert found(unscored=True) == [ended]
        assert len(found(unscored=False)) == 1
        assert ended in found(counting=True)
        assert len(found(counting=True)) == 2
        assert retries.counts(session, assignment.course_id) == {assignment.id: 1}
        assert retries.count(session) == 1
        assert [job.id for job in retries.failed_by_us(session)] == [ended.id]


def test_several_attempts_without_a_score_are_one_row_of_the_default_list(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        user = make_user(session, "alice", assignment.course)
        for content in (b"1", b"2"):
            make_submission(session, assignment, user, text=content)
            grade(session, row("a", None))

        page = submission_list.find(session, assignment, submission_list.Filter(counting=True))
        assert [item.submission.number for item in page.items] == [2]
        assert session.query(Submission).filter_by(given_back=True).count() == 2
