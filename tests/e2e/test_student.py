"""A student: log in, hand in, read what is wrong, try again."""

import contextlib
import re
import time

import pytest
from playwright.sync_api import TimeoutError as Late
from playwright.sync_api import expect
from sqlalchemy import select, update

from grader.database import open_engine, writing
from grader.database.models import Job, Lane, LineSearch
from tests.e2e import furnish, pages
from tests.e2e.conftest import CAMILLE, GORAN, MIRA, NOOR, OUT, RANIA
from tests.helpers.mistakes import wrong_text

SEARCHED_MS = 120_000
"""A backstop for a search."""


def test_a_visitor_is_asked_to_log_in(visit, up):
    visitor = visit()

    visitor.page.goto(up.url + pages.BACKPROP)

    expect(visitor.page.get_by_role("heading", name="Log in")).to_be_visible()


def test_a_wrong_password_shows_an_alert_and_keeps_the_address(visit):
    visitor = visit()

    page = visitor.log_in(MIRA, password="not-the-password")

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(MIRA.email)


def test_verdicts_arrive_by_themselves_for_a_mistake_and_then_for_the_solution(visit, up):
    visitor = visit(MIRA)
    page = visitor.page
    page.goto(up.url + pages.BACKPROP)

    pages.hand_in(page, pages.a_file(wrong_text(pages.PACK, "sigma_prime_left_out")))
    page.evaluate("window.never_reloaded = true")
    pages.expect_graded(page)

    assert page.evaluate("window.never_reloaded === true")
    verdicts = pages.verdicts(page)
    assert "failed" in verdicts.values()
    assert "passed" in verdicts.values()
    page.set_viewport_size({"width": 1280, "height": 720})
    OUT.mkdir(exist_ok=True)
    page.screenshot(path=OUT / "submission.png", animations="disabled")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 720})
    page.screenshot(path=OUT / "phone.png", animations="disabled")
    page.set_viewport_size({"width": 1280, "height": 800})

    page.get_by_role("link", name="Try again").click()
    pages.hand_in(page, pages.SOLUTION)
    pages.expect_graded(page)

    assert set(pages.verdicts(page).values()) == {"passed"}
    earned, most = re.fullmatch(r"([\d.]+) of ([\d.]+) points", pages.score(page)).groups()
    assert earned == most
    assert visitor.problems == []


def test_a_failed_gradient_shows_what_was_measured_against_which_threshold(visit, up):
    page = visit(MIRA).page
    page.goto(up.url + pages.BACKPROP)

    text = wrong_text(pages.PACK, "sigma_prime_left_out")
    pages.hand_in(page, pages.a_file(text + "\n# handed in again, with this line\n"))
    pages.expect_graded(page)

    cause = page.locator("section.cause").first
    expect(cause.locator(".saying")).to_contain_text("is the first error signal that is wrong")
    expect(cause.get_by_role("img", name=re.compile("is the first error signal"))).to_be_visible()
    first = cause.locator("details.test").first
    first.locator("summary").first.click()
    expect(first.get_by_role("columnheader", name="Threshold")).to_be_visible()


def put_first(up, public_id):
    """Let the search of this submission go before those of the demo's."""
    engine = open_engine(f"sqlite:///{up.state / 'gradecheck.db'}")
    with writing(engine) as session:
        ids = session.scalars(select(LineSearch.id).where(furnish.search_of([public_id]))).all()
        assert ids
        session.execute(update(Job).where(Job.id.in_(ids)).values(lane=Lane.STUDENTS))
    engine.dispose()


def test_the_wrong_line_arrives_while_the_report_is_read_and_one_click_leads_to_it(visit, up):
    visitor = visit(MIRA)
    page = visitor.page
    page.goto(up.url + pages.BACKPROP)
    pages.hand_in(page, pages.a_file(wrong_text(pages.PACK, "w1_transposed")))
    pages.expect_graded(page)
    page.evaluate("window.never_reloaded = true")
    put_first(up, page.url.rsplit("/", 1)[-1])
    opened = page.locator("details#passed")
    opened.locator("summary").first.click()

    link = page.locator(".wrong-line a").first
    expect(link).to_be_visible(timeout=SEARCHED_MS)
    assert page.evaluate("window.never_reloaded === true")
    expect(opened).to_have_attribute("open", "")
    expect(page.locator(".wrong-line mark").first).not_to_be_empty()
    link.focus()
    page.keyboard.press("Enter")

    expect(page.locator("tr.hit:target")).to_be_visible()
    expect(page.get_by_text("Looking for the line")).to_have_count(0)
    assert visitor.problems == []


