"""The grammar of formulas: what it reads, what it says of the rest, and that nothing gets past its bounds."""

import math
import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.candidate.formulas import Sheet
from grader.candidate.formulas.grammar import DEEPEST, MOST_STEPS
from grader.candidate.formulas.letters import key_of
from grader.candidate.formulas.sheet import LONGEST_LINE, MOST_LINES
from grader.candidate.texts import TextFile

TWO = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "^": operator.pow}
VALUES = {"x": 1.5, "y": -0.25, "bar w2ki": 3.0, "lambda": 0.125}
FUNCTIONS = {"exp": math.exp, "sin": math.sin, "cos": math.cos, "tanh": math.tanh}


def read(formula, name="f"):
    return Sheet("d.txt", f"{name} = {formula}").formula(name)


def program(formula):
    said = read(formula)
    assert said["found"], said["message"]
    return said["program"]


def fault(formula):
    said = read(formula)
    assert not said["found"]
    return said["message"]


def value(formula):
    """What a program comes to, by the plainest of machines."""
    stack = []
    for kind, *rest in program(formula):
        if kind == "number":
            stack.append(rest[0])
        elif kind == "symbol":
            stack.append(VALUES[rest[0]])
        elif kind == "negative":
            stack.append(-stack.pop())
        elif kind == "call":
            stack.append(FUNCTIONS[rest[0]](stack.pop()))
        else:
            b, a = stack.pop(), stack.pop()
            stack.append(TWO[kind](a, b))
    assert len(stack) == 1
    return stack[0]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("[1 + {2 * 3}] / 7", 1),
        ("8 - 4 - 2", 2),
        ("8 / 4 / 2", 1),
        ("8 / 4 * 2", 4),
        ("2 ^ 3 ^ 2", 512),
        ("2 ** 3 ** 2", 512),
        ("2^-1", 0.5),
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("--2", 2),
        ("2 * -3", -6),
        ("+x", 1.5),
        ("x²", 2.25),
        ("2³·2", 16),
        ("4⁻¹", 0.25),
        ("½·x", 0.75),
        ("x − y", 1.75),
        ("6 ÷ 3 × 2", 4),
        (".5 + 1. + 2e-1 + 1E2", 101.7),
        ("λ + lam + lambda", 0.375),
        ("w2_bar_ki + w̄2_ki + w₂_bar_ki + w2_ki_bar", 12),
        ("exp(0) + cos(0)", 2),
        ("2 # + 3", 2),
    ],
)
def test_it_reads_what_a_pencil_writes(formula, expected):
    assert value(formula) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sigma'(z)", "dsigma(z)"),
        ("σ′(z)", "dsigma(z)"),
        ("sigmoid(z)", "sigma(z)"),
        ("logistic(z)", "σ(z)"),
        ("tanh'(z)", "dtanh(z)"),
        ("ln(z)", "log(z)"),
        ("sum_k(y_k)", "sum(k, y_k)"),
        ("Σ_k(ȳ_k)", "sum(k, y_bar_k)"),
        ("∑ₖ(yₖ)", "sum(k, y_k)"),
    ],
)
def test_spellings_of_one_thing_are_one(one, other):
    def bare(formula):
        return [step[:2] if step[0] in ("symbol", "call", "sum") else step[0] for step in program(formula)]

    assert bare(one) == bare(other)


@pytest.mark.parametrize("names", [("w_bar", "wbar", "w̄"), ("y_bar_k", "ȳ_k", "ybar_k", "ȳₖ", "y_k_bar")])
def test_a_bar_may_be_drawn_or_spelt(names):
    assert len({key_of(name) for name in names}) == 1


@pytest.mark.parametrize("names", [("y", "y_bar"), ("w1", "w2"), ("bar", "b_bar"), ("x", "X")])
def test_other_names_are_other_names(names):
    assert len({key_of(name) for name in names}) == 2


