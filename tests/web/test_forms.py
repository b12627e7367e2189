"""Forms that can't be read: each is refused with what is wrong with it, and nothing is stored."""

import pytest

from grader.database import reading
from grader.database.models import Submission
from tests.web.world import CSRF, SQUARED

TOKEN = b'--X\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + CSRF.encode() + b"\r\n"
FILE = b'--X\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n'
MULTIPART = "multipart/form-data; boundary=X"


@pytest.mark.parametrize(
    ("body", "kind", "status", "sentence"),
    [
        (TOKEN + FILE % (b"\xff.py", SQUARED) + b"--X--\r\n", MULTIPART, 400, "is not UTF-8 text"),
        (TOKEN + FILE % (b"a.py", SQUARED), MULTIPART, 400, "it was cut off on its way"),
        (TOKEN[:-20], MULTIPART, 400, "it was cut off on its way"),
        (TOKEN + b"--X--\r\n", "multipart/form-data", 400, "has no boundary"),
        (TOKEN + b"--X--\r\n", "multipart/form-data; boundary=é", 400, "boundary"),
        (b"--X\r\nA: b\r\n\r\nc\r\n--X--\r\n", MULTIPART, 400, "no Content-Disposition"),
        (b"csrf=x", None, 415, "Content-Type of this request is missing"),
        (b'{"csrf": 1}', "application/json", 415, "Content-Type of this request is application/json"),
        (SQUARED, "text/x-python\x1b[1m", 415, "a form is sent as multipart/form-data"),
        (b"csrf=\xff", "application/x-www-form-urlencoded", 400, "is not UTF-8 text"),
        (b"do=check", "application/x-www-form-urlencoded", 400, "does not contain the page&#39;s form token"),
        (TOKEN + TOKEN * 120 + b"--X--\r\n", MULTIPART, 413, "more than 100 fields"),
        (TOKEN.replace(CSRF.encode(), b"x" * 600_000) + b"--X--\r\n", MULTIPART, 413, "as a file"),
        (b"x" * 9_000_000, MULTIPART, 413, "This is larger than the page accepts"),
    ],
)  # fmt: skip
def test_a_form_that_can_not_be_read_says_why(world, body, kind, status, sentence):
    answer = world.visit("charlie").client.post(world.page + "/hand-in", data=body, content_type=kind)

    assert answer.status_code == status
    assert sentence in answer.text
    assert "out of date" not in answer.text
    assert "\x1b" not in answer.text
    with reading(world.engine) as session:
        assert session.query(Submission).count() == 1


@pytest.mark.parametrize("method", ["BREW", "PUT", "PROPFIND"])
def test_a_method_that_an_address_does_not_have_is_answered_with_those_that_it_has(world, method):
    answer = world.visit("charlie").client.open(world.page + "/hand-in", method=method)

    assert answer.status_code == 405
    assert "does not accept this kind of request" in answer.text
    assert "POST" in answer.headers["Allow"]


def test_a_file_whose_name_can_not_be_read_is_not_called_no_file(world):
    for name in (b"a\r\nb.py", b""):
        body = TOKEN + FILE % (name, SQUARED) + b"--X--\r\n"
        answer = world.visit("charlie").client.post(
            world.page + "/hand-in", data=body, content_type=MULTIPART
        )

        assert answer.status_code == 422
        assert "was sent without a name that can be read" in answer.text


def test_a_visitor_is_told_that_a_large_form_needs_a_log_in(world):
    answer = world.visit(None).client.post(
        world.page + "/hand-in", data=b"x" * 100_000, content_type=MULTIPART
    )

    assert answer.status_code == 413
    assert "You are not logged in" in answer.text


def test_an_empty_request_is_called_empty(world):
    answer = world.visit("charlie").client.post(world.page + "/hand-in")

    assert answer.status_code == 400
    assert "This request is empty" in answer.text
