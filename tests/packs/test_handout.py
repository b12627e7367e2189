import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.packs.errors import FormulaError
from grader.packs.handout import formula_faults, render
from grader.packs.mathml import to_mathml


def test_formulas_become_mathml():
    page = render(r"Take $\bar z = \bar h \circ \sigma'(z)$ and" "\n\n" r"$$\frac{1}{2n}\sum_{i=1}^{n} x_i$$")

    assert page.count("<math") == 2
    assert 'display="block"' in page
    assert "<mfrac>" in page


def test_raw_html_stays_text():
    page = render("<script>alert(1)</script> and <b onclick=x>bold</b>")

    assert "<script" not in page
    assert "<b" not in page


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVaScript:x", "data:text/html,x", "vbscript:x", "file:///x", "/a"]
)
def test_only_web_links_are_kept(url):
    assert "href" not in render(f"[here]({url}) <{url}>")


def test_pictures_are_not_shown():
    assert "<img" not in render("![p](https://example.org/p.png)")


def test_a_web_link_is_kept():
    assert '<a href="https://example.org/">' in render("[x](https://example.org/)")


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{</math><script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{position:fixed}{x}",
    ],
)
def test_a_formula_can_not_carry_html(tex):
    page = render(f"${tex}$")

    assert "<script" not in page
    assert not re.search(r"<[^>]* (href|style|on\w+)=", re.sub(r'alttext="[^"]*"', "", page))


@given(st.text(max_size=60))
def test_no_formula_makes_an_element_that_is_not_mathml(tex):
    try:
        shown = to_mathml(tex)
    except FormulaError:
        return
    assert set(re.findall(r"</?([A-Za-z]+)", shown)) <= {"math", *_mathml()}


def _mathml():
    from grader.packs.mathml import ELEMENTS

    return ELEMENTS


@pytest.mark.parametrize("tex", [r"\foo{x}", "x^", r"\frac{1", "{", r"a & b", "x" * 3000])
def test_formulas_that_can_not_be_shown_are_named(tex):
    (fault,) = formula_faults(f"# T\n\nText ${tex}$\n")

    assert fault.value == tex
    assert fault.line == 3
    assert "<code>$" in render(f"${tex}$")


@pytest.mark.parametrize("text", ["It costs $5 and $6, or \\$7.", "from $5-$6", "US$5 or CA$6", "2$ or 3$x"])
def test_amounts_of_money_are_not_formulas(text):
    assert "<math" not in render(text)


@pytest.mark.parametrize("text", ["$$$$", "$$ $$", "$ $", "$", "$$"])
def test_dollars_around_nothing_still_give_a_page(text):
    assert render(text).startswith("<p>")


def test_a_backslash_that_is_itself_escaped_does_not_escape_the_dollar():
    assert render(r"$a\\$") == "<p><code>$a\\\\$</code></p>\n"  # one formula, which can't end with \\


def test_headings_have_anchors_below_the_pages_title():
    page = render("# The backward pass\n\n# The backward pass\n")

    assert '<h2 id="handout-the-backward-pass">' in page
    assert page.count('id="handout-the-backward-pass"') == 1


def test_code_is_shown_as_written():
    assert "<pre><code" in render("```python\nx = '$y$'\n```")
    assert "<math" not in render("```python\nx = '$y$'\n```")


def test_only_the_first_thousand_formulas_are_shown_as_mathml():
    page = render("$x$ " * 1500)

    assert page.count("<math") == 1000
    assert page.count("<code>") == 500


@pytest.mark.parametrize("tex", ["{" * 900 + "}" * 900, "x^{" * 600 + "}" * 600, r"\frac" * 300, "_" * 1900])
def test_a_hostile_formula_still_gives_a_page(tex):
    assert render(f"${tex}$").startswith("<p>")


def test_equal_headings_have_different_ids_also_beside_headings_that_look_like_such_an_id():
    page = render("# A\n\n# A 2\n\n" + "# A\n\n" * 2000)

    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 2002
    assert ids[:4] == ["handout-a", "handout-a-2", "handout-a-3", "handout-a-4"]
