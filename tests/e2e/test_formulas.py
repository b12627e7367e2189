"""Formulas as Chromium draws them with our style sheets: what MathML Core leaves out is really there."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from grader.packs.mathml import to_mathml
from grader.packs.tex.alphabets import ALPHABETS
from grader.packs.tex.symbols import SYMBOLS
from tests.helpers.formulas import ACCEPTED

STATIC = Path(__file__).parents[2] / "web" / "static"
SHEETS = ("tokens.css", "ground.css", "pieces.css", "pages.css")
BOXES = """(selector) => [...document.querySelectorAll(selector)].map(e => {
    const box = e.getBoundingClientRect();
    return [box.left, box.right, box.top, box.bottom]
})"""
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789αβγδεθλμπσφωΓΔΘΛΞΠΣΦΨΩ∇∂"


@pytest.fixture(scope="module")
def page(chromium) -> Page:
    """An empty page of 40 px letters with our style sheets."""
    opened = chromium.new_page(viewport={"width": 1280, "height": 800}, device_scale_factor=1)
    yield opened
    opened.close()


def draw(page: Page, *formulas: str) -> None:
    sheets = "".join((STATIC / name).read_text("utf-8") for name in SHEETS)
    shown = "".join(f'<p style="font-size: 40px">{formula}</p>' for formula in formulas)
    page.set_content(f'<!doctype html><style>{sheets}</style><article class="handout">{shown}</article>')


def boxes(page: Page, tex: str, selector: str, block: bool = False) -> list[list[float]]:
    """left, right, top and bottom (pixels) of each element that the selector finds in this formula."""
    draw(page, to_mathml(tex, block))
    return page.evaluate(BOXES, selector)


def gap(page: Page, tex: str) -> float:
    """Pixels between the first two elements of the formula."""
    first, second = boxes(page, tex, "math > :not(mspace)")[:2]
    return second[0] - first[1]


def test_every_formula_that_is_accepted_is_drawn(page):
    for block in (False, True):
        draw(page, *(to_mathml(tex, block) for tex in ACCEPTED))

        assert page.locator("merror").count() == 0
        assert "\\" not in page.locator("article").inner_text()
        assert page.locator("math").count() == len(ACCEPTED)
        for left, right, top, bottom in page.evaluate(BOXES, "math"):
            assert right - left > 5
            assert bottom - top > 5


def test_no_sign_or_letter_is_drawn_as_an_empty_box(page):
    signs = {letter for _, sign in SYMBOLS.values() for letter in sign if not letter.isspace()}
    for alphabet in ALPHABETS.values():
        for letter in LETTERS:
            try:
                signs.add(alphabet(letter))
            except KeyError:
                continue  # refused
    unassigned = "\U0010fffc"  # which every font lacks: the control
    draw(page, to_mathml("x"))
    missing = page.evaluate(
        """(signs) => {
            const canvas = document.createElement("canvas");
            canvas.width = canvas.height = 80;
            const pen = canvas.getContext("2d", {willReadFrequently: true});
            pen.font = "40px " + getComputedStyle(document.querySelector("math")).fontFamily;
            const drawn = sign => {
                pen.clearRect(0, 0, 80, 80);
                pen.fillText(sign, 20, 60);
                return pen.getImageData(0, 0, 80, 80).data.join();
            };
            const none = [drawn("\\u{10FFFD}"), drawn(" ")];
            return signs.filter(sign => none.includes(drawn(sign)));
        }""",
        [*sorted(signs), unassigned],
    )

    assert missing == [unassigned]
    assert len(signs) > 500


def test_bold_and_other_letters_are_not_drawn_as_plain_ones(page):
    def picture(tex: str) -> bytes:
        draw(page, to_mathml(tex))
        return page.locator("math").screenshot()

    assert picture("1") == picture("1")  # so that a difference means something
    for plain, *others in (
        ("1", r"\mathbf{1}", r"\mathbb{1}", r"\mathtt{1}"),
        ("x", r"\mathbf{x}", r"\boldsymbol{x}", r"\mathrm{x}", r"\mathsf{x}"),
        (r"\theta", r"\boldsymbol{\theta}", r"\mathbf{\theta}"),
        ("L", r"\mathcal{L}", r"\mathfrak{L}", r"\mathbb{L}"),
    ):
        pictures = {picture(tex) for tex in (plain, *others)}
        assert len(pictures) == 1 + len(others), plain


def test_names_and_signs_have_the_space_that_tex_gives_them(page):
    thin = 40 * 1.08 * 0.167

    assert gap(page, r"\log p") == pytest.approx(thin, abs=1)
    assert gap(page, r"\log(p)") == pytest.approx(0, abs=1)
    assert gap(page, r"y\operatorname{sign}") == pytest.approx(thin, abs=1)
    assert gap(page, r"\operatorname*{arg\,max} p") == pytest.approx(thin, abs=1)
    *_, minus, x = boxes(page, "a=-x", "math > *")
    assert x[0] - minus[1] == pytest.approx(0, abs=1)
    assert gap(page, r"a\!b") == pytest.approx(-thin, abs=1)
    assert gap(page, r"\log\!p") == pytest.approx(0, abs=1)
    assert gap(page, "|x") == pytest.approx(0, abs=1)
    left, right = boxes(page, "a-x", "mi")
    alone = boxes(page, "-x", "mo")[0]
    assert right[0] - left[1] > alone[1] - alone[0] + 2 * thin  # between two things a sign has space


def test_lines_and_brackets_are_as_high_as_what_is_between_them(page):
    for tex in (r"\left\lVert\frac{x}{y}\right\rVert", r"\left(\frac{x}{y}\right)"):
        opening, closing = boxes(page, tex, "math mo", block=True)
        (fraction,) = boxes(page, tex, "mfrac", block=True)
        for fence in (opening, closing):
            assert fence[3] - fence[2] >= 0.9 * (fraction[3] - fraction[2])
    plain = boxes(page, r"\lVert x\rVert", "math mo")[0]
    assert opening[3] - opening[2] > 1.3 * (plain[3] - plain[2])


def test_columns_are_aligned(page):
    lines = r"\begin{aligned} xxxx &= y \\ z &= yyyy \end{aligned}"
    equals = boxes(page, lines, "mo")
    ends = [boxes(page, lines, f"mtr:nth-child({n}) > mtd:first-child > mi")[-1][1] for n in (1, 2)]
    assert equals[0][0] == pytest.approx(equals[1][0], abs=1)
    assert ends[0] == pytest.approx(ends[1], abs=1)  # the left column ends at the sign
    assert equals[0][0] - ends[0] < 20

    cases = r"\begin{cases} x & \text{if } x > 0 \\ -xx & \text{otherwise} \end{cases}"
    starts = [boxes(page, cases, f"mtr:nth-child({n}) mtext")[0][0] for n in (1, 2)]
    assert starts[0] == pytest.approx(starts[1], abs=1)


def test_an_index_of_a_name_stands_below_it_only_in_a_formula_of_its_own(page):
    tex = r"\operatorname*{arg\,max}_k p"
    for block in (True, False):
        name, index = boxes(page, tex, "munder > *", block=block)
        assert (index[0] < name[1]) is block


def test_lines_are_drawn_above_below_and_around(page):
    draw(page, *(to_mathml(tex) for tex in (r"\overline{xy}", r"\underline{xy}", r"\boxed{xy}")))
    drawn = page.evaluate(
        """() => [...document.querySelectorAll("mrow[notation]")].map(e => {
            const style = getComputedStyle(e);
            return ["Top", "Right", "Bottom", "Left"].map(side => parseFloat(style[`border${side}Width`]) > 0)
        })"""
    )
    weight = 'getComputedStyle(document.querySelector("mtext")).fontWeight'

    assert drawn == [[True, False, False, False], [False, False, True, False], [True] * 4]
    draw(page, to_mathml(r"\textbf{bold}"))
    assert page.evaluate(weight) == "700"
