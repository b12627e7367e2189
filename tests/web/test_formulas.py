"""Mathematics in sentences: what is a formula, what is not, and its MathML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from web.render.formulas import mathml, prose

BAR = "\N{COMBINING MACRON}"


def formulas(text):
    """The formulas that are found in a text, as letters."""
    return [re.sub("<[^>]+>", "", math) for math in re.findall("<math[^>]*>(.*?)</math>", str(prose(text)))]


def test_a_bar_stands_over_its_letter_and_an_index_below():
    over = '<mover accent="true"><mi>W</mi><mo stretchy="false">¯</mo></mover>'
    assert str(mathml(f"W{BAR}₁")) == f"<math><msub>{over}<mn>1</mn></msub></math>"


def test_a_formula_that_stands_alone_has_its_text_as_a_name():
    assert str(prose("z")) == '<math aria-label="z"><mi>z</mi></math>'


def test_a_prime_belongs_to_its_function():
    assert str(mathml("σ′(z)")).startswith('<math><mi>σ</mi><mo lspace="0" rspace="0">′</mo>')


def test_a_composed_letter_is_the_same_as_letter_and_bar():
    assert mathml("ȳ") == mathml(f"y{BAR}")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"z{BAR} is wrong: σ′(z₂) is left out.", ["z¯", "σ′(z2)"]),
        ("Gradient of W₁ and b2.", ["W1", "b2"]),
        (f"Your W{BAR}₁ᵀ, from h to z?", ["W¯1T", "h", "z"]),
        ("params['W1'] has shape (2,)", []),
        ("Let's see: a.x, x[0], b(1), x=3, what's L'?", []),
        ("W10 and Wb and xs", []),
        ("Zoltán Łukasz", []),
    ],
)
def test_only_quantities_are_formulas(text, found):
    assert formulas(text) == found


@given(st.text(alphabet=f"Wbzhxσ′{BAR}₁1()<>&\"' .=", max_size=40))
def test_no_character_is_lost_or_left_unescaped(text):
    marked = prose(text)

    without = Markup(re.sub(r"</?(?:math|mi|mo|mn|msub|msup|msubsup|mover)\b[^>]*>", "", str(marked)))
    assert "<" not in without
    assert str(without.unescape()).replace("¯", BAR).replace("₁", "1") == text.replace("₁", "1")