def test_on_a_phone_the_score_and_the_first_cause_come_before_the_list_of_tests(visit, up):
    page = visit(NOOR, width=320).page
    page.goto(up.url + pages.BACKPROP)
    pages.hand_in(page, pages.a_file(wrong_text(pages.PACK, "sigma_prime_left_out") + "\n# on a phone\n"))
    pages.expect_graded(page)

    tops = [page.locator(where).first.bounding_box()["y"] for where in (".strip .big", ".cause", ".index")]

    assert tops == sorted(tops)
    assert tops[1] < 700
    assert page.locator(".cause").first.bounding_box()["width"] <= 320


def test_two_attempts_are_compared_line_by_line(visit, up):
    page = visit(CAMILLE).page
    page.goto(up.url + pages.BACKPROP)
    for text in ("\n# first\n", "\n# second\n"):
        pages.hand_in(page, pages.a_file(pages.SOLUTION.read_text() + text))
        pages.expect_graded(page)
        page.goto(up.url + pages.BACKPROP)

    page.get_by_role("link", name=re.compile("attempts, compared$")).click()
    page.get_by_role("link", name=re.compile("^Compare with attempt")).first.click()

    expect(page.locator("tr.add")).to_contain_text("# second")
    expect(page.locator("tr.del")).to_contain_text("# first")


def test_it_all_works_without_javascript(visit, up):
    page = visit(NOOR, scripts=False).page
    page.goto(up.url + pages.BACKPROP)

    pages.hand_in(page, pages.SOLUTION)
    deadline = time.monotonic() + 30
    while page.get_by_role("region", name="Result").count() == 0 and time.monotonic() < deadline:
        with contextlib.suppress(Late):  # the page may have reloaded in the meantime
            page.get_by_role("link", name="look again").click(timeout=2000)

    assert set(pages.verdicts(page).values()) == {"passed"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is a picture"),
        ("# Zürich\n".encode("latin-1"), "UTF-8"),
        ("def forward(params, x)\n    return x\n", "line 1"),
        ("print 'hello'\n", "Python 2"),
        ("#" * 300_000, "KB"),
    ],
    ids=["empty", "a picture", "another encoding", "a syntax error", "Python 2", "too large"],
)
def test_a_file_that_can_not_be_read_is_refused_at_once_and_costs_no_attempt(visit, up, content, says):
    page = visit(GORAN).page
    page.goto(up.url + pages.BACKPROP)
    before = pages.attempts(page).count()

    pages.hand_in(page, pages.a_file(content))

    checked = page.locator("#checked")
    expect(checked).to_contain_text(says)
    expect(checked).to_contain_text("This did not cost an attempt.")
    page.goto(up.url + pages.BACKPROP)
    assert pages.attempts(page).count() == before


def test_a_syntax_error_is_shown_with_its_line_and_a_caret(visit, up):
    page = visit(GORAN).page
    page.goto(up.url + pages.BACKPROP)

    pages.hand_in(page, pages.a_file("x = 1\ndef forward(params, x:\n    return x\n"))

    excerpt = page.locator("#checked pre").inner_text()
    assert "def forward(params, x:" in excerpt
    assert "^" in excerpt


def test_a_missing_function_is_shown_with_the_similar_name(visit, up):
    page = visit(CAMILLE).page
    page.goto(up.url + pages.BACKPROP)
    renamed = pages.SOLUTION.read_text().replace("def forward(", "def forwards(")

    pages.hand_in(page, pages.a_file(renamed), button="Check only")

    expect(page.locator("#checked")).to_contain_text("forwards found, forward expected.")


def test_nobody_can_open_another_students_submission(visit, up):
    owner = visit(MIRA).page
    owner.goto(up.url + pages.BACKPROP)
    pages.attempts(owner).first.click()
    address = owner.url

    stranger = visit(NOOR).page
    answer = stranger.goto(address)

    assert answer.status == 404
    assert stranger.request.get(address + "/report.json").status == 404


@pytest.mark.parametrize("path", ["", pages.BACKPROP, "the latest attempt"])
def test_no_page_scrolls_sideways_on_a_narrow_phone(visit, up, path):
    page = visit(RANIA, width=320).page
    page.goto(up.url + (pages.BACKPROP if path.startswith("the") else path))
    if path.startswith("the"):
        pages.attempts(page).first.click()
        pages.expect_graded(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_handout_is_shown_and_the_starter_can_be_downloaded(visit, up, tmp_path):
    page = visit(MIRA).page
    page.goto(up.url + pages.BACKPROP)

    assert page.locator("article.handout math").count() > 3
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Starter")).click()
    assert download.value.path().read_bytes().startswith(b"PK")
