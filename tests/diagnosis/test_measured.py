"""How well mistakes are named: in programs as students might write them, and in the packs' own mistakes."""

from __future__ import annotations

import copy
import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bench.programs import RIGHT, UNNAMED, Outcome, Program, outcome_of, programs
from grader.diagnosis.words import worded
from grader.diagnosis.words.sentences import WORDS
from grader.values import Diagnosis
from grader.values.student_faults import StudentError
from tests.helpers.mistakes import wrong_text

pytestmark = pytest.mark.slow

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [outcome_of(program) for program in programs()]


def test_there_are_at_least_60_programs_in_four_styles(outcomes):
    styles = Counter(outcome.program.style for outcome in outcomes)

    assert len(outcomes) >= 60
    assert set(styles) == {"vectorised", "loops", "classes", "inplace"}
    assert min(styles.values()) >= 15


def test_at_least_95_percent_of_the_known_mistakes_are_named(outcomes):
    known = [outcome for outcome in outcomes if not {RIGHT, UNNAMED} & set(outcome.program.named)]
    missed = [(outcome.program.name, outcome.names) for outcome in known if not outcome.as_expected]

    assert len(known) >= 60
    assert len(missed) <= 0.05 * len(known), missed


def test_no_mistake_is_named_that_is_not_there(outcomes):
    assert [(outcome.program.name, outcome.names) for outcome in outcomes if outcome.wrongly_named] == []


def test_right_programs_and_unknown_mistakes_get_no_name(outcomes):
    for kind in (RIGHT, UNNAMED):
        of_kind = [outcome for outcome in outcomes if outcome.program.named == (kind,)]

        assert len(of_kind) >= 5
        assert all(outcome.names == (kind,) for outcome in of_kind)


def test_some_pairs_of_mistakes_are_named(outcomes):
    assert sum(len(outcome.names) == 2 and outcome.as_expected for outcome in outcomes) >= 3


def test_every_sentence_is_complete_and_every_question_asks(outcomes):
    for outcome in outcomes:
        diagnosis = worded(outcome.diagnosis)
        if diagnosis is not None:
            assert diagnosis.sentence.endswith("."), outcome.program.name
            assert "?" in diagnosis.question, (outcome.program.name, diagnosis.question)
            assert not set("{}") & set(diagnosis.sentence + diagnosis.question)


def test_the_catalogue_is_larger_than_25():
    assert len(WORDS) >= 25


# The catalogue's name for each mistake of the pack; mistakes that leave the gradients right are omitted.
MLP = {
    "b1_not_summed": "bias-not-summed",
    "b2_from_first_row": "bias-first-row",
    "bias_left_out": "bias-left-out",
    "h_overwritten": "weights-from-slope",
    "sigma_prime_at_h": "slope-at-h",
    "sigma_prime_left_out": "slope-left-out",
    "sign_of_y_bar": "sign-of-y-bar",
    "w1_transposed": "weights-transposed",
}


def names_in_mlp(name: str) -> tuple[str, ...]:
    """What the diagnosis names in this mistake of the backpropagation pack."""
    code = wrong_text(ASSIGNMENTS / "mlp-backprop", name)
    return outcome_of(Program(name, "", code, "logistic", (MLP[name],))).names


@pytest.mark.parametrize("name", MLP)
def test_mistakes_of_the_backpropagation_pack_are_named(name):
    assert names_in_mlp(name) == (MLP[name],)


