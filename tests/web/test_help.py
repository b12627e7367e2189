"""Help: a page for each role, which anybody may read, and a meaning for each verdict."""

import re

import pytest

from grader.values import Verdict
from web.words import VERDICT_WORDS, verdict_word


@pytest.mark.parametrize("path", ["/help", "/help/staff", "/help/instructors", "/help/operators"])
def test_everybody_can_read_it_and_finds_the_other_pages(world, path):
    page = world.visit(None).get(path).text

    assert {"/help", "/help/staff", "/help/instructors", "/help/operators"} <= set(
        re.findall(r'href="([^"]+)"', page)
    )
    assert page.count('aria-current="page"') == 1


def test_it_explains_every_verdict_that_a_page_can_show(world):
    page = world.visit(None).get("/help").text

    shown = set(re.findall(r'class="chip v-(\w+)"', page))
    assert {str(verdict) for verdict in Verdict} | set(VERDICT_WORDS) <= shown
    assert all(verdict_word(verdict) in page for verdict in shown)


def test_every_page_links_to_it(world):
    assert 'href="/help"' in world.visit("alice").get(world.page).text
