"""One's own account, forgotten passwords, and the users that an operator sees."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from grader.database import mail, password_links, passwords, reading, users, writing
from grader.database.models import Login, Mail, MailKind, PasswordLink, User
from tests.web.world import PASSWORD, SENDS, make_site, set_password
from web.services import account, reset

NEW = {"new_password": "another horse battery", "new_password_again": "another horse battery"}


@pytest.fixture
def alice(world):
    set_password(world, "alice")
    return world.visit("alice")


@pytest.fixture
def sending(world, backends):
    """The world on an installation that sends e-mail."""
    return replace(world, app=make_site(world.engine, backends, mail=SENDS))


def user_of(world, name="alice"):
    with reading(world.engine) as session:
        return session.get_one(User, world.people[name].id)


def logins_of(world, name="alice"):
    with reading(world.engine) as session:
        return session.scalars(select(Login).where(Login.user_id == world.people[name].id)).all()


def test_a_name_is_changed_and_a_bad_one_is_refused(world, alice):
    assert alice.post("/account/name", {"name": " Zoe\u0308 Quist "}).status_code == 303
    assert user_of(world).name == "Zoë Quist"

    refused = alice.post("/account/name", {"name": "a\u202eb"})
    assert refused.status_code == 422
    assert user_of(world).name == "Zoë Quist"


def test_a_new_password_needs_the_old_one_and_ends_other_log_ins(world, alice):
    elsewhere = world.visit("alice")
    wrong = alice.post("/account/password", {"old_password": "not it", **NEW})
    assert wrong.status_code == 422
    assert "This is not your password" in wrong.text
    assert "another horse" not in wrong.text
    assert elsewhere.get("/account").status_code == 200

    assert alice.post("/account/password", {"old_password": PASSWORD, **NEW}).status_code == 303

    assert passwords.matches(user_of(world).password_hash, NEW["new_password"])
    assert alice.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


def test_the_old_password_can_not_be_guessed_for_long(world, alice, monkeypatch):
    monkeypatch.setattr(account, "OLD_PASSWORDS", replace(account.OLD_PASSWORDS, limit=2))
    answers = [alice.post("/account/password", {"old_password": "guess", **NEW}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]


def test_a_log_in_elsewhere_can_be_ended_and_nobody_elses(world, alice):
    elsewhere, bob = world.visit("alice"), world.visit("bob")
    other = next(row for row in logins_of(world) if row.id != min(r.id for r in logins_of(world)))

    alice.post(f"/account/log-ins/{logins_of(world, 'bob')[0].id}/end")
    alice.post(f"/account/log-ins/{other.id}/end")

    assert elsewhere.get("/account").status_code == 303
    assert bob.get("/account").status_code == 200
    assert alice.get("/account").status_code == 200


def test_all_log_ins_elsewhere_can_be_ended(world, alice):
    others = [world.visit("alice") for _ in range(3)]
    alice.post("/account/log-ins/end-others")

    assert {other.get("/account").status_code for other in others} == {303}
    assert len(logins_of(world)) == 1


def test_wishes_are_offered_where_e_mail_is_sent_and_stored(world, sending, alice):
    assert "sends no e-mail" in alice.get("/account").text
    visitor = sending.visit("alice")
    visitor.post("/account/mail", {"kind": ["graded", "published", "password", "nonsense"]})

    with reading(world.engine) as session:
        assert mail.wishes(session, user_of(world)) == {MailKind.GRADED, MailKind.PUBLISHED}
    assert visitor.get("/account").text.count("checked") >= 2


def mails(world):
    with reading(world.engine) as session:
        return session.scalars(select(Mail).order_by(Mail.id)).all()


def test_a_forgotten_password_is_set_with_the_link_in_the_message(world, sending, alice):
    sending.visit(None).post("/password", {"email": "ALICE@example.org"})
    (message,) = mails(world)
    link = re.search(re.escape(mail.SITE) + r"(/password/[\w-]+)", message.body)[1]

    assert world.visit(None).post(link, NEW).location == "/"

    assert passwords.matches(user_of(world).password_hash, NEW["new_password"])
    assert alice.get("/account").status_code == 303
    assert world.visit(None).get(link).status_code == 404


def test_the_answer_is_the_same_whether_there_is_an_account(sending):
    pages = [
        sending.visit(None).post("/password", {"email": e}) for e in ("alice@example.org", "x@y.org", "")
    ]

    assert len({re.sub(r'value="[^"]*"', "", page.text) for page in pages}) == 1
    assert {page.status_code for page in pages} == {200}
    assert len(mails(sending)) == 1


def test_nobody_floods_a_mailbox(sending, monkeypatch):
    monkeypatch.setattr(reset, "ACCOUNT", replace(reset.ACCOUNT, limit=2))
    monkeypatch.setattr(reset, "PLACE", replace(reset.PLACE, limit=4))
    answers = [sending.visit(None).post("/password", {"email": "alice@example.org"}) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert len(mails(sending)) == 2


def test_without_e_mail_nothing_is_queued_and_the_page_says_whom_to_ask(world):
    page = world.visit(None).post("/password", {"email": "alice@example.org"}).text

    assert "operator of this installation can make a link" in page
    assert mails(world) == []


def test_a_link_expires_and_ends_with_the_next_password_and_with_a_deactivation(world, alice):
    now = datetime.now(UTC)
    with writing(world.engine) as session:
        user = session.get_one(User, world.people["alice"].id)
        first, second = (
            password_links.make(session, user, now, timedelta(hours=1), by=None) for _ in range(2)
        )
        assert password_links.current(session, first, now + timedelta(hours=1)) is None
        assert session.scalars(select(PasswordLink.token_hash)).all() != [first, second]

    world.visit(None).post(f"/password/{first}", NEW)
    assert world.visit(None).get(f"/password/{second}").status_code == 404

    with writing(world.engine) as session:
        user = session.get_one(User, world.people["alice"].id)
        third = password_links.make(session, user, now, timedelta(hours=1), by=None)
        users.deactivate(session, user, now, by=None)
    assert world.visit(None).get(f"/password/{third}").status_code == 404


def test_an_operators_link_is_shown_once_and_sets_the_password(world):
    operator = world.visit("operator")
    page = operator.get(operator.post(f"/users/{world.people['alice'].id}/link").location).text
    link = re.search(r"http://localhost(/password/[\w-]+)", page)[1]

    assert world.visit(None).post(link, NEW).status_code == 303
    assert "/password/" not in operator.get("/users").text


def test_an_operator_adds_a_user_who_chooses_a_password(world):
    operator = world.visit("operator")
    added = operator.post("/users", {"email": "zoe@x.org", "name": "Zoë"})
    link = re.search(r"http://localhost(/password/[\w-]+)", operator.get(added.location).text)[1]
    world.visit(None).post(link, NEW)

    with reading(world.engine) as session:
        zoe = users.by_email(session, "zoe@x.org")
    assert passwords.matches(zoe.password_hash, NEW["new_password"])
    assert not zoe.operator
    again = operator.post("/users", {"email": "zoe@x.org", "name": "Zoë"})
    assert again.status_code == 422
    assert "exists already" in again.text


def test_no_operator_deactivates_themselves(world):
    answer = world.visit("operator").post(f"/users/{world.people['operator'].id}/deactivate")

    assert answer.status_code == 422
    assert user_of(world, "operator").deactivated_at is None