@pytest.mark.parametrize(
    ("formula", "column", "words"),
    [
        ("2x", 6, "An operator is expected before `x`; a product is written with *."),
        ("w x", 7, "An operator is expected before `x`"),
        ("x (y)", 5, "`x` is not a function; a product is written x*(...)."),
        ("(1 + 2", 5, "This `(` is never closed."),
        ("1 + 2)", 10, "This `)` closes nothing."),
        ("(1 + 2]", 11, "`]` can't close the `(` of column 5."),
        ("1 +", 8, "The line ends, but a value is expected after `+`."),
        ("* 3", 5, "A value is expected after `=`, `*` found."),
        ("3 + / 2", 9, "A value is expected after `+`, `/` found."),
        ("1,5", 6, "decimals are written with a dot"),
        ("sin^2(x)", 8, "A power of sin is written sin(...)^2."),
        ("sin²(x)", 8, "A power of sin is written sin(...)^2."),
        ("sigma + 1", 5, "`sigma` is a function: sigma(...) is expected."),
        ("sigm(x)", 5, "did you mean sigma?"),
        ("Exp(x)", 5, "did you mean exp?"),
        ("exp'(x)", 8, "A prime stands after sigma or tanh alone, not after exp."),
        ("f'(x)", 6, "A prime stands after sigma or tanh alone"),
        ("x²^3", 7, "Two powers in a row"),
        ("x² ³", 8, "Two powers in a row"),
        ("sum(y_k)", 9, "A sum begins with its index and a comma: sum(k, ...)."),
        ("sum(2, y)", 9, "A sum begins with its index"),
        ("1 = 1", 7, "A second `=`"),
        ("$x", 5, "`$` (dollar sign) has no meaning in a formula."),
        ("x\x00", 6, "A character without a shape"),
        ("x\u200b", 6, "zero width space"),
        ("１", 5, "(fullwidth digit one)"),
        ("1.2.3", 5, "`1.2.3` is not a number."),
        ("1e999", 5, "larger than any number"),
        ("1" * 31, 5, "A number of 31 characters"),
        ("a" * 41, 5, "A name of 41 characters"),
        ("", 3, "Nothing stands after `=`."),
        ("x if y else z", 7, "An operator is expected before `if`"),
        ("x.real", 6, "`.` is not a number."),
        ("x[0]", 5, "`x` is not a function"),
        ("lambda: 1", 11, "`:` (colon) has no meaning"),
    ],
)
def test_it_says_where_and_what(formula, column, words):
    said = fault(formula)

    place, _, caret = said.split("\n")
    assert place.startswith(f"d.txt, line 1, column {column}: ")
    assert words in place
    assert len(caret.rstrip()) == 4 + column


def test_a_caret_stands_under_its_place_behind_drawn_bars_and_in_long_lines():
    barred = Sheet("d.txt", "w̄ = ȳ h").formula("w_bar")["message"].split("\n")
    cut = fault("1 + " * 200 + "$").split("\n")

    assert barred[1].replace("\u0304", "")[len(barred[2]) - 1] == "h"
    assert cut[1][len(cut[2]) - 1] == "$"
    assert len(cut[1]) < 110


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("w_bar", "No `=` here; a line is written name = formula"),
        ("= 3", "No name before `=`"),
        ("2 = 3", "Before `=` stands one name"),
        ("a + b = 3", "Before `=` stands one name"),
        ("dL/dw = 3", "Before `=` stands one name"),
        ("x" * 2000 + " = 1", "The line has 2004 characters; 1000 are read."),
    ],
)
def test_a_line_without_a_name_is_shown_where_one_is_missing(text, words):
    said = Sheet("d.txt", f"f = 1\n{text}").formula("g_bar")["message"]

    assert said.startswith(
        "d.txt has no line g_bar = ..., and one line can't be read.\nd.txt, line 2, column "
    )
    assert words in said


def test_a_missing_name_is_told_with_its_near_miss():
    sheet = Sheet("d.txt", "w_baar = x\nsigma_z = 1")

    assert sheet.formula("w_bar")["message"] == "d.txt has no line w_bar = ...; `w_baar` found in line 1."
    assert sheet.formula("curve")["message"] == "d.txt has no line curve = ...."


def test_a_name_given_twice_counts_for_neither():
    sheet = Sheet("d.txt", "w_bar = x\n\nw̄ = y\nb = 2")

    said = sheet.formula("w_bar")
    assert said["message"] == "w_bar is given twice in d.txt, in lines 1 and 3; keep one."
    assert sheet.formula("b")["found"]


