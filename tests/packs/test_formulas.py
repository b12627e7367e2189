"""TeX becomes exactly the MathML that browsers draw as TeX does, or is refused with what to write instead."""

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.packs.bundle import bundle_files
from grader.packs.errors import FormulaError
from grader.packs.fragment import fragment_fault
from grader.packs.handout import formula_faults, render
from grader.packs.mathml import ELEMENTS, STYLE, to_mathml
from grader.packs.tex import refused, symbols, tables
from grader.packs.tex.commands import COMMANDS
from tests.helpers.formulas import ACCEPTED
from tests.helpers.packs import make_pack

KNOWN = {*symbols.SYMBOLS, *symbols.SPACES, *COMMANDS, *symbols.DELIMITERS}
INSIDE = {r"\right", r"\middle", r"\end", r"\limits", r"\\"}  # known, but not by themselves
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "packs.md").read_text("utf-8")
FENCE = '<mo stretchy="false" form="{}">{}</mo>'
OPEN, CLOSE = FENCE.format("prefix", "("), FENCE.format("postfix", ")")
TIGHT = ' lspace="0em" rspace="0em"'
THIN = '<mspace width="0.167em" />'
BOLD_1 = "<mn>\N{MATHEMATICAL BOLD DIGIT ONE}</mn>"


def inner(tex):
    shown = to_mathml(tex)
    assert fragment_fault(shown) == ""
    return re.fullmatch(r"<math [^>]*>(.*)</math>", shown, re.DOTALL)[1]


