"""The grammar of formulas: what it reads, its messages about everything else, and its limits."""

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
    reply = read(formula)
    assert reply["found"], reply["message"]
    return reply["program"]


def fault(formula):
    reply = read(formula)
    assert not reply["found"]
    return reply["message"]


def value(formula):
    """The value of a formula's program, computed with a simple stack."""
    stack = []
    for kind, *details in program(formula):
        if kind == "number":
            stack.append(details[0])
        elif kind == "symbol":
            stack.append(VALUES[details[0]])
        elif kind == "negative":
            stack.append(-stack.pop())
        elif kind == "call":
            stack.append(FUNCTIONS[details[0]](stack.pop()))
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
def test_it_reads_the_usual_notation(formula, expected):
    assert value(formula) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("formula", "other"),
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
def test_spellings_of_one_formula_give_the_same_program(formula, other):
    def bare(formula):
        return [step[:2] if step[0] in ("symbol", "call", "sum") else step[0] for step in program(formula)]

    assert bare(formula) == bare(other)


@pytest.mark.parametrize("names", [("w_bar", "wbar", "w̄"), ("y_bar_k", "ȳ_k", "ybar_k", "ȳₖ", "y_k_bar")])
def test_a_bar_may_be_written_as_a_mark_or_as_a_word(names):
    assert len({key_of(name) for name in names}) == 1


@pytest.mark.parametrize("names", [("y", "y_bar"), ("w1", "w2"), ("bar", "b_bar"), ("x", "X")])
def test_different_names_have_different_keys(names):
    assert len({key_of(name) for name in names}) == 2


@pytest.mark.parametrize(
    ("formula", "column", "words"),
    [
        ("2x", 6, "An operator is expected before `x`; a product is written with *."),
        ("w x", 7, "An operator is expected before `x`"),
        ("x (y)", 5, "`x` is not a function; a product is written x*(...)."),
        ("(1 + 2", 5, "This `(` is never closed."),
        ("1 + 2)", 10, "This `)` has no opening bracket."),
        ("(1 + 2]", 11, "`]` can't close the `(` in column 5."),
        ("1 +", 8, "The line ends, but a value is expected after `+`."),
        ("* 3", 5, "A value is expected after `=`, `*` found."),
        ("3 + / 2", 9, "A value is expected after `+`, `/` found."),
        ("1,5", 6, "decimals are written with a dot"),
        ("sin^2(x)", 8, "A power of sin is written sin(...)^2."),
        ("sin²(x)", 8, "A power of sin is written sin(...)^2."),
        ("sigma + 1", 5, "`sigma` is a function: sigma(...) is expected."),
        ("sigm(x)", 5, "did you mean sigma?"),
        ("Exp(x)", 5, "did you mean exp?"),
        ("exp'(x)", 8, "A prime may only follow sigma or tanh, not exp."),
        ("f'(x)", 6, "A prime may only follow sigma or tanh"),
        ("x²^3", 7, "Two powers in a row"),
        ("x² ³", 8, "Two powers in a row"),
        ("sum(y_k)", 9, "A sum begins with its index and a comma: sum(k, ...)."),
        ("sum(2, y)", 9, "A sum begins with its index"),
        ("1 = 1", 7, "A second `=`"),
        ("$x", 5, "`$` (dollar sign) has no meaning in a formula."),
        ("x\x00", 6, "An invisible character"),
        ("x\u200b", 6, "zero width space"),
        ("１", 5, "(fullwidth digit one)"),
        ("1.2.3", 5, "`1.2.3` is not a number."),
        ("1e999", 5, "too large for a floating-point number"),
        ("1" * 31, 5, "A number of 31 characters"),
        ("a" * 41, 5, "A name of 41 characters"),
        ("", 3, "There is nothing after `=`."),
        ("x if y else z", 7, "An operator is expected before `if`"),
        ("x.real", 6, "`.` is not a number."),
        ("x[0]", 5, "`x` is not a function"),
        ("lambda: 1", 11, "`:` (colon) has no meaning"),
    ],
)
def test_it_says_where_and_what(formula, column, words):
    message = fault(formula)

    place, _, caret = message.split("\n")
    assert place.startswith(f"d.txt, line 1, column {column}: ")
    assert words in place
    assert len(caret.rstrip()) == 4 + column