def test_one_line_that_can_not_be_read_costs_no_other():
    sheet = Sheet("d.txt", "a = 1 +\nb = 2\n$$$\nc = 3 # fine")

    assert [sheet.formula(name)["found"] for name in "abc"] == [False, True, True]


def test_line_ends_and_a_byte_order_mark_are_fine():
    file = TextFile("d.txt", "\ufeffa = 1\r\nb = 2\rc = 3".encode())

    assert [file.formula(name)["line"] for name in "abc"] == [1, 2, 3]


@pytest.mark.parametrize(
    "formula",
    [
        "(" * 100_000 + "x" + ")" * 100_000,
        "(" * 480 + "x" + ")" * 480,
        "-" * 900 + "x",
        "2" + "^2" * 450,
        "sigma(" * 150 + "x" + ")" * 150,
        "x" + "+x" * 450,
        "x" + "\u0304" * 900,
        "x" * 100_000,
        "9**9**9**9**" * 60 + "9",
        "sum(k," * 140 + "x" + ")" * 140,
        "²" * 900,
        "1e" * 400,
    ],
    ids=range(12),
)
def test_what_would_take_too_much_is_refused(formula):
    said = read(formula)

    assert not said["found"]
    assert len(said["message"]) < 400


def test_the_deepest_and_the_longest_formulas_are_read():
    assert value("(" * DEEPEST + "x" + ")" * DEEPEST) == 1.5
    assert len(program("x" + "+x" * (MOST_STEPS // 2 - 1))) == MOST_STEPS - 1


def test_no_more_lines_are_read_than_the_bound_and_no_longer_ones():
    many = Sheet("d.txt", "\n".join(f"a{n} = {n}" for n in range(100_000)))
    long = Sheet("d.txt", f"f = 1 +{' ' * (LONGEST_LINE + 1)}1")

    assert len(many.lines) == MOST_LINES
    assert "are read" in long.formula("f")["message"]


@given(st.text(st.characters(codec=None), max_size=300))
def test_no_text_makes_it_raise(text):
    sheet = Sheet("d.txt", text)
    names = ["f", *(line.name for line in sheet.lines.values())]

    for name in names:
        bounded(sheet.formula(name))


ODD = [
    *"xyzwkσΣλȳ\u0304₂ₖ²'′+-*/^=()[]{},.#0123456789 \t\x00\ud800𝛼½−·$e",
    "sum(",
    "exp(",
    "sigma",
    "_bar",
    "f = ",
]


@given(st.lists(st.sampled_from(ODD), max_size=80).map("".join))
def test_no_run_of_its_own_characters_makes_it_raise(text):
    bounded(Sheet("d.txt", f"f = {text}").formula("f"))


def bounded(said):
    if not said["found"]:
        assert 0 < len(said["message"]) < 700
        return
    assert 0 < len(said["program"]) <= MOST_STEPS
    for step in said["program"]:
        assert type(step) is tuple
        assert all(type(part) in (str, int, float) for part in step)
        assert all(math.isfinite(part) for part in step if isinstance(part, float))
        assert all(len(part) <= 60 for part in step if isinstance(part, str))


numbers = st.integers(0, 99).map(lambda n: (str(n), float(n)))
symbols = st.sampled_from([("x", 1.5), ("y", -0.25), ("λ", 0.125), ("lam", 0.125)])


def joined(parts):
    (a, va), sign, (b, vb) = parts
    return f"({a}){sign}({b})", {"+": va + vb, "−": va - vb, "·": va * vb, "*": va * vb}[sign]


def wrapped(inner):
    text, held = inner
    return f"[tanh({text})]", math.tanh(held)


formulas = st.recursive(
    numbers | symbols,
    lambda inner: st.tuples(inner, st.sampled_from("+−·*"), inner).map(joined) | inner.map(wrapped),
    max_leaves=25,
)


@given(formulas, st.sampled_from(["", " ", "\t", "\u00a0"]))
def test_what_was_written_is_what_is_read(drawn, blank):
    text, held = drawn
    text = text.replace(")", f"{blank}){blank}")

    assert value(text) == pytest.approx(held, rel=1e-12, abs=1e-12)
