"""A TA: find a student's submission, read its whole report, run it again."""

import re

from playwright.sync_api import expect

from grader.local import demo
from tests.e2e import pages
from tests.e2e.conftest import DANIEL, JONAS


def test_a_ta_finds_a_submission_in_the_class_and_runs_it_again(visit, up):
    student = visit(DANIEL).page
    student.goto(up.url + pages.BACKPROP)
    changed = pages.SOLUTION.read_text() + "\n# not the file of the demo\n"
    pages.hand_in(student, pages.a_file(changed))
    pages.expect_graded(student)

    page = visit(JONAS).page
    page.goto(up.url + pages.BACKPROP + "/class/submissions")
    page.get_by_label("Name, e-mail or number").fill("daniel")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name=DANIEL.name).first.click()

    pages.expect_graded(page)
    expect(page.get_by_text("hidden", exact=True).first).to_be_visible()
    expect(page.get_by_text(re.compile("^grader grade ")).first).to_be_visible()

    page.get_by_role("button", name="Run again").click()
    pages.expect_graded(page)

    assert set(pages.verdicts(page).values()) == {"passed"}


def test_the_dashboard_shows_scores_and_pass_rates(visit, up):
    page = visit(JONAS).page

    page.goto(up.url + pages.BACKPROP + "/class")

    expect(page.get_by_role("heading", name="Pass rate per test")).to_be_visible()
    expect(page.get_by_role("region", name="In numbers")).to_contain_text(f"of {len(demo.STUDENTS)}")
    assert page.locator("svg").count() > 0


def test_a_student_sees_no_dashboard(visit, up):
    page = visit(DANIEL).page

    answer = page.goto(up.url + pages.BACKPROP + "/class")

    assert answer.status == 403
