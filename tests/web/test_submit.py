"""Handing in: what is accepted, what is refused before it counts, what the page says if parts are down."""

import html
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grader.database import reading, submissions, writing
from grader.database.models import Assignment, Grading, Lane, Submission
from grader.grading.client import Spot
from tests.helpers.packs import make_pack
from tests.web.world import SQUARED, WELL
from web.services import submit

OTHER = SQUARED + b"# changed\n"
SYNTAX = replace(WELL, error="invalid syntax", line=2, column=11, text="    return y -", functions=())
NEAR = replace(WELL, functions=("losss", "gradient"))


def set_clock(app, instant):
    app.extensions["gradecheck"] = replace(app.extensions["gradecheck"], clock=lambda: instant)


def attempts(world):
    with reading(world.engine) as session:
        return session.query(Submission).order_by(Submission.id).all()


def send(visitor, world, data=SQUARED, name="squared.py", do="hand-in"):
    return visitor.post(world.page + "/hand-in", {"do": do, "file": (io.BytesIO(data), name)})


def test_it_accepts_a_file_and_redirects_to_its_page(world, backends):
    visitor = world.visit("charlie")

    answer = send(visitor, world)

    assert answer.status_code == 303
    assert visitor.get(answer.location).status_code == 200
    assert backends.notified == 1


def test_it_stores_the_bytes_unchanged(world):
    data = b"\xef\xbb\xbfdef loss(y, t): pass\r\n"
    send(world.visit("charlie"), world, data)

    with reading(world.engine) as session:
        files = submissions.read_files(session, attempts(world)[-1])

    assert files == (("squared.py", data),)


def test_it_accepts_pasted_code(world):
    world.visit("charlie").post(world.page + "/hand-in", {"do": "hand-in", "paste": "x = 1\r\n"})

    with reading(world.engine) as session:
        assert submissions.read_files(session, attempts(world)[-1]) == (("squared.py", b"x = 1\n"),)


def test_a_team_mate_sees_it_and_its_number_counts_on(world):
    answer = send(world.visit("bob"), world, OTHER)

    page = world.visit("alice").get(answer.location)

    assert "Attempt 2" in page.text


def test_check_only_costs_nothing(world):
    before = len(attempts(world))

    page = send(world.visit("alice"), world, do="check")

    assert page.status_code == 200
    assert "Checked" in page.text
    assert len(attempts(world)) == before


def test_a_syntax_error_is_shown_with_a_caret_and_costs_nothing(world, backends):
    backends.scans = (SYNTAX,)

    page = send(world.visit("charlie"), world)

    assert page.status_code == 422
    assert "line 2" in page.text
    assert "    return y -\n              ^" in page.text
    assert "This did not cost an attempt." in page.text
    assert len(attempts(world)) == 1


def test_a_misspelt_name_is_shown_and_the_file_can_still_be_handed_in(world, backends):
    backends.scans = (NEAR,)
    visitor = world.visit("charlie")

    page = send(visitor, world)
    answer = send(visitor, world, do="anyway")

    assert page.status_code == 422
    assert "losss found, loss expected." in page.text
    assert "Hand in as it is" in page.text
    assert answer.status_code == 303


