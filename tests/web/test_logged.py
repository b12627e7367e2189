"""What the pages log: a line for each upload, refusal, failed log-in and error, but no typed text."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from grader.settings import Settings
from grader.values import Mode
from tests.helpers.log_lines import lines
from tests.web.test_submit import NEAR, build_closed, send, set_clock
from tests.web.world import PASSWORD, set_password
from web.backends import LiveBackends
from web.services import login, submit

__all__ = ["lines"]
MARKER = "SESAME-of-a-student"


def test_an_accepted_upload_is_one_line_with_its_id(world, lines):
    answer = send(world.visit("charlie"), world, b"x = 1\n")

    (line,) = lines.all()
    public_id = answer.location.rpartition("/")[2]
    about = {"event": "upload.accepted", "id": public_id, "user": world.people["charlie"].id}
    assert {**line, **about, "assignment": "squared", "files": 1, "bytes": 6} == line


@pytest.mark.parametrize(
    ("data", "scans", "why"),
    [(b"x" * 5000, None, "files"), (b"", None, "files"), (b"x = 1", (NEAR,), "faults")],
)
def test_a_refused_upload_is_one_line_with_the_reason(world, backends, lines, data, scans, why):
    backends.scans = scans
    answer = send(world.visit("charlie"), world, data)

    assert answer.status_code == 422
    (line,) = lines.of("upload.refused")
    assert (line["why"], line["user"]) == (why, world.people["charlie"].id)
    assert "upload.accepted" not in lines.names()


def test_an_upload_after_the_end_names_the_rule(app, world, lines):
    now = datetime.now(UTC)
    set_clock(app, now + timedelta(hours=11))
    send(world.visit("charlie"), build_closed(world, now + timedelta(hours=10)))

    assert [line["why"] for line in lines.of("upload.refused")] == ["Closed"]


def test_an_upload_that_is_only_checked_is_not_logged_as_refused(world, backends, lines):
    backends.scans = (NEAR,)
    send(world.visit("charlie"), world, do="check")

    assert lines.all() == []


def test_too_many_uploads_are_logged_as_a_limit(world, monkeypatch, lines):
    monkeypatch.setattr(submit, "UPLOADS", replace(submit.UPLOADS, limit=0))
    send(world.visit("charlie"), world)

    (line,) = lines.all()
    assert (line["event"], line["rule"]) == ("limit.reached", "upload")
    assert 0 < line["wait_s"] <= 60


def test_a_request_that_is_too_large_is_logged(world, lines):
    answer = world.visit(None).post("/login", {"email": MARKER * 9000})

    assert answer.status_code == 413
    (line,) = lines.of("request.too_large")
    assert line["route"] == "/login"
    assert line["bytes"] > 9000 * len(MARKER)
    assert MARKER not in lines.text


@pytest.mark.parametrize(("email", "known"), [(" Alice@Example.ORG", True), (MARKER, False)])
def test_a_failed_login_names_the_user_never_what_was_typed(world, lines, email, known):
    set_password(world, "alice")
    world.visit(None).post("/login", {"email": email, "password": MARKER})

    (line,) = lines.all()
    user = world.people["alice"].id if known else "unknown"
    assert (line["event"], line["user"], line["address"]) == ("login.failed", user, "127.0.0.1")
    assert MARKER not in lines.text
    assert "example.org" not in lines.text.lower()


def test_a_successful_login_logs_nothing(world, lines):
    set_password(world, "alice")
    world.visit(None).post("/login", {"email": "alice@example.org", "password": PASSWORD})

    assert lines.all() == []


def test_a_rate_limited_login_is_logged_without_the_typed_address(world, monkeypatch, lines):
    monkeypatch.setattr(login, "PAIR", replace(login.PAIR, limit=0))
    world.visit(None).post("/login", {"email": MARKER, "password": "guess"})

    assert [line["rule"] for line in lines.of("limit.reached")] == ["login-pair"]
    assert MARKER not in lines.text


def test_an_error_on_our_side_is_one_line_with_the_code_on_the_page(world, monkeypatch, lines):
    def faulty(*_):
        raise KeyError(MARKER)

    monkeypatch.setattr("web.services.submission.file_bytes", faulty)
    answer = world.visit("alice").get(f"{world.attempt}/files/{MARKER}.py")

    (line,) = lines.of("request.failed")
    assert line["id"] == re.search(r"error code: (\w+)", answer.text).group(1)
    assert (line["error"], line["route"]) == ("KeyError", "/s/<public_id>/files/<name>")
    assert any("test_logged.py" in place for place in line["at"])
    assert MARKER not in lines.text


def test_a_database_that_does_not_answer_is_logged(world, monkeypatch, lines):
    def down(*_):
        raise OperationalError("select", {"text": MARKER}, Exception(f"database is locked\n{MARKER}"))

    monkeypatch.setattr("web.services.course.page", down)
    world.visit("alice").get(world.base)

    assert [line["why"] for line in lines.of("database.lost")] == ["database is locked"]
    assert MARKER not in lines.text


def test_nothing_that_a_student_sends_is_ever_logged(world, backends, lines):
    visitor = world.visit("charlie")
    file = f"# {MARKER}\n{MARKER} = 1\n".encode()
    send(visitor, world, file)
    backends.scans = (replace(NEAR, functions=(MARKER,), error=MARKER, line=1, text=MARKER),)
    send(visitor, world, file)
    send(visitor, world, file, name=f"{MARKER}.py")
    send(visitor, world, b"\xff" + file)
    twice = [(io.BytesIO(file), f"{MARKER}.py"), (io.BytesIO(file), f"{MARKER}.py")]
    visitor.post(world.page + "/hand-in", {"do": "hand-in", "file": twice})
    visitor.post(world.page + "/hand-in", {"do": "hand-in", "paste": MARKER})
    visitor.post(f"/{MARKER}", {"text": MARKER})

    assert len(lines.of("upload.accepted")) == 1
    assert len(lines.of("upload.refused")) == 5
    assert MARKER not in lines.text


def test_backends_that_do_not_answer_are_logged(lines):
    settings = Settings(
        database_url="sqlite://",
        redis_url="unix:///nowhere/redis.sock",
        runner_socket=Path("/nowhere/runner.sock"),
        least_mode=Mode.UNPRIVILEGED,
        secret_key=None,
        slots=1,
        lease_s=30,
        sweep_s=2,
    )
    live = LiveBackends(settings)
    live.notify()
    live.preflight((("squared.py", MARKER.encode()),))
    live.health()

    assert lines.names() == ["notify.failed", "preflight.skipped", "runner.unreachable"]
    assert "/nowhere" in lines.of("runner.unreachable")[0]["why"]
