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


def test_the_keys_j_and_k_lead_through_the_submissions_if_they_are_switched_on(visit, up):
    page = visit(JONAS).page
    first, second = the_first_two_reviews(page, up)
    page.goto(first)

    page.keyboard.press("j")
    expect(page).to_have_url(first)

    tab_to(page, "[data-keys] input")
    page.keyboard.press("Space")
    page.keyboard.press("j")
    expect(page).to_have_url(second)

    page.keyboard.press("Control+k")
    tab_to(page, "#w-text")
    page.keyboard.type("jk")
    expect(page.locator("#w-text")).to_have_value("jk")
    expect(page).to_have_url(second)

    tab_to(page, "#w button")
    page.keyboard.press("k")
    expect(page).to_have_url(first)


def test_a_line_is_commented_without_a_mouse(visit, up):
    visitor = visit(JONAS)
    page = visitor.page
    first, _ = the_first_two_reviews(page, up)
    page.goto(first)

    tab_to(page, "#L3 a")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Comment on line 3", exact=True)).to_be_visible()
    tab_to(page, "#w-text", presses=2)
    page.keyboard.type("Why is this needed?")
    tab_to(page, "#w button.first")
    page.keyboard.press("Enter")

    comment = page.locator("#L3 + tr .comment")
    expect(comment).to_contain_text("Why is this needed?")
    expect(comment).to_contain_text(JONAS.name)
    assert visitor.problems == []


def the_first_two_reviews(page, up):
    """The addresses of the first submission of the queue of marking and of the one after it."""
    page.goto(up.url + pages.BACKPROP + "/marking")
    page.locator("a[href*='/review']").first.click()
    first = page.url
    return first, up.url + page.locator("a[rel=next]").get_attribute("href")


def tab_to(page, selector, presses=100):
    """Press Tab until the element has the focus."""
    place = page.locator(selector).first
    for _ in range(presses):
        if place.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(place).to_be_focused()
