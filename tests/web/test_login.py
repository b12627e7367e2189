"""Logging in and out."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from grader.database import reading, writing
from grader.database.models import Login
from tests.web.world import CSRF, PASSWORD, make_site, set_password
from web.services import login

pytestmark = pytest.mark.slow

FORM = {"email": " Alice@Example.ORG", "password": PASSWORD}


@pytest.fixture
def known(world, monkeypatch):
    monkeypatch.setattr(login, "PAIR", replace(login.PAIR, limit=3))
    set_password(world, "alice")
    return world


def logins_of(world):
    with reading(world.engine) as session:
        return session.scalars(select(Login)).all()


def test_a_correct_password_logs_in(known):
    visitor = known.visit(None)

    answer = visitor.post("/login", {**FORM, "next": known.page})

    assert answer.status_code == 303
    assert answer.location == known.page
    assert visitor.get(known.page).status_code == 200


def test_only_the_hash_of_the_token_is_stored(known):
    visitor = known.visit(None)
    visitor.post("/login", FORM)

    with visitor.client.session_transaction() as visit:
        token = visit["login"]

    (login,) = logins_of(known)
    assert login.token_hash != token
    assert re.fullmatch(r"[0-9a-f]{64}", login.token_hash)


def test_a_log_in_starts_a_new_session(known):
    visitor = known.visit(None)
    with visitor.client.session_transaction() as visit:
        visit["planted"] = "by somebody else"

    visitor.post("/login", FORM)

    with visitor.client.session_transaction() as visit:
        assert "planted" not in visit
        assert visit.get("csrf") != CSRF


def test_its_cookie_is_for_this_site_only(known):
    cookie = known.visit(None).post("/login", FORM).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_its_cookie_is_sent_over_https_only_if_the_site_uses_https(known, backends):
    site = make_site(known.engine, backends, https=True)

    answer = site.test_client().get("/login", base_url="https://localhost")

    assert re.search(r"__Host-visit=.*; Secure; HttpOnly; Path=/; SameSite=Lax", answer.headers["Set-Cookie"])
    assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize(
    "form", [{**FORM, "password": "wrong"}, {"email": "nobody@example.org", "password": PASSWORD}, {}]
)
def test_it_says_the_same_whether_the_address_or_the_password_is_wrong(known, form):
    answer = known.visit(None).post("/login", form)

    assert answer.status_code == 422
    assert login.REFUSED in answer.text


def test_an_unknown_address_costs_a_hash_too(known, monkeypatch):
    hashes = []
    monkeypatch.setattr(login.passwords, "matches", lambda stored, password: bool(hashes.append(stored)))

    known.visit(None).post("/login", {"email": "nobody@example.org", "password": PASSWORD})

    assert hashes == [None]


def test_it_limits_guesses_and_says_how_long_to_wait(known):
    visitor = known.visit(None)
    for _ in range(login.PAIR.limit):
        visitor.post("/login", {**FORM, "password": "guess"})

    answer = visitor.post("/login", FORM)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= login.PAIR.window_s


def test_a_correct_password_resets_the_count(known):
    visitor = known.visit(None)
    for _ in range(2):
        for _ in range(login.PAIR.limit - 1):
            visitor.post("/login", {**FORM, "password": "guess"})
        with visitor.client.session_transaction() as visit:
            visit["csrf"] = CSRF
        assert visitor.post("/login", FORM).status_code == 303
        with visitor.client.session_transaction() as visit:
            visit["csrf"] = CSRF


def test_log_out_makes_stolen_cookies_useless(known):
    visitor = known.visit("alice")
    with visitor.client.session_transaction() as visit:
        stolen = dict(visit)

    visitor.post("/logout")

    thief = known.visit(None)
    with thief.client.session_transaction() as visit:
        visit.update(stolen)
    assert thief.get(known.page).status_code == 303


def test_a_link_can_not_log_out(known):
    assert known.visit("alice").get("/logout").status_code == 405


def test_a_log_in_expires(known):
    visitor = known.visit("alice")
    with writing(known.engine) as session:
        session.scalars(select(Login)).one().expires_at = datetime.now(UTC) - timedelta(seconds=1)

    assert visitor.get(known.page).status_code == 303


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:x", "/a\r\nb", ""],
)
def test_it_never_redirects_to_another_site(known, target):
    answer = known.visit(None).post("/login", {**FORM, "next": target})

    assert answer.location == "/"


def test_it_redirects_back_to_the_page_that_was_requested(known):
    answer = known.visit(None).get(known.page + "/class?q=a")

    assert answer.status_code == 303
    assert answer.location == f"/login?next={known.page}/class?q%3Da"