@pytest.mark.parametrize(
    ("tex", "mathml"),
    [
        (r"\mathbf{1}", BOLD_1),
        (r"1\mathbf{1}1", f"<mn>1</mn>{BOLD_1}<mn>1</mn>"),
        (r"\mathbf{12}", BOLD_1.join(["<mrow>", "<mn>\N{MATHEMATICAL BOLD DIGIT TWO}</mn></mrow>"])),
        (r"\mathbf{x}", "<mi>\N{MATHEMATICAL BOLD SMALL X}</mi>"),
        (r"\mathbf W", "<mi>\N{MATHEMATICAL BOLD CAPITAL W}</mi>"),
        (r"\mathbf\theta", "<mi>\N{MATHEMATICAL BOLD SMALL THETA}</mi>"),
        (r"\boldsymbol{x}", "<mi>\N{MATHEMATICAL BOLD ITALIC SMALL X}</mi>"),
        (r"\boldsymbol\theta", "<mi>\N{MATHEMATICAL BOLD ITALIC SMALL THETA}</mi>"),
        (r"\boldsymbol{\lambda}", "<mi>\N{MATHEMATICAL BOLD ITALIC SMALL LAMDA}</mi>"),
        (r"\boldsymbol\epsilon", "<mi>\N{MATHEMATICAL BOLD ITALIC EPSILON SYMBOL}</mi>"),
        (r"\boldsymbol{\Sigma}", "<mi>\N{MATHEMATICAL BOLD CAPITAL SIGMA}</mi>"),
        (r"\boldsymbol{\nabla}", "<mi>\N{MATHEMATICAL BOLD NABLA}</mi>"),
        (r"\bm{1}", BOLD_1),
        (r"\mathbb{R}", "<mi>\N{DOUBLE-STRUCK CAPITAL R}</mi>"),
        (r"\mathbb{E}", "<mi>\N{MATHEMATICAL DOUBLE-STRUCK CAPITAL E}</mi>"),
        (r"\mathbb{1}", "<mn>\N{MATHEMATICAL DOUBLE-STRUCK DIGIT ONE}</mn>"),
        (r"\mathcal{L}", "<mi>\N{SCRIPT CAPITAL L}</mi>"),
        (r"\mathcal{N}", "<mi>\N{MATHEMATICAL SCRIPT CAPITAL N}</mi>"),
        (r"\mathfrak{C}", "<mi>\N{BLACK-LETTER CAPITAL C}</mi>"),
        (r"\mathit{h}", "<mi>\N{PLANCK CONSTANT}</mi>"),
        (r"\mathrm{d}x", '<mi mathvariant="normal">d</mi><mi>x</mi>'),
        (r"\mathrm{softmax}", "<mi>softmax</mi>"),
        (r"\lVert x\rVert", f"{FENCE.format('prefix', '‖')}<mi>x</mi>{FENCE.format('postfix', '‖')}"),
        (r"\lvert x\rvert", f"{FENCE.format('prefix', '|')}<mi>x</mi>{FENCE.format('postfix', '|')}"),
        (
            r"\left\lVert x\right\rVert",
            '<mrow><mo stretchy="true" symmetric="true" form="prefix">‖</mo><mi>x</mi>'
            '<mo stretchy="true" symmetric="true" form="postfix">‖</mo></mrow>',
        ),
        (
            r"\left. x\right|",
            '<mrow><mi>x</mi><mo stretchy="true" symmetric="true" form="postfix">|</mo></mrow>',
        ),
        (r"\operatorname{arg\,max}_k p", f"<msub><mi>arg\u2009max</mi><mi>k</mi></msub>{THIN}<mi>p</mi>"),
        (
            r"\operatorname*{arg\,max}_k p",
            f'<munder><mo movablelimits="true"{TIGHT}>arg\u2009max</mo><mi>k</mi></munder>{THIN}<mi>p</mi>',
        ),
        (r"\arg\max x", f'<mi>arg</mi>{THIN}<mo movablelimits="true"{TIGHT}>max</mo>{THIN}<mi>x</mi>'),
        (r"\operatorname{softmax}(z)", f"<mi>softmax</mi>{OPEN}<mi>z</mi>{CLOSE}"),
        (r"\operatorname{E}x", f'<mi mathvariant="normal">E</mi>{THIN}<mi>x</mi>'),
        (r"\log p", f"<mi>log</mi>{THIN}<mi>p</mi>"),
        (r"\log(p)", f"<mi>log</mi>{OPEN}<mi>p</mi>{CLOSE}"),
        (r"2\log p", f"<mn>2</mn>{THIN}<mi>log</mi>{THIN}<mi>p</mi>"),
        (r"\log_2 p", f"<msub><mi>log</mi><mn>2</mn></msub>{THIN}<mi>p</mi>"),
        (r"\log\,p", f"<mi>log</mi>{THIN}<mi>p</mi>"),
        (r"a=\log p", f"<mi>a</mi><mo>=</mo><mi>log</mi>{THIN}<mi>p</mi>"),
        (r"\underset{i}{\sum}", '<munder><mo movablelimits="false">∑</mo><mi>i</mi></munder>'),
        (r"\log\!p", f'<mi>log</mi><mspace rspace="-0.167em" />{THIN}<mi>p</mi>'),
        (
            r"\underset{w}{\arg\min} L",
            f'<munder><mrow><mi>arg</mi>{THIN}<mo movablelimits="true"{TIGHT}>min</mo></mrow>'
            f"<mi>w</mi></munder>{THIN}<mi>L</mi>",
        ),
        (r"-x", f"<mo{TIGHT}>−</mo><mi>x</mi>"),
        (r"a-x", "<mi>a</mi><mo>−</mo><mi>x</mi>"),
        (r"a=-x", f"<mi>a</mi><mo>=</mo><mo{TIGHT}>−</mo><mi>x</mi>"),
        (r"w^*", f"<msup><mi>w</mi><mo{TIGHT}>∗</mo></msup>"),
        (r"x_{i=1}", f"<msub><mi>x</mi><mrow><mi>i</mi><mo{TIGHT}>=</mo><mn>1</mn></mrow></msub>"),
        (r"a:=b", '<mi>a</mi><mo lspace="0.278em" rspace="0em">:</mo><mo lspace="0em">=</mo><mi>b</mi>'),
        (r"x^23", "<msup><mi>x</mi><mn>2</mn></msup><mn>3</mn>"),
        (r"2in", "<mn>2</mn><mi>i</mi><mi>n</mi>"),
        (r"1{,}000.5", f"<mn>1</mn><mo{TIGHT}>,</mo><mn>000.5</mn>"),
        (r"f'(x)", f"<mrow><mi>f</mi><mo>′</mo></mrow>{OPEN}<mi>x</mi>{CLOSE}"),
        (r"f''", "<mrow><mi>f</mi><mo>″</mo></mrow>"),
        (r"x'_i", "<msub><mrow><mi>x</mi><mo>′</mo></mrow><mi>i</mi></msub>"),
        (r"W^\top", '<msup><mi>W</mi><mi mathvariant="normal">⊤</mi></msup>'),
        (r"\Psi\psi", '<mi mathvariant="normal">Ψ</mi><mi>ψ</mi>'),
        (r"|x|", '<mi mathvariant="normal">|</mi><mi>x</mi><mi mathvariant="normal">|</mi>'),
        (r"\overline{xy}", '<mrow notation="top"><mi>x</mi><mi>y</mi></mrow>'),
        (r"\sum_i x", "<munder><mo>∑</mo><mi>i</mi></munder><mi>x</mi>"),
        (r"\int_0^1 x", "<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup><mi>x</mi>"),
        (
            r"\begin{aligned}a&=b\\&+c\end{aligned}",
            '<mtable displaystyle="true" columnspacing="0em">'
            '<mtr><mtd columnalign="right"><mi>a</mi></mtd>'
            '<mtd columnalign="left"><mo form="infix">=</mo><mi>b</mi></mtd></mtr>'
            '<mtr><mtd columnalign="right" />'
            '<mtd columnalign="left"><mo form="infix">+</mo><mi>c</mi></mtd></mtr></mtable>',
        ),
        (r"\text{if } x", "<mtext>if\u00a0</mtext><mi>x</mi>"),
        (r"\textbf{a\_b}", '<mtext mathvariant="bold">a_b</mtext>'),
        ("σ ≤ ∂", "<mi>σ</mi><mo>≤</mo><mi>∂</mi>"),
    ],
)
def test_a_formula_becomes_exactly(tex, mathml):
    assert inner(tex) == mathml


