"""A real `grader up --demo` with its own state, and a real Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    StorageState,
    expect,
    sync_playwright,
)

from grader.database import open_engine
from grader.local import demo
from grader.local.demo import later
from tests.e2e.furnish import wait_for
from tests.helpers.up import Up

OUT = Path(__file__).parent / "out"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


LAST = ("test_every_page.py", "test_new_version.py", "test_journeys.py")
"""The tests that need all files of the demo graded come last, in this order: then they wait for little."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LAST.index(item.path.name) if item.path.name in LAST else -1)


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory, servers: None) -> Iterator[Up]:
    """The demo, started once for all tests."""
    started = Up(tmp_path_factory.mktemp("up") / "state", "--demo")
    try:
        started.wait(patience_s=240)
        yield started
    finally:
        started.end()


@pytest.fixture(scope="session")
def complete_demo(up: Up) -> Up:
    """The demo when every file is graded and what follows from the grades is made."""
    engine = open_engine(f"sqlite:///{up.state / 'gradecheck.db'}")
    wait_for(engine, later.is_done)
    engine.dispose()
    return up


@pytest.fixture(scope="session")
def chromium(servers: None) -> Iterator[Browser]:
    """The distribution's Chromium, headless."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on PATH; on Debian: apt-get install chromium")
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *sandbox])
        yield browser
        browser.close()


class Visitor:
    """A person with their own browser window."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.problems: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._note)

    def _note(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.problems.append(line.text)

    def log_in(self, person: demo.Person, password: str = demo.PASSWORD) -> Page:
        """Log in through the form."""
        self.page.goto(self.url)
        self.page.get_by_label("E-mail").fill(person.email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()
        return self.page


@pytest.fixture(scope="session")
def cookies(up: Up) -> dict[str, StorageState]:
    """What a browser keeps of the first log-in of each person, by e-mail."""
    return {}


@pytest.fixture
def visit(chromium: Browser, up: Up, cookies: dict[str, StorageState]) -> Iterator[callable]:
    """Open a browser window: `visit(person)`, `visit(person, scripts=False)`, `visit()` without a log-in.
    Without scripts, and the first time, a person logs in through the form."""
    visitors: list[Visitor] = []

    def open_window(person: demo.Person | None = None, *, scripts: bool = True, width: int = 1280) -> Visitor:
        kept = cookies.get(person.email) if person and scripts else None
        context = chromium.new_context(
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            accept_downloads=True,
            storage_state=kept,
        )
        context.set_default_timeout(15_000)
        visitors.append(visitor := Visitor(context, up.url))
        if person is not None and kept is None:
            page = visitor.log_in(person)
            expect(page.get_by_role("button", name="Log in")).to_have_count(0)
            cookies[person.email] = context.storage_state()
        return visitor

    yield open_window
    for visitor in visitors:
        visitor.context.close()


BY_LOGIN = {person.login: person for person in (*demo.STUDENTS, *demo.STAFF)}
MIRA, NOOR, GORAN, CAMILLE, DANIEL, RANIA = map(
    BY_LOGIN.__getitem__, ("mira", "noor", "goran", "camille", "daniel", "rania")
)
ELENA, JONAS = BY_LOGIN["elena"], BY_LOGIN["jonas"]
