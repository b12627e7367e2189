"""Parts that fail while a student hands in, and what remains after Ctrl-C."""

import signal

import pytest
from playwright.sync_api import expect

from tests.e2e import pages
from tests.e2e.conftest import MIRA, Visitor
from tests.helpers.up import SharedDemo


@pytest.fixture(scope="module")
def shared(tmp_path_factory, servers):
    demo = SharedDemo(tmp_path_factory.mktemp("faults") / "state")
    yield demo
    demo.end()


@pytest.fixture
def own(chromium, shared):
    """(demo, page): a demo for this file only, so that it may be broken; a student is logged in."""
    up = shared.running()
    context = chromium.new_context()
    visitor = Visitor(context, up.url)
    visitor.log_in(MIRA)
    yield up, visitor.page
    context.close()


def solution(name):
    """The solution as a file that was not handed in before."""
    return pages.a_file(f"{pages.SOLUTION.read_text()}\n# {name}\n")


def test_an_upload_while_redis_is_down_is_stored_and_graded_later_and_the_page_says_so(own):
    up, page = own
    page.goto(up.url + pages.BACKPROP)

    up.hold("valkey|redis-server")
    pages.hand_in(page, solution("while Redis is down"))
    expect(page.get_by_text("Stored; you may close this page.")).to_be_visible()
    expect(page.locator("[data-figure=trouble]")).to_contain_text("stored")
    up.kill("valkey|redis-server")

    pages.expect_graded(page, patience_s=60)
    assert set(pages.verdicts(page).values()) == {"passed"}


def test_an_upload_while_the_worker_is_killed_is_graded_once(own):
    up, page = own
    page.goto(up.url + pages.BACKPROP)

    up.kill("grader worker")
    pages.hand_in(page, solution("while the worker is killed"))

    pages.expect_graded(page, patience_s=60)
    assert set(pages.verdicts(page).values()) == {"passed"}


def test_ctrl_c_after_work_leaves_no_process(own):
    up, page = own
    page.goto(up.url + pages.BACKPROP)
    pages.hand_in(page, solution("before Ctrl-C"))

    code = up.end(signal.SIGINT)

    assert code == 0
    assert up.processes_left() == []
