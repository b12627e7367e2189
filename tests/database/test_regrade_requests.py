"""Regrade requests: one that is not closed for each row, states, mail, lists; and comments and their pool."""

import pytest
from sqlalchemy import select

from grader.database import comment_pool, comments, mail, regrade_requests, writing
from grader.database.errors import BadText, NoRequest
from grader.database.models import CourseRole, Mail, MailKind, RequestState
from grader.database.regrade_requests import Wanted
from tests.helpers import audit_trail
from tests.helpers.factories import grade, make_submission, make_user, row


@pytest.fixture
def asked(engine):
    """(session, submission, staff, request)"""
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a", 2))
        ta = make_user(session, "ta", submission.assignment.course, CourseRole.TA)
        mail.set_wishes(session, submission.submitter, [MailKind.ANSWERED, MailKind.COMMENTED])
        yield session, submission, ta, ask(session, submission)


def ask(session, submission, text="Why?", **place):
    by = submission.submitter
    return regrade_requests.ask(session, submission, text, by=by, **{"test_id": "a", **place})


def mails(session, kind):
    return session.scalars(select(Mail).where(Mail.kind == kind)).all()


def test_a_second_request_about_the_row_is_refused_until_the_first_is_closed(asked):
    session, submission, ta, request = asked

    with pytest.raises(NoRequest) as refusal:
        ask(session, submission)
    assert refusal.value.earlier == request.public_id
    ask(session, submission, test_id="", file="mlp.py", line=1)
    regrade_requests.set_state(session, request, RequestState.CLOSED, by=ta)
    assert ask(session, submission).id != request.id


def test_an_answer_changes_the_state_and_a_reply_opens_it_again(asked):
    session, submission, ta, request = asked
    course = submission.assignment.course

    assert regrade_requests.open_requests(session, course) == 1
    regrade_requests.reply(session, request, "Because.", by=ta, staff=True)
    assert request.state is RequestState.ANSWERED
    assert regrade_requests.open_requests(session, course) == 0
    regrade_requests.reply(session, request, "But…", by=submission.submitter, staff=False)
    assert request.state is RequestState.OPEN
    assert [m.text for m in regrade_requests.messages(session, request)] == ["Why?", "Because.", "But…"]
    trail = [(e.action, e.detail["after"]) for e in audit_trail.entries(session, request)]
    assert trail == [("request.made", "open"), ("request.replied", "answered"), ("request.replied", "open")]


def test_each_answer_is_told_by_mail_to_those_who_wish_it_and_without_its_text(asked):
    session, _, ta, request = asked

    regrade_requests.reply(session, request, "secret words", by=ta, staff=True)
    regrade_requests.reply(session, request, "more", by=ta, staff=True)

    sent = mails(session, MailKind.ANSWERED)
    assert len(sent) == 2
    assert f"/requests/{request.public_id}" in sent[0].body
    assert "secret" not in sent[0].subject + sent[0].body


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", {}, "empty"),
        ("x" * 4001, {}, "4001 characters"),
        ("x", {"test_id": "", "file": "mlp.py", "line": 2}, "no line 2"),
        ("x", {"test_id": "", "file": "other.py", "line": 1}, "no file"),
    ],
)
def test_it_refuses_a_bad_text_and_a_line_that_does_not_exist(asked, text, place, words):
    session, submission, _, _ = asked

    with pytest.raises(BadText, match=words):
        ask(session, submission, text, **{"test_id": "b", **place})


def test_lists_are_filtered_by_state_marker_and_member(asked):
    session, submission, ta, request = asked
    course = submission.assignment.course
    other = make_submission(session, submission.assignment, make_user(session, "bob", course))
    theirs = ask(session, other)

    def listed(**wanted):
        rows, total = regrade_requests.listing(session, course.id, Wanted(**wanted))
        assert len(rows) == total
        return {row.id for row in rows}

    regrade_requests.reply(session, theirs, "Yes.", by=ta, staff=True)
    assert listed() == {request.id, theirs.id}
    assert listed(state=RequestState.OPEN) == {request.id}
    assert listed(for_marker=ta.id) == {theirs.id}
    assert listed(of_member=submission.submitter_id) == {request.id}
    assert regrade_requests.first_words(session, [theirs.id]) == {theirs.id: "Why?"}


def test_a_comment_is_told_by_mail_once_a_day(asked):
    session, submission, ta, _ = asked

    for line in (1, 1):
        comments.add(session, submission, "mlp.py", line, "Look.", by=ta)

    assert len(mails(session, MailKind.COMMENTED)) == 1


def test_a_deleted_comment_is_hidden_and_comes_back(asked):
    session, submission, ta, _ = asked
    comment = comments.add(session, submission, "mlp.py", 1, "Look.", by=ta)

    comments.delete(session, submission, comment, by=ta)
    assert comments.of_submission(session, submission) == []
    comments.restore(session, submission, comment, by=ta)
    comments.change(session, submission, comment, "Look again.", by=ta)
    assert [row.text for row in comments.of_submission(session, submission)] == ["Look again."]
    actions = [entry.action for entry in audit_trail.entries(session, comment)]
    assert actions == ["comment.added", "comment.deleted", "comment.restored", "comment.changed"]


def test_the_pool_holds_each_text_once_and_those_used_most_first(asked):
    session, submission, ta, _ = asked
    course = submission.assignment.course
    first = comment_pool.keep(session, course, "One.", by=ta)
    second = comment_pool.keep(session, course, "Two.", by=ta)

    assert comment_pool.keep(session, course, " One.\r\n", by=ta) is first
    comment_pool.count_use(session, second)
    session.expire_all()
    assert [(row.text, row.uses) for row in comment_pool.offered(session, course.id)] == [
        ("Two.", 1),
        ("One.", 0),
    ]
