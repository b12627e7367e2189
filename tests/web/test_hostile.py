"""Untrusted input is shown as text on every page, and has no other effect."""

import io
import re

import pytest

from grader.database import writing
from grader.database.models import Assignment, User
from grader.values import Case, Number, Verdict
from tests.helpers.log_lines import lines
from tests.web.world import row

__all__ = ["lines"]
SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
TEMPLATE = "{{ 7 * 191 }} {% raw %}"
ANSI = "\x1b[31mred\x1b[0m \x1b]0;title\x07"
TURNED = "\u202egnp.exe"
EVERYTHING = f"\"'>{SCRIPT}{IMAGE}{TEMPLATE}{ANSI}{TURNED}\x00\ud800\u2028"
SEARCH = EVERYTHING.replace("\ud800", "")

PAGES = ("", "/a/squared", "/a/squared/class", "/packs", "/packs/{version}")


@pytest.fixture
def hostile(world):
    """A world in which every field that a student or an instructor fills contains all attacks."""
    with writing(world.engine) as session:
        for name in ("alice", "instructor"):
            session.get_one(User, world.people[name].id).name = EVERYTHING
        session.get_one(Assignment, world.assignment.id).title = EVERYTHING
    fields = {"message": EVERYTHING + "\n" + EVERYTHING, "hint": EVERYTHING, "output": EVERYTHING}
    fields |= {"traceback": EVERYTHING, "detail": EVERYTHING, "title": EVERYTHING}
    fields["cases"] = (Case(EVERYTHING, Verdict.FAILED, EVERYTHING),)
    fields["numbers"] = (Number(EVERYTHING, float("nan"), float("inf"), False),)
    verdicts = [verdict for verdict in Verdict if verdict is not Verdict.INTERNAL]
    world.grade(*(row(f"test_{verdict}", verdict, **fields) for verdict in verdicts))
    return world


def harmless(text):
    """Assert that no attack of EVERYTHING is in the page as more than text."""
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "1337" not in text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\u2028]", text)
    assert "<style" not in text
    assert not re.search(r"\son[a-z]+=", re.sub(r"&[a-z#0-9]+;[^<]*", "", text))


@pytest.mark.parametrize("name", ["alice", "ta", "instructor"])
def test_a_report_full_of_attacks_is_text(hostile, name):
    page = hostile.visit(name).get(hostile.attempt)

    assert page.status_code == 200
    assert "&lt;script&gt;alert(1)" in page.text
    harmless(page.text)


@pytest.mark.parametrize("path", PAGES)
def test_names_and_titles_full_of_attacks_are_text(hostile, path):
    path = hostile.base + path.format(version=hostile.draft.public_id)

    page = hostile.visit("instructor").get(path)

    assert page.status_code == 200
    harmless(page.text)


def test_a_file_name_full_of_attacks_is_text_and_never_a_path(world, backends):
    name = f"../../{SCRIPT};{TURNED}\x1b.py"
    data = {"do": "check", "file": (io.BytesIO(b"x = 1\n"), name)}

    page = world.visit("alice").post(world.page + "/hand-in", data)

    assert page.status_code == 200
    assert [file for file, _ in backends.scanned[0]] == ["squared.py"]
    harmless(page.text)


def test_pasted_code_comes_back_as_text(world, backends):
    backends.scans = ()

    page = world.visit("alice").post(
        world.page + "/hand-in", {"do": "check", "paste": f"</textarea>{SCRIPT}{TEMPLATE}"}
    )

    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "</textarea>&lt;" not in page.text


def test_a_search_is_only_a_search(hostile):
    page = hostile.visit("ta").get(
        hostile.page + "/class/submissions", query_string={"q": SEARCH, "test": SCRIPT, "page": "x"}
    )

    assert page.status_code == 200
    assert "No submission matches the filter" in page.text
    harmless(page.text)


def test_a_log_in_form_shows_what_was_typed_as_text(app, world):
    page = world.visit(None).post(
        "/login", {"email": f'"{SCRIPT}', "password": "x", "next": f"//evil.example/{SCRIPT}"}
    )

    assert "evil.example" not in page.text
    harmless(page.text)


@pytest.mark.parametrize("path", ["/files/squared.py", "/report.json", "/arguments/test_failed.npz"])
def test_a_download_is_never_shown_as_a_page(world, path):
    world.grade(row("test_failed", Verdict.FAILED, message=SCRIPT, arguments=b"PK\x03\x04"))

    answer = world.visit("alice").get(world.attempt + path)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("part", ["%00", "a%00%0aFORGED%1b[31m", "x" * 3000, "%ed%a0%80"])
@pytest.mark.parametrize(
    "page",
    [
        "/courses/{}",
        "/courses/nn/a/{}",
        "/courses/nn/a/squared{}",
        "/courses/nn/packs/{}",
        "/s/{}",
        "/s/{}/live",
    ],
)
def test_a_name_in_an_address_that_no_row_can_have_is_not_found(world, lines, page, part):
    assert world.visit("instructor").get(page.format(part)).status_code == 404
    assert "request.failed" not in lines.names()


@pytest.mark.parametrize(
    "path", ["/courses/nn/a/{}/hand-in", "/courses/nn/a/{}/class/release", "/s/{}/rerun"]
)
def test_nor_is_one_that_is_posted_to(world, lines, path):
    assert world.visit("instructor").post(path.format("%00")).status_code == 404
    assert "request.failed" not in lines.names()
