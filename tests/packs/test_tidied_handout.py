"""A handout as its page shows it."""

from grader.packs.rendering import tidied
from tests.helpers.packs import make_pack


def handout(markdown):
    return tidied(make_pack({"handout.md": markdown.encode()}))


def test_its_title_is_not_repeated_and_its_headings_are_one_level_below():
    assert (
        handout("# Squared error\n\n## Task\n\nWrite.") == '<h2 id="handout-task">Task</h2>\n<p>Write.</p>\n'
    )


def test_another_first_heading_is_one_level_below_the_page_s_title():
    assert handout("# Task\n\nWrite.").startswith('<h2 id="handout-task">Task</h2>')


def test_wide_parts_can_be_scrolled_with_the_keyboard():
    page = handout("$$a$$\n\n$a$ and $y(0,1) + y(1,0) = y(0,0) + y(1,1)$\n\n| | b |\n|-|-|\n| 1 | 2 |\n")

    assert page.count('tabindex="0"') == 3
    assert "<th></th>" not in page


def test_markup_of_the_author_is_escaped():
    page = handout("<script>alert(1)</script> <b style='x'>b</b> ![i](http://x/i.png) [l](javascript:x)")

    assert "<script" not in page
    assert "<b " not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
