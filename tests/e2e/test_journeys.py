"""What people of each role do in a term, from page to page; each journey with scripts and without."""

import contextlib
import re
import time
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import TimeoutError as Late
from playwright.sync_api import expect

from grader.local import demo
from tests.e2e import pages
from tests.e2e.conftest import BY_LOGIN, ELENA, JONAS

COURSE = f"/courses/{demo.COURSE}"
VJP, ACTIVATIONS = f"{COURSE}/a/vjp", f"{COURSE}/a/activations"
SOLUTION = pages.ROOT / "assignments" / "vjp" / "solution" / "vjp.py"
WRONG = SOLUTION.read_text() + "\n\ndef matvec_vjp(*arguments):\n    return None\n"
pytestmark = pytest.mark.usefixtures("complete_demo")
both = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def until_graded(page, patience_s=90):
    """Wait until the open attempt is graded; without scripts by the link that loads the page again."""
    end = time.monotonic() + patience_s
    result = page.get_by_role("region", name="Result")
    while result.count() == 0:
        assert time.monotonic() < end, page.url
        with contextlib.suppress(Late):  # the page may have changed in the meantime
            page.get_by_role("link", name="look again").click(timeout=1000)
        page.wait_for_timeout(300)


def hand_in(page, text):
    page.goto(page.url.partition("/courses")[0] + VJP) if "/a/vjp" not in page.url else None
    pages.hand_in(page, pages.a_file(text, "vjp.py"))
    until_graded(page)
    return page.url


@pytest.mark.parametrize(
    ("scripts", "first", "second"),
    [(True, "fatima", "eszter"), (False, "joao", "hugo")],
    ids=["with scripts", "without scripts"],
)
def test_two_students_hand_in_together_ask_and_are_answered(visit, up, scripts, first, second):
    one, two = (visit(BY_LOGIN[name], scripts=scripts).page for name in (first, second))
    one.goto(up.url + VJP)
    one.get_by_label("E-mail of a student whom you invite").fill(BY_LOGIN[second].email)
    press(one, "Invite")
    two.goto(up.url + VJP)
    press(two, "Accept")
    attempt = hand_in(one, WRONG)
    one.goto(up.url + VJP)
    hand_in(one, SOLUTION.read_text())

    ta = visit(JONAS, scripts=scripts).page
    reviewed(ta, attempt, f"Look at this line, {first}.")
    two.goto(up.url + VJP)
    two.get_by_role("link", name="Attempt 1", exact=True).click()
    said = two.get_by_role("region", name="From the staff")
    expect(said).to_contain_text(f"Look at this line, {first}.")
    expect(said).to_contain_text("Half of it is there.")
    asked_and_answered(two, ta, up)
    compared(two, up)


def reviewed(ta, attempt, words):
    """Comment on a line of the attempt, and change the points of a test with a reason."""
    ta.goto(f"{attempt}/review")
    ta.get_by_role("link", name="3", exact=True).first.click()
    ta.get_by_label("Comment on line 3").fill(words)
    press(ta, "Keep comment")
    expect(ta.locator(".comment").get_by_text(words)).to_be_visible()
    ta.get_by_label("Points instead").fill("1")
    ta.get_by_label("Reason, shown to the student").fill("Half of it is there.")
    press(ta, "Change points")
    expect(ta.get_by_role("button", name="Withdraw").first).to_be_visible()


def asked_and_answered(student, ta, up):
    """Ask for another look at the open attempt; a TA answers from the list of requests; read the answer."""
    student.get_by_role("link", name="Ask the staff for another look").click()
    student.get_by_label("What do you think is not right, and why?").fill(
        "The second case is right, I think."
    )
    press(student, "Send the request")
    thread = student.url
    ta.goto(f"{up.url}{COURSE}/requests?state=open")
    ta.locator(f"a[href='{thread.removeprefix(up.url)}']").click()
    ta.get_by_label("Message", exact=True).fill("It is; the first is not.")
    press(ta, "Answer")
    student.goto(f"{up.url}{COURSE}/requests")
    student.locator(f"a[href='{thread.removeprefix(up.url)}']").click()
    expect(student.get_by_text("It is; the first is not.")).to_be_visible()
    expect(student.locator(".head")).to_contain_text("answered")


def compared(student, up):
    """See the difference between the two attempts."""
    student.goto(up.url + VJP)
    student.get_by_role("link", name=re.compile("attempts, compared$")).click()
    student.get_by_role("link", name=re.compile("^Compare with attempt")).first.click()
    expect(student.locator("tr.del").get_by_text("return None")).to_be_visible()


