"""Seeing a course as one of its students: what is shown, what stays closed; nothing can be changed."""

import re

import pytest

from grader.database import reading
from grader.database.models import Audit, Submission
from grader.values import Verdict
from tests.web.world import row


@pytest.fixture
def graded(world):
    failed = row("test_gradient", Verdict.FAILED, message="no")
    world.grade(row("test_loss"), failed, row("test_other_sizes", hidden=True))
    return world


def seen(world, name, path, by="ta"):
    return world.visit(by).get(f"{world.base}/as/{world.people[name].id}{path}")


def test_staff_see_what_the_student_sees_and_no_more(graded):
    page = seen(graded, "alice", graded.attempt).text

    assert "You see this page as" in page
    assert "1 hidden" in page
    assert "Run again" not in page
    own = graded.visit("alice").get(graded.attempt).text
    score = re.compile(r'<span class="big">.*?</span>', re.DOTALL)
    assert score.findall(page) == score.findall(own)


def test_links_stay_in_the_view_of_the_student(graded):
    page = seen(graded, "alice", graded.base).text
    address = re.search(r'href="([^"]+/a/squared)"', page)[1]

    assert address.startswith(f"{graded.base}/as/")
    assert graded.visit("ta").get(address).status_code == 200
    assert f'href="{graded.base}">Back to your own view' in page
    assert 'action="/logout"' in page


def test_another_students_submission_stays_closed(graded):
    assert seen(graded, "charlie", graded.attempt).status_code == 404
    assert seen(graded, "alice", f"{graded.page}/class").status_code == 403


@pytest.mark.parametrize("path", ["/status", "/login", "/", "/courses/other", "/health", "/s/nothing"])
def test_only_pages_of_the_course_can_be_seen(graded, path):
    assert seen(graded, "alice", path).status_code == 404


def test_it_can_not_be_nested_and_staff_can_not_be_looked_at(graded):
    inner = f"{graded.base}/as/{graded.people['bob'].id}{graded.base}"
    assert seen(graded, "alice", inner).status_code == 404
    assert seen(graded, "instructor", graded.base).status_code == 404


def test_nothing_can_be_changed_there(graded):
    def count():
        with reading(graded.engine) as session:
            return session.query(Submission).count(), session.query(Audit).count()

    before = count()
    upload = {"paste": "x = 2", "do": "hand-in"}
    prefix = f"{graded.base}/as/{graded.people['alice'].id}"
    for path in (f"{graded.page}/hand-in", f"{graded.page}/counts", f"{graded.attempt}/rerun", "/logout"):
        answer = graded.visit("ta").post(prefix + path, upload)
        assert answer.status_code == 403
        assert "nothing can be changed here" in answer.text
    assert count() == before
    assert graded.visit("alice").post(f"{graded.page}/hand-in", upload).status_code == 303
    assert count() != before


def test_each_look_is_logged(graded):
    seen(graded, "alice", graded.attempt)
    with reading(graded.engine) as session:
        entry = session.query(Audit).filter_by(action="student.seen_as").one()
        assert (entry.actor_id, entry.subject_id) == (graded.people["ta"].id, graded.people["alice"].id)
        assert entry.detail == {"page": graded.attempt}


def test_the_students_are_found_by_name_and_from_a_submission(graded):
    found = graded.visit("ta").get(f"{graded.base}/see", query_string={"q": "char"}).text
    assert "Charlie" in found
    assert "Alice" not in found
    found = graded.visit("ta").get(f"{graded.base}/see", query_string={"s": graded.submission.public_id}).text
    assert re.findall(r"/s/[^>]+><bdi>(\w+)</bdi>", found) == ["Alice", "Bob"]
