"""Messages go through a real SMTP server, once, and a failure delays nothing else."""

import threading

import pytest
from sqlalchemy import event, select, update

from grader.database import mail, reading, users, writing
from grader.database.clock import Now
from grader.database.models import Mail, MailKind, User
from grader.settings import OutgoingMail
from grader.worker import mailing
from tests.helpers.factories import make_user
from tests.helpers.smtp import smtp_server


@pytest.fixture
def box():
    with smtp_server() as box:
        yield box


@pytest.fixture
def outgoing(box):
    return OutgoingMail(box.url, "gradecheck@example.org", "https://grade.example.org")


@pytest.fixture
def alice(engine):
    with writing(engine) as session:
        user = make_user(session, "alice")
        session.flush()
        mail.set_wishes(session, user, [MailKind.GRADED])
    return user


def queue(engine, user, kind=MailKind.GRADED, about="submission:1", subject="Graded: Backprop", body="Text."):
    with writing(engine) as session:
        return mail.queue(session, user, kind, about, subject, body)


def rows(engine):
    with reading(engine) as session:
        return session.scalars(select(Mail).order_by(Mail.id)).all()


def make_due(engine):
    """Let the time of the next try come."""
    with writing(engine) as session:
        session.execute(update(Mail).values(try_at=Now(-1)))


def test_a_message_is_sent_once_with_links_to_the_installation(engine, alice, box, outgoing):
    queue(engine, alice, body=f"What was found:\n{mail.link('/s/abc')}")

    assert mailing.send_due(engine, outgoing) == 1
    assert mailing.send_due(engine, outgoing) == 0

    (message,) = box.messages
    assert message["To"] == alice.email
    assert message["Subject"] == "Graded: Backprop"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert "https://grade.example.org/s/abc" in text
    assert "https://grade.example.org/account" in text
    (row,) = rows(engine)
    assert row.sent_at is not None
    assert row.body == ""


def test_a_message_that_was_not_wished_is_not_queued(engine, alice):
    assert not queue(engine, alice, MailKind.PUBLISHED)
    assert queue(engine, alice, MailKind.PASSWORD)


def test_there_is_one_message_of_a_kind_about_an_object(engine, alice):
    assert queue(engine, alice)
    assert not queue(engine, alice)
    assert queue(engine, alice, about="submission:2")


def test_the_same_message_goes_to_all_who_wish_it_in_a_few_statements(engine):
    with writing(engine) as session:
        people = [make_user(session, f"u{number}") for number in range(60)]
        session.flush()
        for user in people[:50]:
            mail.set_wishes(session, user, [MailKind.PUBLISHED])
        session.flush()
        assert mail.queue(session, people[0], MailKind.PUBLISHED, "assignment:1", "Marks", "Text.")
        seen = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        count = mail.queue_all(session, people, MailKind.PUBLISHED, "assignment:1", "Marks", "Text.")
        event.remove(engine, "before_cursor_execute", listener)
    assert count == 49
    assert len(rows(engine)) == 50
    assert len(seen) < 8


def test_somebody_who_is_deactivated_gets_nothing(engine, alice, box, outgoing):
    queue(engine, alice)
    with writing(engine) as session:
        users.deactivate(session, session.get_one(User, alice.id), alice.created_at, by=None)

    assert mailing.send_due(engine, outgoing) == 0
    assert box.messages == []


@pytest.mark.parametrize(
    "text", ["Graded\r\nBcc: eve@example.org", "Graded\nBcc: eve@example.org", "a\x00b\u2028c"]
)
def test_no_text_adds_a_header(engine, alice, box, outgoing, text):
    queue(engine, alice, subject=text)

    mailing.send_due(engine, outgoing)

    (message,) = box.messages
    assert message["Bcc"] is None
    recipients = [command for command in box.commands if command.upper().startswith("RCPT")]
    assert recipients == [f"rcpt TO:<{alice.email}>"]


def test_a_text_with_accents_and_dots_arrives_as_it_was(engine, alice, box, outgoing):
    text = "José Núñez, α ≤ β\n.\n..two dots\nend"
    queue(engine, alice, subject="Noté : α", body=text)

    mailing.send_due(engine, outgoing)

    assert box.messages[0].get_content().replace("\r\n", "\n").startswith(text)
    assert box.messages[0]["Subject"] == "Noté : α"


def test_a_failure_is_tried_again_after_a_growing_pause_and_then_given_up(engine, alice, box, outgoing):
    queue(engine, alice)
    box.refuse = "451 try later"
    pauses = []
    for _ in mail.PAUSES_S:
        make_due(engine)
        assert mailing.send_due(engine, outgoing) == 0
        with reading(engine) as session:
            pauses.append(session.scalar(select(Mail.try_at > Now(mail.PAUSES_S[len(pauses)] - 30))))

    assert all(pauses)
    (row,) = rows(engine)
    assert (row.tries, row.sent_at) == (len(mail.PAUSES_S), None)
    assert row.given_up_at is not None
    box.refuse = ""
    make_due(engine)
    assert mailing.send_due(engine, outgoing) == 0


def test_an_address_that_the_server_refuses_for_good_is_given_up_at_once(engine, alice, box, outgoing):
    queue(engine, alice)
    box.refuse_recipient = "550 nobody here"

    mailing.send_due(engine, outgoing)

    (row,) = rows(engine)
    assert row.given_up_at is not None
    assert alice.email not in row.error


@pytest.mark.parametrize("down", [True, False])
def test_a_server_that_is_down_or_hangs_up_loses_no_message(engine, alice, box, outgoing, down):
    for number in range(3):
        queue(engine, alice, about=f"submission:{number}")
    box.hang_up = True
    unreachable = OutgoingMail("smtp://127.0.0.1:1", outgoing.sender, outgoing.public_url)

    assert mailing.send_due(engine, unreachable if down else outgoing) == 0

    assert [(row.tries, row.given_up_at) for row in rows(engine)] == [(1, None)] * 3
    box.hang_up = False
    make_due(engine)
    assert mailing.send_due(engine, outgoing) == 3


def test_a_password_is_never_sent_over_a_connection_that_others_can_read(engine, alice, box):
    queue(engine, alice)
    url = box.url.replace("smtp://", "smtp://user:secret@")

    assert mailing.send_due(engine, OutgoingMail(url, "a@example.org", "https://x.example")) == 0

    assert not [command for command in box.commands if command.startswith("AUTH")]
    assert rows(engine)[0].error == "NoEncryption"


def test_two_senders_at_once_send_it_once(engine, alice, outgoing):
    queue(engine, alice)
    with writing(engine) as session:
        first = mail.take_due(session)
    with writing(engine) as session:
        second = mail.take_due(session)

    assert (len(first), len(second)) == (1, 0)


def test_a_message_from_before_e_mail_was_set_up_is_too_old(engine, alice, box, outgoing):
    queue(engine, alice)
    with writing(engine) as session:
        session.execute(update(Mail).values(created_at=Now(-mail.TOO_OLD_S - 60)))

    assert mailing.send_due(engine, outgoing) == 0
    assert rows(engine)[0].given_up_at is not None


def test_it_sends_until_it_is_ended(engine, alice, box, outgoing):
    ended = threading.Event()
    thread = threading.Thread(target=mailing.run, args=(engine, outgoing, 0.01, ended))
    queue(engine, alice)
    thread.start()
    while not box.messages and thread.is_alive():
        ended.wait(0.01)
    ended.set()
    thread.join(10)

    assert len(box.messages) == 1
