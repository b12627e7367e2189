"""The headers of every response, and the checks of every request."""

import io
import re

import pytest
from sqlalchemy.exc import OperationalError

from tests.web.world import CSRF, make_site, row
from web.security.headers import POLICY


def every_page(world):
    visitor = world.visit("instructor")
    version = f"{world.base}/packs/{world.version.public_id}"
    paths = ["/status", world.base, world.page, world.page + "/class", world.base + "/packs", version]
    pages = [visitor.get(path) for path in (*paths, world.attempt, "/nothing")]
    return [page.text for page in (*pages, world.visit(None).get("/login"))]


def test_no_page_holds_a_script_or_style_that_the_policy_forbids(world):
    world.grade(row("test_loss"))

    for text in every_page(world):
        assert not re.search(r"<script(?![^>]* src=\"/static/)", text)
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)


def test_every_form_that_changes_something_contains_the_token(world):
    for text in every_page(world):
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL):
            assert 'name="csrf" value="' in form


@pytest.mark.parametrize("token", [None, "", "guess", CSRF + "x"])
@pytest.mark.parametrize("path", ["/login", "/logout", "/look", "/s/x/rerun"])
def test_no_change_without_the_token(world, path, token):
    data = {} if token is None else {"csrf": token}

    answer = world.visit("ta").client.post(path, data=data)

    assert answer.status_code == 400


def test_an_empty_token_is_refused_in_a_new_session(app):
    assert app.test_client().post("/login", data={"csrf": ""}).status_code == 400


@pytest.mark.parametrize("path", ["/login", "/nothing", "/health", "/static/tokens.css"])
def test_every_response_has_the_headers(world, path):
    with world.visit("alice").get(path) as answer:
        headers = answer.headers

    assert headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_not_cached_and_static_files_are(world):
    visitor = world.visit("alice")
    address = re.search(r"/static/tokens.css\?v=\w+", visitor.get(world.page).text).group()

    with visitor.get(address) as file:
        assert "immutable" in file.headers["Cache-Control"]
    assert visitor.get(world.page).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80"])
def test_it_answers_only_to_its_own_host_names(app, host):
    assert app.test_client().get("/login", headers={"Host": host}).status_code == 400


def test_it_ignores_headers_of_proxies_that_are_not_in_its_settings(world, backends):
    app = make_site(world.engine, backends)

    answer = app.test_client().get(
        "/nothing", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    )

    assert "evil.example" not in answer.text


def test_visitors_who_are_not_logged_in_can_not_send_large_forms(world):
    big = {"csrf": CSRF, "file": (io.BytesIO(b"x" * 100_000), "a.py")}

    assert world.visit(None).client.post(world.page + "/hand-in", data=big).status_code == 413


def test_a_request_that_is_too_large_gets_a_page_that_says_so(world):
    answer = world.visit("alice").post("/look", {"look": "x" * 70_000})

    assert answer.status_code == 413
    assert "Too large" in answer.text


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/s/none/live", 404), ("/logout", 405)])
def test_programs_get_errors_in_one_form(world, path, status):
    answer = world.visit("alice").get(path, headers={"Accept": "application/json"})

    assert answer.status_code == status
    assert set(answer.json) == {"error"}
    assert set(answer.json["error"]) == {"code", "message", "fields"}
    assert answer.json["error"]["fields"] == {}


def test_a_program_that_is_not_logged_in_gets_401(world):
    answer = world.visit(None).get(world.attempt + "/live")

    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "not_logged_in"


def test_an_error_on_our_side_shows_a_code_and_nothing_else(world, monkeypatch, caplog):
    monkeypatch.setattr("web.services.course.page", lambda *_: 1 / 0)

    answer = world.visit("alice").get(world.base)

    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    code = re.search(r"error code: (\w+)", answer.text).group(1)
    assert code in caplog.text


def test_a_database_that_does_not_answer_gets_a_page_that_says_so(world, engine, monkeypatch):
    def down(*_):
        raise OperationalError("select", {}, Exception("database is locked"))

    monkeypatch.setattr("web.services.course.page", down)
    answer = world.visit("alice").get(world.base)

    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert "locked" not in answer.text


@pytest.mark.parametrize(("value", "stored"), [("dark", True), ("light", True), ("<script>", False)])
def test_it_stores_the_appearance_in_a_cookie(world, value, stored):
    visitor = world.visit(None)

    visitor.post("/look", {"look": value, "next": "/login"})

    assert (f'<html lang="en" class="{value}">' in visitor.get("/login").text) is stored