def test_a_caret_is_under_its_place_after_bar_marks_and_in_long_lines():
    barred = Sheet("d.txt", "w̄ = ȳ h").formula("w_bar")["message"].split("\n")
    cut = fault("1 + " * 200 + "$").split("\n")

    assert barred[1].replace("\u0304", "")[len(barred[2]) - 1] == "h"
    assert cut[1][len(cut[2]) - 1] == "$"
    assert len(cut[1]) < 110


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("w_bar", "There is no `=` here; a line is written name = formula"),
        ("= 3", "There is no name before `=`"),
        ("2 = 3", "Exactly one name is expected before `=`"),
        ("a + b = 3", "Exactly one name is expected before `=`"),
        ("dL/dw = 3", "Exactly one name is expected before `=`"),
        ("x" * 2000 + " = 1", "The line has 2004 characters; at most 1000 are allowed."),
    ],
)
def test_the_message_about_a_missing_name_shows_a_line_without_a_name(text, words):
    message = Sheet("d.txt", f"f = 1\n{text}").formula("g_bar")["message"]

    assert message.startswith(
        "d.txt has no line g_bar = ..., and one line can't be read.\nd.txt, line 2, column "
    )
    assert words in message


def test_the_message_about_a_missing_name_shows_the_most_similar_name():
    sheet = Sheet("d.txt", "w_baar = x\nsigma_z = 1")

    assert sheet.formula("w_bar")["message"] == "d.txt has no line w_bar = ...; `w_baar` found in line 1."
    assert sheet.formula("curve")["message"] == "d.txt has no line curve = ...."


def test_a_name_written_twice_counts_for_neither_line():
    sheet = Sheet("d.txt", "w_bar = x\n\nw̄ = y\nb = 2")

    reply = sheet.formula("w_bar")
    assert reply["message"] == "w_bar is in d.txt twice, in lines 1 and 3; keep one."
    assert sheet.formula("b")["found"]


def test_a_line_that_can_not_be_read_does_not_affect_the_others():
    sheet = Sheet("d.txt", "a = 1 +\nb = 2\n$$$\nc = 3 # fine")

    assert [sheet.formula(name)["found"] for name in "abc"] == [False, True, True]


def test_any_line_ends_and_a_byte_order_mark_are_allowed():
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
def test_a_formula_that_is_too_large_is_refused(formula):
    reply = read(formula)

    assert not reply["found"]
    assert len(reply["message"]) < 400


def test_the_deepest_and_the_longest_formulas_are_read():
    assert value("(" * DEEPEST + "x" + ")" * DEEPEST) == 1.5
    assert len(program("x" + "+x" * (MOST_STEPS // 2 - 1))) == MOST_STEPS - 1


def test_it_reads_no_more_lines_than_the_limit_and_no_longer_ones():
    many = Sheet("d.txt", "\n".join(f"a{n} = {n}" for n in range(100_000)))
    long = Sheet("d.txt", f"f = 1 +{' ' * (LONGEST_LINE + 1)}1")

    assert len(many.lines) == MOST_LINES
    assert "are allowed" in long.formula("f")["message"]


@given(st.text(st.characters(codec=None), max_size=300))
def test_it_raises_for_no_text(text):
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
def test_it_raises_for_no_mix_of_its_own_characters(text):
    bounded(Sheet("d.txt", f"f = {text}").formula("f"))


def bounded(reply):
    if not reply["found"]:
        assert 0 < len(reply["message"]) < 700
        return
    assert 0 < len(reply["program"]) <= MOST_STEPS
    for step in reply["program"]:
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
    text, expected = inner
    return f"[tanh({text})]", math.tanh(expected)


formulas = st.recursive(
    numbers | symbols,
    lambda inner: st.tuples(inner, st.sampled_from("+−·*"), inner).map(joined) | inner.map(wrapped),
    max_leaves=25,
)


@given(formulas, st.sampled_from(["", " ", "\t", "\u00a0"]))
def test_a_formula_has_the_value_that_was_written(drawn, blank):
    text, expected = drawn
    text = text.replace(")", f"{blank}){blank}")

    assert value(text) == pytest.approx(expected, rel=1e-12, abs=1e-12)
