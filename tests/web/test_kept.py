"""A log-in that ends before a form is sent: what was written is given back, to its reader only."""

import html
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from grader.database import reading, submissions, writing
from grader.database.models import Login, Submission
from tests.web.world import CSRF, PASSWORD, set_password
from web.security import kept

pytestmark = pytest.mark.slow

TEXT = "\n# α < β & \"c\" 'd'\r\nx = 1\\n\n"
PAGE = {"Referer": "http://localhost/courses/nn/a/squared"}


def fields_of(page, name):
    """The value of the hidden input or textarea of this name."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) or re.search(
        rf'<textarea[^>]*name="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL
    )
    return html.unescape(found[1]) if found else None


def end_log_in(world, visitor, *, cookie=True):
    """End the log-in in the database; if `cookie`, in the browser too, as 12 hours do."""
    with writing(world.engine) as session:
        for login in session.scalars(select(Login)):
            login.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    if cookie:
        visitor.client.delete_cookie("visit")


@pytest.fixture
def alice(world):
    """(visitor, address of her form, its hidden fields), with the page open when her log-in ends."""
    set_password(world, "alice")
    set_password(world, "bob")
    visitor = world.visit("alice")
    page = visitor.get(world.page).text
    address = re.search(r'action="([^"]*/hand-in[^"]*)"', page)[1]
    return visitor, address, {"csrf": fields_of(page, "csrf"), "reader": fields_of(page, "reader")}


def log_in(visitor, page, name="alice", password=PASSWORD):
    form = {"email": f"{name}@example.org", "password": password}
    form |= {key: fields_of(page, key) for key in ("csrf", "next", "kept")}
    address = html.unescape(re.search(r'action="(/login[^"]*)"', page)[1])
    return visitor.client.post(address, data=form, content_type="multipart/form-data")


def send(visitor, address, hidden, text=TEXT, **more):
    form = {**hidden, "paste": text, "do": "hand-in", **more}
    return visitor.client.post(address, data=form, content_type="multipart/form-data", headers=PAGE)


def stored(world):
    with reading(world.engine) as session:
        rows = session.scalars(select(Submission).order_by(Submission.id)).all()
        return [submissions.read_files(session, row)[0][1].decode() for row in rows]


@pytest.mark.parametrize("cookie", [True, False])
def test_pasted_text_comes_back_after_the_log_in_and_can_be_sent(world, alice, cookie):
    visitor, address, hidden = alice
    end_log_in(world, visitor, cookie=cookie)

    late = send(visitor, address, hidden)
    again = log_in(visitor, late.text)

    assert late.status_code == 401
    assert "What you wrote is kept on this page" in late.text
    assert len(stored(world)) == 1
    assert fields_of(again.text, "paste").replace("\r\n", "\n") == TEXT.replace("\r\n", "\n")

    form = {key: fields_of(again.text, key) for key in ("csrf", "reader", "paste", "do")}
    target = html.unescape(re.search(r'action="([^"]*/hand-in[^"]*)"', again.text)[1])
    assert visitor.client.post(target, data=form, content_type="multipart/form-data").status_code == 303
    assert stored(world)[1:] == [TEXT.replace("\r\n", "\n")]


def test_a_wrong_password_loses_nothing(world, alice):
    visitor, address, hidden = alice
    end_log_in(world, visitor)

    wrong = log_in(visitor, send(visitor, address, hidden).text, password="wrong")

    assert wrong.status_code == 422
    assert "x = 1" in fields_of(log_in(visitor, wrong.text).text, "paste")


def test_another_user_who_logs_in_there_does_not_get_it(world, alice):
    visitor, address, hidden = alice
    end_log_in(world, visitor)

    answer = log_in(visitor, send(visitor, address, hidden).text, name="bob")

    assert answer.status_code == 303
    assert answer.location == "/courses/nn/a/squared"


@pytest.mark.parametrize("reader", [None, "", "1", "forged.signature.here"])
def test_a_form_that_this_site_did_not_make_for_a_reader_puts_no_text_into_a_page(world, alice, reader):
    visitor, _, hidden = alice
    end_log_in(world, visitor)
    form = {"csrf": hidden["csrf"], **({} if reader is None else {"reader": reader})}

    answer = send(visitor, world.page + "/hand-in", form, "planted")

    assert answer.status_code == 400
    assert "planted" not in answer.text
    assert "kept" not in answer.text


def test_a_page_from_an_earlier_log_in_shows_the_text_again_and_stores_nothing(world, alice):
    _, address, hidden = alice
    other_log_in = world.visit("alice")
    with other_log_in.client.session_transaction() as visit:
        visit["csrf"] = "a newer token"

    answer = send(other_log_in, address, hidden)
    planted = send(world.visit("bob"), address, {**hidden, "csrf": "wrong"}, "planted")

    assert answer.status_code == 400
    assert "x = 1" in fields_of(answer.text, "paste")
    assert planted.status_code == 400
    assert "planted" not in planted.text
    assert len(stored(world)) == 1


def test_a_file_can_not_be_kept_and_the_page_says_so(world, alice):
    visitor, address, hidden = alice
    end_log_in(world, visitor)

    answer = send(visitor, address, hidden, "", file=(io.BytesIO(b"x" * 200_000), "a.py"))

    assert answer.status_code == 401
    assert "After that, choose your file again." in answer.text
    assert fields_of(answer.text, "kept") is None
    assert log_in(visitor, answer.text).location == "/courses/nn/a/squared"


def test_a_text_of_the_largest_size_is_kept_and_a_larger_one_is_refused_by_name(world, alice):
    visitor, address, hidden = alice
    end_log_in(world, visitor)
    most = "".join(chr(33 + i * i % 90) for i in range(256 * 1024))

    answer = log_in(visitor, send(visitor, address, hidden, most).text)

    assert fields_of(answer.text, "paste") == most
    end_log_in(world, visitor)
    late = send(visitor, address, hidden, "y" * (kept.LARGEST + 1))
    assert "too long to be kept" in late.text
    assert fields_of(late.text, "kept") is None


def test_a_large_form_is_read_only_from_somebody_who_had_logged_in(world, alice):
    big = {"csrf": CSRF, "kept": "x" * 100_000}
    client = world.visit(None).client

    assert client.post("/login", data=big, content_type="multipart/form-data").status_code == 413
    assert client.post("/login?size=x.y.z", data=big, content_type="multipart/form-data").status_code == 413


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "https://evil.example", "/\\evil", "http://localhost//evil.example/x"]
)
def test_the_page_that_sent_the_form_is_used_only_if_it_is_of_this_site(world, alice, path):
    visitor, address, hidden = alice
    end_log_in(world, visitor)

    form = {**hidden, "paste": "x"}
    answer = visitor.client.post(address, data=form, headers={"Referer": path})

    assert "evil" not in answer.text


def test_the_comment_of_a_marker_is_kept_too(world):
    set_password(world, "ta")
    visitor = world.visit("ta")
    reader = fields_of(visitor.get(world.page + "/class").text, "reader")
    end_log_in(world, visitor)
    form = {"csrf": "old", "reader": reader, "points": "3", "comment": "Which step\nis missing?"}

    late = visitor.client.post(f"{world.attempt}/marks/test_why", data=form)
    again = log_in(visitor, late.text, name="ta")

    assert fields_of(again.text, "comment") == form["comment"]
    assert fields_of(again.text, "points") == "3"