def test_a_file_that_python_can_not_read_is_never_accepted(world, backends):
    backends.scans = (SYNTAX,)

    assert send(world.visit("charlie"), world, do="anyway").status_code == 422
    assert len(attempts(world)) == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"x" * 5000, "at most 4 KB"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\xff\xfex\x00", "UTF-16"),
        (b"x = '\xff'\n", "not UTF-8"),
        (b'{"nbformat": 4}', "Jupyter notebook"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_with_the_reason(world, backends, data, message):
    page = send(world.visit("charlie"), world, data)

    assert page.status_code == 422
    assert message in page.text
    assert backends.scanned == []
    assert len(attempts(world)) == 1


def test_a_form_without_a_file_is_refused(world):
    page = world.visit("charlie").post(world.page + "/hand-in", {"do": "hand-in"})

    assert page.status_code == 422
    assert "expected: squared.py" in page.text


def test_two_files_with_the_same_name_are_refused(world):
    files = [(io.BytesIO(b"x = 1"), "a.py"), (io.BytesIO(b"x = 2"), "a.py")]

    page = world.visit("charlie").post(world.page + "/hand-in", {"do": "hand-in", "file": files})

    assert page.status_code == 422
    assert "is in the upload twice" in page.text


def test_a_queue_that_can_not_be_reached_loses_nothing(world, backends):
    backends.redis_server = False
    visitor = world.visit("charlie")

    page = visitor.get(send(visitor, world).location)

    assert len(attempts(world)) == 2
    assert "The queue can&#39;t be reached. Your file is stored and will be graded." in page.text
    assert "no need to hand in again" in page.text


def test_a_runner_that_is_down_loses_nothing(world, backends):
    backends.runner, backends.scans = False, None
    visitor = world.visit("charlie")

    page = visitor.get(send(visitor, world).location)

    assert len(attempts(world)) == 2
    assert "The runner does not answer." in page.text


def test_a_check_without_a_runner_says_what_was_left_out(world, backends):
    backends.scans = None

    page = send(world.visit("charlie"), world, do="check")

    assert "The parser does not answer at the moment" in page.text


def test_it_accepts_no_more_attempts_than_allowed(other_world):
    world = other_world(attempts=2)
    visitor = world.visit("alice")
    send(visitor, world, OTHER)

    page = send(visitor, world, OTHER + b"# third\n")

    assert page.status_code == 409
    assert "All 2 attempts are used." in page.text
    assert len(attempts(world)) == 2


def test_it_accepts_nothing_after_it_is_closed(app, world):
    now = datetime.now(UTC)
    set_clock(app, now + timedelta(hours=11))
    closed = build_closed(world, now + timedelta(hours=10))

    page = send(world.visit("charlie"), closed)

    assert page.status_code == 409
    assert "closed" in page.text


def build_closed(world, due):
    with writing(world.engine) as session:
        session.get_one(Assignment, world.assignment.id).due_at = due
    return world


def test_an_upload_counts_from_its_first_byte(app, world):
    due = datetime.now(UTC) + timedelta(hours=1)
    build_closed(world, due)
    began = {"gradecheck.began": due - timedelta(seconds=1)}
    set_clock(app, due + timedelta(minutes=1))

    form = {"do": "hand-in", "file": (io.BytesIO(SQUARED), "squared.py")}
    answer = world.visit("charlie").post(world.page + "/hand-in", form, environ_overrides=began)

    assert answer.status_code == 303
    assert attempts(world)[-1].created_at == due - timedelta(seconds=1)


def test_uploads_are_rate_limited(world, monkeypatch):
    monkeypatch.setattr(submit, "UPLOADS", replace(submit.UPLOADS, limit=2))
    visitor = world.visit("charlie")

    statuses = [send(visitor, world, do="check").status_code for _ in range(3)]

    assert statuses == [200, 200, 429]


@pytest.mark.parametrize(("name", "lane"), [("ta", Lane.STAFF), ("charlie", Lane.STUDENTS)])
def test_staff_and_students_each_use_their_own_lane(world, name, lane):
    answer = send(world.visit(name), world)

    assert answer.status_code == 303
    with reading(world.engine) as session:
        newest = session.query(Grading).order_by(Grading.id.desc()).first()
        assert newest.lane is lane
        assert answer.location.endswith(newest.submission.public_id)


TWO = {
    "files": '[[files]]\nname = "notes.txt"\nkind = "text"\n',
    "changed": {"starter/notes.txt": b"Notes\n", "solution/notes.txt": b"Notes\n"},
}
NOTES = b"Notes (not Python\n"


def checked_of_two(backends, files):
    return submit.check(make_pack(**TWO), submit.Upload(files), backends)


def test_a_pack_of_several_files_accepts_them_together_in_its_order(backends):
    checked = checked_of_two(backends, {"notes.txt": NOTES, "squared.py": SQUARED})

    assert [name for name, _ in checked.files] == ["squared.py", "notes.txt"]
    assert backends.scanned == [(("squared.py", SQUARED),)]
    assert checked.may_be_stored("hand-in")


def test_a_file_that_is_missing_is_named(backends):
    checked = checked_of_two(backends, {"Squared.py": SQUARED, "notes.txt": NOTES})

    assert "Squared.py found, squared.py expected." in [fault.rule for fault in checked.faults]
    assert not checked.may_be_stored("anyway")


def test_one_unreadable_file_of_several_can_still_be_handed_in(backends):
    backends.scans = (SYNTAX,)

    checked = checked_of_two(backends, {"squared.py": b"x = (\n", "notes.txt": NOTES})

    assert not checked.may_be_stored("hand-in")
    assert checked.may_be_stored("anyway")


def paste_beside(world, pasted, data=SQUARED, **more):
    form = {"do": "hand-in", "paste": pasted, "file": (io.BytesIO(data), "squared.py"), **more}
    return world.visit("charlie").post(world.page + "/hand-in", form)


def test_a_file_and_another_pasted_text_are_refused_and_the_text_is_kept(world):
    page = paste_beside(world, "# mine\nx = 1\n")

    assert page.status_code == 422
    assert "only one of them can be graded" in page.text
    assert "# mine\nx = 1\n</textarea>" in page.text
    assert len(attempts(world)) == 1


def test_a_text_that_the_page_itself_had_shown_does_not_stop_a_new_file(world):
    shown = "old\nfile\n"

    assert (
        paste_beside(world, shown.replace("\n", "\r\n"), shown=submit.text_digest(shown)).status_code == 303
    )
    assert paste_beside(world, SQUARED.decode().replace("\n", "\r\n")).status_code == 303
    assert paste_beside(world, shown + "changed", shown=submit.text_digest(shown)).status_code == 422


def test_the_page_says_which_text_it_shows(world, backends):
    backends.scans = (NEAR,)

    page = send(world.visit("charlie"), world)

    assert f'name="shown" value="{submit.text_digest(SQUARED.decode())}"' in page.text


@pytest.mark.parametrize("do", ["check", "hand-in", "anyway"])
def test_a_pasted_notebook_is_named_with_what_to_do_and_is_not_lost(world, do):
    text = '{"cells": [], "nbformat": 4}'

    page = world.visit("charlie").post(world.page + "/hand-in", {"do": do, "paste": text})

    assert "Export it as Python" in page.text
    assert html.escape(text, quote=True).replace("&quot;", "&#34;") in page.text
    assert len(attempts(world)) == 1


def test_a_text_that_comes_too_often_or_too_late_is_not_lost(world, monkeypatch):
    visitor = world.visit("charlie")
    form = {"do": "hand-in", "paste": "# mine\nx = 1\n"}
    build_closed(world, datetime.now(UTC) - timedelta(days=1))
    late = visitor.post(world.page + "/hand-in", form)
    monkeypatch.setattr(submit, "UPLOADS", replace(submit.UPLOADS, limit=0))
    often = visitor.post(world.page + "/hand-in", form)

    for page, status in ((late, 409), (often, 429)):
        assert page.status_code == status
        assert "# mine\nx = 1\n</textarea>" in page.text
    assert int(often.headers["Retry-After"]) > 0
    assert len(attempts(world)) == 1


def test_what_only_a_run_shows_is_noted_and_does_not_stop_the_file(world, backends):
    backends.scans = (replace(WELL, functions=("loss",), maybe=(Spot("gradient", 7, "condition"),)),)
    visitor = world.visit("charlie")

    page = send(visitor, world, do="check")

    assert "squared.py defines gradient in line 7, but under a condition" in page.text
    assert "could not be seen without running it" in page.text
    assert send(visitor, world).status_code == 303
