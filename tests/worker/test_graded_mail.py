"""A student is told of the end of a grading, if they wish it and have left its page."""

import pytest
from sqlalchemy import select

from grader.database import mail, reading, writing
from grader.database.models import Mail, MailKind
from grader.worker import notify
from grader.worker.graded_mail import queue_graded
from tests.helpers.factories import grade, make_submission, queue_bulk, row
from tests.helpers.notifications import redis_server

__all__ = ["redis_server"]


@pytest.fixture
def handed_in(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        session.flush()
        mail.set_wishes(session, submission.submitter, [MailKind.GRADED])
    return submission


def end_grading(engine, *rows):
    with writing(engine) as session:
        return grade(session, *(rows or (row("test_a"),))).id


def messages(engine):
    with reading(engine) as session:
        return session.scalars(select(Mail)).all()


def nobody(public_id, user_id):
    return False


def test_a_message_is_queued_with_the_address_of_the_page(engine, handed_in):
    assert queue_graded(engine, end_grading(engine), nobody)

    (message,) = messages(engine)
    assert f"/s/{handed_in.public_id}" in message.body
    assert message.user_id == handed_in.submitter_id


def test_nothing_is_sent_while_the_page_is_open(engine, handed_in):
    asked = []

    def watched(public_id, user_id):
        asked.append((public_id, user_id))
        return True

    assert not queue_graded(engine, end_grading(engine), watched)
    assert asked == [(handed_in.public_id, handed_in.submitter_id)]
    assert messages(engine) == []


def test_nothing_is_sent_without_a_score_or_for_a_grading_of_the_staff(engine, handed_in):
    assert not queue_graded(engine, end_grading(engine, row("test_a", None)), nobody)
    with writing(engine) as session:
        queue_bulk(session, session.merge(handed_in))
    assert not queue_graded(engine, end_grading(engine), nobody)


def test_nothing_is_sent_to_somebody_who_does_not_wish_it(engine, handed_in):
    with writing(engine) as session:
        mail.set_wishes(session, session.merge(handed_in).submitter, [MailKind.WRITTEN])

    assert not queue_graded(engine, end_grading(engine), nobody)


@pytest.mark.server
def test_an_open_page_is_remembered_for_its_own_reader(redis_server):
    notify.note_watched(redis_server.url, "abc", 7)

    assert notify.is_watched(redis_server.url, "abc", 7)
    assert not notify.is_watched(redis_server.url, "abc", 8)
    assert not notify.is_watched("redis://127.0.0.1:1/0", "abc", 7)
