"""An operator on an empty installation, without scripts: from the first user to a student who logs in."""

import re
import time
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.helpers.smtp import smtp_server
from tests.helpers.up import Up

PASSWORD = "correct horse battery"
ROSTER = "\ufeffE-Mail;Name;Section\nzoe@example.org;Zoë Ångström;A\nli@example.org;李 雷;B\n"


@pytest.fixture
def box():
    with smtp_server() as box:
        yield box


@pytest.fixture
def empty(tmp_path, servers, box, monkeypatch):
    """A `grader up` without users, which sends e-mail to the box."""
    monkeypatch.setenv("GRADECHECK_SMTP_URL", box.url)
    monkeypatch.setenv("GRADECHECK_MAIL_FROM", "gradecheck@example.org")
    monkeypatch.setenv("GRADECHECK_PUBLIC_URL", "https://grade.example.org")
    up = Up(tmp_path / "state")
    try:
        up.wait()
        yield up
    finally:
        up.end()


@pytest.fixture
def browser_page(chromium):
    """A function that opens a browser without scripts."""
    contexts = []

    def open_page():
        contexts.append(context := chromium.new_context(java_script_enabled=False))
        context.set_default_timeout(15_000)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def choose_password(page):
    page.get_by_label(re.compile("^(New p|P)assword$")).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)


def first_steps(page, up):
    """The first user, a course and an assignment, from the address that `grader up` prints."""
    page.goto(re.search(r"http\S+/set-up\?token=\w+", up.output())[0])
    page.get_by_label("Your name").fill("Olga Operator")
    page.get_by_label("E-mail").fill("olga@example.org")
    choose_password(page)
    page.get_by_role("button", name="Make the account").click()
    page.get_by_label("Name in the address").fill("nn")
    page.get_by_label("Title").fill("Neural Networks")
    page.get_by_role("button", name="Create the course").click()
    page.get_by_role("link", name="Backpropagation in a multilayer perceptron").click()
    due = datetime.now() + timedelta(days=7)
    page.get_by_label(re.compile("^Due, ")).fill(due.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Make the assignment").click()


def upload_roster(page):
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("link", name="Upload a list").click()
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": ROSTER.encode()}
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Read it and show the changes").click()
    expect(page.get_by_text("2 to add")).to_be_visible()
    page.get_by_role("button", name="Apply the list").click()
    expect(page.get_by_role("link", name="Zoë Ångström")).to_be_visible()


def link_to(box, email, up):
    """The link in the message to this address, which the sweeper sends."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for message in box.messages:
            if message["To"] == email:
                link = re.search(r"https://grade\.example\.org(/password/\S+)", message.get_content())
                return up.url + link[1]
        time.sleep(0.1)
    raise AssertionError([message["To"] for message in box.messages])


def test_an_empty_installation_is_set_up_and_a_student_comes_in(empty, box, browser_page):
    page = browser_page()
    first_steps(page, empty)
    upload_roster(page)
    page.get_by_role("button", name="Send each a link by e-mail").click()
    expect(page.get_by_text("Messages that will be sent: 2.")).to_be_visible()

    zoe = browser_page()
    zoe.goto(link_to(box, "zoe@example.org", empty))
    choose_password(zoe)
    zoe.get_by_role("button", name="Store and log in").click()
    expect(zoe.get_by_role("heading", name="Neural Networks")).to_be_visible()

    page.get_by_role("link", name="Zoë Ångström").click()
    page.get_by_role("button", name="Remove from the course").click()
    zoe.reload()
    expect(zoe.get_by_text("There is no page at this address")).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    zoe.reload()
    expect(zoe.get_by_role("heading", name="Neural Networks")).to_be_visible()

    page.goto(empty.url + "/users?q=zoe")
    page.get_by_role("button", name="Deactivate").click()
    zoe.reload()
    expect(zoe.get_by_role("heading", name="Log in")).to_be_visible()