@both
def test_a_ta_comments_on_all_who_made_a_mistake_and_takes_that_back(visit, up, scripts):
    page = visit(JONAS, scripts=scripts).page
    page.goto(f"{up.url}{ACTIVATIONS}/class")
    page.get_by_role("region", name="Mistakes by name").get_by_role("link").first.click()
    expect(page.get_by_text(re.compile("only with the mistake"))).to_be_visible()

    press(page, "Comment …")
    page.get_by_label("Comment", exact=True).fill("Several of you left this out.")
    press(page, "Comment")
    press(page, "Take the comments back")

    expect(page.get_by_role("status").first).to_contain_text("taken back")


@both
def test_a_ta_marks_the_next_text_by_the_rubric(visit, up, scripts):
    page = visit(JONAS, scripts=scripts).page
    page.goto(f"{up.url}{COURSE}/a/questions/marking?only=waiting")
    page.get_by_role("link", name=re.compile("^(Begin|Go on)$")).click()
    page.locator(".rubric input").first.check()
    press(page, "Keep mark")

    expect(page.get_by_role("button", name="Take the mark back").first).to_be_visible()


@both
def test_an_instructor_changes_dates_and_rules_and_finds_it_in_the_log(visit, up, scripts):
    page = visit(ELENA, scripts=scripts).page
    due = datetime.now() + timedelta(days=30, hours=scripts)
    page.goto(f"{up.url}{COURSE}/a/xor-training/settings")
    page.get_by_label(re.compile("^Due, ")).fill(due.strftime("%Y-%m-%dT%H:%M"))
    press(page, "See what this changes")
    expect(page.get_by_role("rowheader", name=re.compile("^Due"))).to_be_visible()
    page.locator("main form button.first").click()
    expect(page.get_by_role("status").first).to_contain_text("stored")

    page.goto(f"{up.url}{COURSE}/extensions")
    page.get_by_label("Student or group").fill("hugo@example.org")
    page.get_by_label("Or later by, in hours").fill("24")
    page.get_by_label("Reason").fill(f"Journey {scripts}")
    press(page, "Give it")
    expect(page.get_by_text(f"Journey {scripts}").first).to_be_visible()

    page.goto(f"{up.url}{COURSE}/settings")
    page.get_by_label("Grace days of each student for the term").fill("4" if scripts else "3")
    press(page, "Store")
    if page.get_by_role("button", name=re.compile("^Store")).count() and "/settings" in page.url:
        page.get_by_role("button", name=re.compile("^Store")).first.click()
    page.goto(f"{up.url}{COURSE}/audit")
    for words in ("due", f"Journey {scripts}", "grace"):
        expect(page.locator("tbody").get_by_text(re.compile(words)).first).to_be_visible()


@both
def test_an_instructor_makes_a_column_imports_its_marks_publishes_and_takes_them_back(visit, up, scripts):
    page, quiz = visit(ELENA, scripts=scripts).page, f"Quiz {'three' if scripts else 'four'}"
    page.goto(f"{up.url}{COURSE}/gradebook/setup")
    added = page.get_by_role("region", name="Add a column")
    added.get_by_label("Title").fill(quiz)
    added.get_by_label("Maximum, in points").fill("10")
    press(page, "Add it")
    page.goto(f"{up.url}{COURSE}/gradebook/import")
    text = f"email,{quiz}\nmira@example.org,7.5\nnoor@example.org,9\n"
    page.get_by_label("CSV file").set_input_files(
        {"name": "quiz.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    press(page, "Read it and show the changes")
    expect(page.get_by_role("row", name=re.compile("Mira Okafor.*7.5"))).to_be_visible()
    press(page, "Change 2 marks")

    page.goto(f"{up.url}{COURSE}/gradebook/publish")
    page.get_by_role("checkbox", name=re.compile(quiz)).check()
    press(page, "Show what students will see")
    expect(page.get_by_role("region", name="What each student will see").first).to_contain_text("7.5")
    page.get_by_role("button", name=re.compile("^Publish this mark")).click()
    press(page, f"Take back the marks of {quiz}")
    expect(page.get_by_role("checkbox", name=re.compile(quiz))).to_be_visible()
    page.goto(f"{up.url}{COURSE}/audit")
    expect(page.locator("tbody").get_by_text(re.compile("7.5")).first).to_be_visible()


def test_an_instructor_sees_old_and_new_points_of_a_new_version_and_applies_it(visit, up):
    page = visit(ELENA, scripts=False).page
    for _ in range(240):
        page.goto(f"{up.url}{ACTIVATIONS}/regrades")
        waits = page.get_by_role("cell", name="ready")
        if waits.count():
            break
        page.wait_for_timeout(500)
    page.get_by_role("row").filter(has=waits).get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Points now and after it")).to_be_visible()
    press(page, "Apply")

    expect(page.locator(".head")).to_contain_text("applied")
    page.goto(f"{up.url}{COURSE}/audit")
    expect(page.get_by_text("applied a regrade of Activation functions").first).to_be_visible()
