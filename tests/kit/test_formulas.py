"""Formulas checked by value: every right form passes, no wrong one does, and each fault has its message."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.candidate.texts import TextFile
from grader.kit import Mismatch, Recorder
from grader.kit.formulas import Formulas
from grader.kit.formulas.symbols import POINTS, SymbolTable, key_of, symbol

SEEDS = range(8)


def logistic(z):
    return 1 / (1 + np.exp(-z))


def w_bar(w, b, x, t):
    y = logistic(w * x + b)
    return (y - t) * y * (1 - y) * x


def h_bar(y, t, w2):
    return np.einsum("pk,pki->pi", y - t, w2)


def z_bar(z, t):
    powers = np.exp(z)
    return powers / powers.sum(axis=1, keepdims=True) - t


LINE = ("w_bar", w_bar, "w b x t", None)
HIDDEN = ("h_bar_i", h_bar, "y_k t_k w2_ki", {"k": 2, "i": 3})
SOFTMAX = ("z_bar_k", z_bar, {"z_k": None, "t_k": "shares"}, {"k": 3, "l": 3})


class Replying:
    """A candidate that sends this reply, whatever is requested."""

    def __init__(self, answer):
        self.formula = lambda name: answer


def judge(question, student, seed=0):
    name, want, of, indices = question
    recorder = Recorder()
    Formulas(recorder, np.random.default_rng(seed)).formula(student, name, want, of, indices)
    return recorder.numbers


def passes(question, formula, seed=0):
    return judge(question, TextFile("d.txt", f"{question[0]} = {formula}".encode()), seed)


def message_for(question, formula, seed=0):
    with pytest.raises(Mismatch) as caught:
        passes(question, formula, seed)
    return caught.value.message


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "formula",
    [
        "(sigma(w*x+b) - t) * dsigma(w*x+b) * x",
        "(σ(w·x + b) − t)·σ'(w·x + b)·x",
        "x * sigma(w*x+b) * (1 - sigma(w*x+b)) * (sigma(w*x+b) - t)",
        "x*(1/(1+e^(-w*x-b)) - t) * e^(-w*x-b) / (1+e^(-w*x-b))^2",
        "x*(sigma(w*x+b) - t) * sigma(w*x+b) * sigma(-(w*x+b))",
        "(x*sigma(w*x+b) - t*x) * sigma'(-w*x-b)",
        "(sigma(w*x+b) - t) / (2 + exp(w*x+b) + exp(-w*x-b)) / x^-1",
        "½·x·(½ + ½·tanh((w·x+b)/2) − t)·dtanh((w·x+b)/2)/2",
        "(sigma(w*x+b) - t) * dsigma(w*x+b) * sqrt(x) * sqrt(x)",
        "exp(log(sigma(w*x+b) - t)) * dsigma(w*x+b) * exp(log(x))",
        "(sigma(w*x+b) - t) * dsigma(w*x+b) * x^3 / x^2",
        "(sigma(w*x+b) - t) * dsigma(w*x+b) * (x + 1000 - 1000)",
        "(sigma(w*x+b) - t) * dsigma(w*x+b) * x * (sin(t)^2 + cos(t)^2)",
    ],
)
def test_any_equal_form_passes(formula, seed):
    (number,) = passes(LINE, formula, seed)

    assert number.passed


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "formula",
    [
        "(sigma(w*x+b) - t) * x",
        "(sigma(w*x+b) - t) * dsigma(w*x+b)",
        "(t - sigma(w*x+b)) * dsigma(w*x+b) * x",
        "2 * (sigma(w*x+b) - t) * dsigma(w*x+b) * x",
        "1.0001 * (sigma(w*x+b) - t) * dsigma(w*x+b) * x",
        "(sigma(w*x+b) - t) * dsigma(sigma(w*x+b)) * x",
        "(sigma(w*x+b) - t) * dsigma(w*x+b) * sqrt(x^2)",
        "(sigma(w*x+b) - t) * dsigma(w*x+b) * x + 1e-5 * sin(t)",
        "(sigma(w*x+b) - t) * dsigma(w*x+b) * x + 1e16 - 1e16",
        "(sigma(w*x+b) - t) * dsigma(w*x+b) * x + 1e300*1e300 - 1e300*1e300",
        "0",
        "t",
        "0/0",
        "1/0",
        "0^-1",
        "log(0)",
        "log(-1)",
        "sqrt(-1)",
        "9**9**9",
        "-9**9**9",
        "9**9**9 - 9**9**9",
        "exp(exp(exp(9)))",
        "(0/0)^0",
        "x * 1e308 * 10",
    ],
)
def test_no_wrong_formula_passes(formula, seed):
    assert message_for(LINE, formula, seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("question", "formula"),
    [
        (HIDDEN, "sum(k, (y_k - t_k) * w2_ki)"),
        (HIDDEN, "Σ_k(w₂ₖᵢ·(y_k − t_k))"),
        (HIDDEN, "(y_1 - t_1) * w2_1i + (y_2 - t_2) * w2_2i"),
        (HIDDEN, "sum(k, y_k*w2_ki) - sum(k, t_k*w2_ki)"),
        (SOFTMAX, "exp(z_k) / sum(l, exp(z_l)) - t_k"),
        (SOFTMAX, "1 / sum(l, exp(z_l - z_k)) - t_k"),
        (SOFTMAX, "exp(z_k) / sum(k, exp(z_k)) - t_k"),
        (SOFTMAX, "sum(l, t_l) * exp(z_k) / (exp(z_1)+exp(z_2)+exp(z_3)) - t_k"),
        (SOFTMAX, "exp(z_k) / sum(l, exp(z_l)) - t_k * sum(l, 1) / 3"),
    ],
)
def test_sums_over_indices_pass(question, formula, seed):
    assert passes(question, formula, seed)[0].passed


@pytest.mark.parametrize(
    ("question", "formula", "words"),
    [
        (
            HIDDEN,
            "(y_k - t_k) * w2_ki",
            "The index k in `h_bar_i` belongs to no sum; only i may be used without one. sum(k, ...)",
        ),
        (
            HIDDEN,
            "sum(k, (y_k - t_k) * w2_ik)",
            "`w2_ik` can't be used in `h_bar_i`: `w2` is written `w2_ki` (k from 1 to 2, i from 1 to 3).",
        ),
        (HIDDEN, "sum(m, y_m)", "`y_m` can't be used in `h_bar_i`"),
        (HIDDEN, "sum(m, 1)", "`m` is not an index in `h_bar_i`; the indices are k (1 to 2), i (1 to 3)."),
        (HIDDEN, "y_3", "`y_3` can't be used in `h_bar_i`: `y` is written `y_k` (k from 1 to 2)."),
        (HIDDEN, "w2", "`w2` can't be used in `h_bar_i`: `w2` is written `w2_ki`"),
        (HIDDEN, "sum(k, y_k * w2_ki)", "t_k is missing from it."),
        (SOFTMAX, "t_k - exp(z_k) / sum(l, exp(z_l))", "At every point it is −1 times the expected value."),
        (SOFTMAX, "exp(z_l) / sum(l, exp(z_l)) - t_k", "The index l in `z_bar_k` belongs to no sum"),
        (LINE, "2*(sigma(w*x+b) - t) * dsigma(w*x+b) * x", "At every point it is twice the expected value."),
        (
            LINE,
            "(y - t) * dsigma(z) * x",
            "`y` can't be used in `w_bar`; only b, t, w and x can.",
        ),
        (LINE, "wx + b", "`wx` is read as one name; a product is written `w*x`."),
        (
            LINE,
            "X",
            "`X` can't be used in `w_bar`; only b, t, w and x can (did you mean `x`?).",
        ),
        (LINE, "sum(k, x)", "`k` is not an index in `w_bar`; it has no indices to sum over."),
        (LINE, "1/0", "it divides by 0. 24 of 24 points are like that.\nline 1: w_bar = 1/0"),
        (LINE, "log(-2)", "it takes the logarithm of −2.000."),
        (LINE, "sqrt(-2)", "it takes the square root of −2.000."),
        (LINE, "(-2)^0.5", "it takes the power 0.5000 of −2.000."),
        (LINE, "0^-1", "it takes a negative power of 0."),
        (LINE, "9**9**9", "it contains a number that is too large to compute with."),
        (
            LINE,
            "w + 1e20 - 1e20",
            "it is a difference of large numbers, and rounding leaves no correct digits of it.",
        ),
        (
            LINE,
            "x +",
            "d.txt, line 1, column 12: The line ends, but a value is expected after `+`.\n    w_bar = x +\n",
        ),
    ],
)
def test_it_says_what_is_wrong(question, formula, words):
    assert words in message_for(question, formula)


def test_it_shows_a_point_with_both_values_that_a_student_can_check():
    message = message_for(LINE, "w * x")

    point, values = message.split("\n")[0].removeprefix("`w_bar` is wrong where ").split(": its value is ")
    named = dict(part.replace("−", "-").split(" = ") for part in point.replace(" and ", ", ").split(", "))
    w, b, x, t = (float(named[name]) for name in "wbxt")
    got, expected = values.split(". ")[0].replace("−", "-").split(", expected ")
    assert float(got) == pytest.approx(w * x, rel=1e-3)
    assert float(expected) == pytest.approx(w_bar(w, b, x, t), rel=1e-3)
    assert message.endswith("b and t are missing from it.\nline 1: w_bar = w * x")


def test_a_few_points_without_a_value_are_ignored():
    right = ("f", lambda x: x, {"x": (0.0, 8.0)}, None)

    assert passes(right, "x * exp(exp(x)) / exp(exp(x))")  # too large beyond 6.5, on a fifth of the interval
    assert "too large to compute with" in message_for(
        ("f", lambda x: x, {"x": (6.0, 9.0)}, None), "x * exp(exp(x)) / exp(exp(x))"
    )


def test_a_wrong_value_is_reported_before_a_missing_one():
    assert "is wrong where" in message_for(
        ("f", lambda x: x, {"x": (0.0, 9.0)}, None), "2 * x * exp(exp(x)) / exp(exp(x))"
    )


def test_a_declared_symbol_takes_precedence_over_a_constant_of_that_name():
    assert passes(("f", lambda e: e, "e", None), "e")
    assert passes(("f", lambda x: np.e * np.pi * x, "x", None), "e * π * x")


def test_values_stay_in_their_interval_and_shares_add_up_to_1():
    table = SymbolTable([symbol("y", {}, (0.2, 0.4)), symbol("t_k", {"k": 4}, "shares")], {"k": 4})
    for seed in range(50):
        table.draw(np.random.default_rng(seed))
        assert np.all((table.values["y"] >= 0.2) & (table.values["y"] <= 0.4))
        assert np.all(table.values["t"] > 0)
        assert np.allclose(table.values["t"].sum(axis=1), 1, rtol=1e-15)


def test_no_symbol_is_zero_at_a_point():
    table = SymbolTable([symbol("x", {})], {})
    for seed in range(200):
        table.draw(np.random.default_rng(seed))
        assert np.all(table.values["x"] != 0)


@pytest.mark.parametrize(
    ("text", "key", "indices"),
    [
        ("w2_ki", "w2", "ki"),
        ("z_bar_i", "bar z", "i"),
        ("w_bar", "bar w", ""),
        ("lam", "lambda", ""),
        ("y_k", "y", "k"),
    ],
)
def test_declared_names_are_read_like_the_names_in_a_formula(text, key, indices):
    from grader.candidate.formulas.letters import key_of as candidate_key_of

    declared = symbol(text, {"k": 2, "i": 3})

    assert (declared.key, declared.indices) == (key, indices)
    assert key_of(declared.argument) == candidate_key_of(declared.argument)


@pytest.mark.parametrize(
    "question",
    [
        ("f", lambda x: 1 / (x - x), "x", None),
        ("f", lambda x: np.zeros(3), "x", None),
        ("f", lambda: np.zeros(POINTS), "", None),
        ("f", lambda t: t, {"t": "shares"}, None),
        ("f_k", lambda t: t, "t_k", {"k": 1}),
        ("f_k", lambda t: t, "t_k", {"k": 5000}),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_a_question_without_finite_answers_is_an_error_of_the_pack(question):
    with pytest.raises(ValueError, match=r"formula: |zero-size|missing"):
        judge(question, TextFile("d.txt", b"f = x\nf_k = t_k"))


GOOD = {"found": True, "name": "w_bar", "line": 1, "text": "", "program": (("number", 1.0, 0),)}
parts = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.sampled_from(["number", "symbol", "call", "sum", "negative", "+", "^", "x", "bar w", "sigma", "k"]),
    st.lists(st.integers(), max_size=2), st.just(np.zeros(2)),
)  # fmt: skip
steps = st.lists(st.lists(parts, max_size=4).map(tuple) | parts, max_size=8)


@given(steps | parts, parts)
def test_it_refuses_any_reply_of_the_wrong_form(program, name):
    for reply in ({**GOOD, "program": program}, {**GOOD, "name": name}, {"found": name}, program):
        with pytest.raises(Mismatch):
            judge(LINE, Replying(reply))


def test_a_program_that_is_too_long_or_leaves_values_is_refused():
    number = ("number", 1.0, 0)
    for program in ((), (number,) * 500, (number, number), (number, ("+", 0)), (("negative", 0),)):
        with pytest.raises(Mismatch, match="form that can't be read"):
            judge(LINE, Replying({**GOOD, "program": program}))


pieces = [
    "w",
    "x",
    "b",
    "t",
    "2",
    "0",
    "0.5",
    "+",
    "-",
    "*",
    "/",
    "^",
    "(",
    ")",
    "exp(",
    "log(",
    "sqrt(",
    "sigma(",
    "tanh'(",
    "9e99",
]


@given(st.lists(st.sampled_from(pieces), max_size=25).map(" ".join))
def test_no_formula_makes_it_raise_anything_but_a_mismatch(formula):
    with pytest.raises(Mismatch):
        passes(LINE, formula)