@pytest.mark.parametrize("tex", ACCEPTED)
def test_what_authors_write_is_shown_without_a_trace_of_tex(tex):
    for block in (False, True):
        shown = to_mathml(tex, block)
        assert fragment_fault(shown) == ""
        text = re.sub(r"<[^>]*>", "", shown)
        assert "\\" not in text
        assert set(re.findall(r"<([a-z]+)", shown)) <= ELEMENTS


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\color{red}{x}", r"\color is refused: a colour"),
        (r"\textcolor{red}{x}", r"\textcolor is refused: a colour"),
        (r"x \tag{1}", r"\tag is refused: formulas have no numbers"),
        (r"\label{a} x", r"\label is refused: formulas have no numbers"),
        (r"\begin{align} a &= b \end{align}", r"formulas have no numbers; write \begin{aligned}"),
        (r"\newcommand{\R}{x} \R", r"\newcommand is refused: macros are not read"),
        (r"\cancel{x}", "browsers draw no such line"),
        (r"\widetilde{xy}", r"write \tilde"),
        (r"a\negmedspace b", r"write \!"),
        (r"{\bf x}", r"write \mathbf{...}"),
        (r"{n \choose k}", r"write \binom{n}{k}"),
        (r"\softmax z", r"\softmax is not known; the name of a function is written \operatorname{...}"),
        (r"\boldsymbol{W^{(1)}}", r"\boldsymbol has no form of (; write ( outside of it"),
        (r"\mathbb{\theta}", r"\mathbb has no form of θ"),
        (r"\mathcal{1}", r"\mathcal has no form of 1"),
        (r"\text{if $x$}", "has more than words in it"),
        (r"\operatorname{\bar x}", "takes letters"),
        (r"a & b", r"& outside of an environment; write \begin{aligned}"),
        (r"a \\ b", r"\\ outside of an environment"),
        (r"\begin{tikzpicture}\end{tikzpicture}", "known are matrix, pmatrix"),
        (r"\begin{array}{c|c} a & b \end{array}", "lines are not drawn"),
        (r"\begin{matrix} a \\[2pt] b \end{matrix}", r"write \\ alone"),
        (r"\begin{cases} a & b & c \end{cases}", "3 cells in a row of 2 columns"),
        (r"\begin{matrix} a", r"without \end{matrix}"),
        (r"\left( x", r"\left without its \right"),
        (r"x \right)", r"\right without its \left"),
        (r"\left x \right)", "needs a bracket or a line"),
        (r"x^1^2", "two ^ at one place"),
        ("{x", "a { without its }"),
        ("x}", "a } without its {"),
        ("x^", "nothing behind it"),
        (r"\frac{1}", "nothing behind it"),
        ("50% of x", r"write \%"),
        ("é", r"words in \text{...}"),
        ("{" * 50 + "}" * 50, "more than 40 groups"),
        ("x" * 3000, "more than 2000 characters"),
    ],
)
def test_what_would_be_drawn_wrongly_is_refused_with_what_to_write_instead(tex, reason):
    with pytest.raises(FormulaError) as caught:
        to_mathml(tex)

    assert reason in str(caught.value)