# For each mistake: the function that shows it, its names, and the first wrong error signal. Two names are
# two mistakes with the same results; no name means that the catalogue has no such mistake.
SCALARS = {
    "curve_exponent": ("along_curve", {"graph-operation:y"}, "ȳ"),
    "diagonal_jacobian": ("softmax_regression", {"graph-diagonal:z"}, "z̄"),
    "direct_share_forgotten": ("along_curve", {"graph-overwritten:y", "graph-path-left-out:y"}, "ȳ"),
    "half_missing": ("least_squares", {"graph-factor-left-out:y"}, "ȳ"),
    "lambda_left_out": ("regularised", {"graph-signal-left-out:w"}, "w̄"),
    "one_path_only": ("along_curve", {"graph-overwritten:t", "graph-path-left-out:t"}, "t̄"),
    "penalty_on_b": ("regularised", {"graph-penalised-too:b"}, "b̄"),
    "penalty_replaces_loss": ("regularised", {"graph-overwritten:w", "graph-path-left-out:w"}, "w̄"),
    "penalty_signal_is_one": ("regularised", {"graph-derivative-left-out:R"}, "R̄"),
    "penalty_without_half": ("regularised", {"graph-factor-left-out:R"}, ""),
    "product_forward": ("product_of_sum", {"graph-operation:z"}, "z̄"),
    "product_rule_swapped": ("product_of_sum", {"graph-factors-swapped:q"}, "q̄"),
    "sigma_prime_at_y": ("least_squares", {"graph-slope-at-value:z"}, "z̄"),
    "sigma_prime_left_out": ("least_squares", {"graph-derivative-left-out:z"}, "z̄"),
    "sign_of_sine": ("along_curve", {"graph-sign:t"}, "t̄"),
    "sign_of_y_bar": ("least_squares", {"graph-sign:y"}, "ȳ"),
    "squared_error_signal": ("softmax_regression", set(), "ȳ"),
    "sum_shares_halved": ("product_of_sum", {"graph-sum-splits:y"}, "ȳ"),
    "w_transposed": ("softmax_regression", {"graph-transposed:W"}, "W̄"),
    "x_left_out": ("least_squares", {"graph-derivative-left-out:w"}, "w̄"),
}


@pytest.fixture(scope="module")
def cases() -> Any:
    path = ASSIGNMENTS / "scalar-backprop" / "tests" / "cases.py"
    spec = importlib.util.spec_from_file_location("scalar_cases", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def student(code: str) -> SimpleNamespace:
    """The functions of a program, called like a candidate calls them."""
    module = ModuleType("student")
    exec(compile(code, "student.py", "exec"), module.__dict__)

    def wrapped(function: Any) -> Any:
        def call(*args: Any) -> Any:
            try:
                with np.errstate(all="ignore"):
                    return function(*copy.deepcopy(args))
            except Exception as error:
                raise StudentError(type(error).__name__, str(error), "") from None

        return call

    return SimpleNamespace(**{k: wrapped(v) for k, v in vars(module).items() if callable(v)})


def diagnosed_scalar(cases: Any, name: str) -> Diagnosis:
    """The diagnosis of this mistake of the scalar pack, in the function that shows it."""
    function = SCALARS[name][0]
    rng = np.random.default_rng(3)
    functions = student(wrong_text(ASSIGNMENTS / "scalar-backprop", name))
    first = {
        "product_of_sum": cases.product_point,
        "least_squares": cases.line_point,
        "regularised": lambda rng: (*cases.line_point(rng), 0.3),
        "softmax_regression": cases.softmax_point,
        "along_curve": cases.curve_point,
    }[function]
    point = first(rng)
    found = cases.why(functions, rng, function, point).diagnose(getattr(functions, function)(*point))
    assert found is not None
    return found


@pytest.mark.parametrize("name", SCALARS)
def test_mistakes_of_the_scalar_pack_are_named(cases, name):
    _, names, signal = SCALARS[name]
    found = diagnosed_scalar(cases, name)

    assert set(found.mistakes) == names
    assert found.signal == signal


def test_nine_in_ten_of_these_mistakes_are_named_and_none_wrongly(cases):
    pairs = [(set(names_in_mlp(name)) - {UNNAMED}, {right}) for name, right in MLP.items()]
    pairs += [(set(diagnosed_scalar(cases, name).mistakes), right) for name, (_, right, _) in SCALARS.items()]
    named = [names for names, _ in pairs if names]

    assert [(names, right) for names, right in pairs if names - right] == []
    assert len(named) >= 0.9 * len(pairs)


def test_the_right_solution_has_no_diagnosis(cases):
    functions = student((ASSIGNMENTS / "scalar-backprop" / "solution" / "signals.py").read_text())
    rng = np.random.default_rng(0)
    point = cases.line_point(rng)

    assert cases.why(functions, rng, "least_squares", point).diagnose(functions.least_squares(*point)) is None
