"""A real `grader up --demo` on a state of its own, and a real Chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from grader.up import demo

ROOT = Path(__file__).parents[2]
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


class Up:
    """A running `grader up`."""

    def __init__(self, state: Path, *arguments: str) -> None:
        self.state = state
        self.log = state.parent / f"{state.name}.out"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-P", "-m", "grader", "up", "--state", str(state)]
        command += ["--port", str(self.port)]
        environment = {**os.environ, "GRADECHECK_TEST_MARK": str(state)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*command, *arguments], stdout=log, stderr=log, env=environment)
        self.url = f"http://127.0.0.1:{self.port}"

    def wait(self, patience_s: float = 60.0) -> float:
        """Return the seconds until it says that it is ready."""
        began = time.monotonic()
        while "gradecheck is ready" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() - began < patience_s, self.said()
            time.sleep(0.05)
        return time.monotonic() - began

    def said(self) -> str:
        """All that it printed."""
        return self.log.read_text()

    def child(self, name: str) -> int:
        """The process id of one of its children, by the end of its command line."""
        command = ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)]
        listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = [line.split(None, 1) for line in listing.splitlines() if re.search(name, line)]
        assert len(found) == 1, listing
        return int(found[0][0])

    def end(self, number: int = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(30)

    def processes_left(self) -> list[str]:
        """Command lines of processes that this start made and that still run."""
        left = []
        for environ in Path("/proc").glob("[0-9]*/environ"):
            try:
                marked = f"GRADECHECK_TEST_MARK={self.state}".encode() in environ.read_bytes().split(b"\0")
                name = (environ.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            mentions = str(self.state) in name
            if (marked or mentions) and int(environ.parent.name) != os.getpid():
                left.append(name)
        return left


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """The demo, started once for all the tests."""
    started = Up(tmp_path_factory.mktemp("up") / "state", "--demo")
    try:
        started.wait()
        yield started
    finally:
        started.end()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The distribution's Chromium, headless."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on PATH; on Debian: apt-get install chromium")
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *sandbox])
        yield browser
        browser.close()


class Visitor:
    """Somebody with a browser window of their own."""

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


@pytest.fixture
def visit(chromium: Browser, up: Up) -> Iterator[callable]:
    """Open a browser window: `visit(person)`, `visit(person, scripts=False)`, `visit()` for a stranger."""
    visitors: list[Visitor] = []

    def open_window(person: demo.Person | None = None, *, scripts: bool = True, width: int = 1280) -> Visitor:
        context = chromium.new_context(
            java_script_enabled=scripts, viewport={"width": width, "height": 900}, accept_downloads=True
        )
        context.set_default_timeout(15_000)
        visitors.append(visitor := Visitor(context, up.url))
        if person is not None:
            visitor.log_in(person)
        return visitor

    yield open_window
    for visitor in visitors:
        visitor.context.close()


MIRA, NOOR, GORAN, CAMILLE, DANIEL, RANIA = demo.STUDENTS
ELENA, JONAS = demo.STAFF