@given(st.text(string.ascii_letters, min_size=1, max_size=12))
def test_a_command_that_is_in_no_list_is_refused(name):
    if f"\\{name}" not in KNOWN | INSIDE:
        with pytest.raises(FormulaError, match=re.escape(f"\\{name}")):
            to_mathml(f"\\{name}{{x}}")


@given(st.lists(st.sampled_from([*sorted(KNOWN | INSIDE), *"{}{}{}^_'&x1(", "{x}", "{matrix}"]), max_size=12))
def test_no_row_of_commands_gives_anything_but_mathml_or_a_reason(parts):
    try:
        shown = to_mathml(" ".join(parts))
    except FormulaError:
        return
    assert fragment_fault(shown) == ""
    assert not re.search(r"\\[A-Za-z]", re.sub(r"<[^>]*>", "", shown))


def test_no_command_is_both_known_and_refused():
    assert {command for command in (KNOWN | INSIDE) if command in refused.REASONS} == set()


def test_the_page_on_packs_lists_every_command_and_environment_and_no_other():
    (section,) = re.findall(r"\n#### Formulas\n(.*?)\n### ", PAGE, re.DOTALL)
    works, refuses = section.split("**Refused**")
    commands = {word for word in KNOWN | INSIDE if word.startswith("\\") and word[1:].strip()}

    assert set(re.findall(r"`(\\(?:[A-Za-z]+\*?|[^A-Za-z\s`]))`", works)) == commands
    first_column = " ".join(re.findall(r"^\| (.*?) \|", refuses, re.MULTILINE))
    assert set(re.findall(r"`(\\[A-Za-z!]+)`", first_column)) == set(refused.REASONS)
    assert set(re.findall(r"`([A-Za-z]+\*?)`", works)) == set(tables.KNOWN)


def test_a_fault_has_the_line_of_the_command_in_the_handout():
    handout = "# T\n\nFirst $x$ and\nthen $\\color{red}{x}$.\n\n$$\na +\n\\boo\n$$\n\n- $x$\n  $\\cancel x$\n"

    faults = formula_faults(handout)

    assert [(fault.file, fault.line) for fault in faults] == [
        ("handout.md", 4),
        ("handout.md", 8),
        ("handout.md", 12),
    ]
    assert str(faults[0]).startswith(r"handout.md:4: formula is \color{red}{x}; \color is refused")
    assert render(handout).count("<code>$") == 3


@pytest.mark.parametrize("sign", ["+", "-", "*", ">", ""])
def test_a_formula_that_markdown_cuts_in_two_is_a_fault(sign):
    faults = formula_faults(f"# T\n\n$$\na = b\n{sign} c\n$$\n" if sign else "# T\n\n$$\na\n\nb\n$$\n")

    assert faults[0].line == 3
    assert "in the same paragraph" in faults[0].rule
    assert formula_faults("It costs \\$\\$, or `$$` and $x$.") == ()


@pytest.mark.parametrize("cell", ["$|x|$", r"$\|w\|$", r"$\left\| w \right\|_2$", "$p(a|b)$"])
def test_a_formula_in_a_table_that_markdown_changes_is_a_fault(cell):
    table = f"| a | b | c | d |\n|---|---|---|---|\n| {cell} | x |\n"

    (fault,) = formula_faults(table)
    assert fault.line == 3
    assert r"write \lvert" in fault.rule


def test_money_and_formulas_without_a_line_may_be_in_a_table():
    assert formula_faults("| a | b |\n|---|---|\n| $5 | US$6 |\n| $x$ | $\\lVert w \\rVert$ |\n") == ()


def test_the_style_sheet_and_the_students_page_have_the_same_rules_for_columns_and_lines():
    sheet = (Path(__file__).resolve().parents[2] / "web" / "static" / "ground.css").read_text("utf-8")
    rules = [rule for rule in STYLE.split("\n") if rule.startswith(("mtd", "mtable", "mrow", "mspace"))]

    assert len(rules) == 8
    assert [rule for rule in rules if rule not in sheet] == []
    assert rules[0] in bundle_files(make_pack())["handout.html"].decode()
