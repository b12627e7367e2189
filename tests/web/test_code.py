"""Highlighted source."""

import re

import pytest
from markupsafe import Markup

from web.render.code import MOST_CHARACTERS, MOST_LINES, source_lines

EXAMPLE = '''"""A net."""
import numpy as np  # arrays


def sigma(z):
    return f"{z!r}" if z else 'it\\'s "<b>"'
'''


def text_of(lines):
    return "\n".join(str(Markup(re.sub("<[^>]+>", "", line.html)).unescape()) for line in lines)


def test_it_colours_keywords_strings_and_comments():
    lines = source_lines(EXAMPLE)

    assert lines[0].html == '<span class="st">&#34;&#34;&#34;A net.&#34;&#34;&#34;</span>'
    assert '<span class="kw">import</span> numpy <span class="kw">as</span> np' in lines[1].html
    assert '<span class="cm"># arrays</span>' in lines[1].html
    assert "&lt;b&gt;" in lines[5].html


def test_it_numbers_every_line_and_keeps_every_character():
    lines = source_lines(EXAMPLE)

    assert [line.number for line in lines] == [1, 2, 3, 4, 5, 6]
    assert text_of(lines) == EXAMPLE.rstrip("\n")


def test_a_string_over_several_lines_is_coloured_on_each():
    lines = source_lines("x = '''a\nb'''\ny")

    assert [line.html.count("st") for line in lines] == [1, 1, 0]


def test_text_that_is_not_python_is_not_coloured():
    assert source_lines("import this", python=False)[0].html == "import this"


HARD = (
    "'",
    '"',
    '"""',
    "'''",
    "\\",
    "((((",
    "f'{",
    'f"{',
    "0x",
    "#",
    "\t",
    "@",
    "a",
    "r",
    "rb'",
    "\\\n",
    '"\\',
)


# A scanner that backtracks takes many minutes for these texts; one that does not takes seconds.
@pytest.mark.timeout(120)
@pytest.mark.parametrize("text", HARD)
def test_text_that_is_hard_to_colour_is_still_shown(text):
    source = text * (262_144 // len(text))

    lines = source_lines(source)

    assert source.startswith(text_of(lines))


def test_it_shows_the_beginning_of_a_very_long_file():
    lines = source_lines("x = 1\n" * 40_000)

    assert len(lines) == MOST_LINES
    assert lines[-1].html == "x = 1"


def test_a_page_shows_only_the_lines_within_its_first_characters():
    assert [str(line.html) for line in source_lines("a\nbc\nd", most=5)] == ["a", "bc"]
    assert [str(line.html) for line in source_lines("abc\nd", most=2)] == ["ab"]
    assert [str(line.html) for line in source_lines("a", most=0)] == [""]
    assert len(source_lines("y" * 1_000_000)[0].html) == MOST_CHARACTERS
