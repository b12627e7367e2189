"""Linear limits: correct answers in other styles earn all points, and no wrong claim passes."""

import importlib.util
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from grader.kit import Mismatch
from reference import patterns, separation

PACK = Path(__file__).parents[2] / "assignments/linear-limits"
POINTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = POINTS, np.array([0, 1, 1, 0])
AND = POINTS, np.array([0, 0, 0, 1])
THIRDS = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 3.0], [1.0, 1.0]]), np.array([0, 0, 0, 1])
APART = np.array([[0.0, 0.0], [-1.0, 5.0], [1e-9, 0.0], [1.0, 5.0]]), np.array([0, 0, 1, 1])


def module(name):
    """One of the pack's helper modules."""
    spec = importlib.util.spec_from_file_location(f"linear_limits_{name}", PACK / "tests" / f"{name}.py")
    helper = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = helper
    spec.loader.exec_module(helper)
    return helper


proofs, cases = module("proofs"), module("cases")


@pytest.mark.parametrize("style", ["fractions", "perceptron", "lists"])
def test_correct_answers_in_another_style_earn_all_points(submit, answer, lost, style):
    report = submit("linear-limits", answer(f"linear-limits/{style}"))

    assert lost(report) == {}


WITNESSES = [
    (XOR, ([0.5, 0.5], [0.5, 0.5])),
    (XOR, (np.array([[0.5], [0.5]], dtype=np.float32), [["1/2"], ["1/2"]])),
    (THIRDS, ([1], [1 / 3, 1 / 3, 1 / 3])),
    (THIRDS, ([1.0], ["1/3", "1/3", 0.3333333])),
    (THIRDS, ([1 + 1e-9], [1 / 3 - 1e-9, 1 / 3, 1 / 3])),
    (patterns.dataset(), (np.full(16, 1 / 16), np.full(16, 0.0625, dtype=np.float32))),
]


@pytest.mark.parametrize(("points", "claim"), WITNESSES)
def test_it_accepts_weights_that_are_correct_except_for_rounding(points, claim):
    proofs.check_witness(claim, *points)


CLAIMS = {
    "weights below zero": (XOR, ([0.5, 0.5 + 1e-9], [-1e-9, 1.0]), "q[0] is -1e-09"),
    "a sum of 0.999": (XOR, ([0.5, 0.499], [0.5, 0.499]), "p adds up to 0.999"),
    "huge weights that cancel": (XOR, ([1e300, -1e300], [0.5, 0.5]), "p[1] is -1e+300"),
    "NaN": (XOR, ([np.nan, 0.5], [0.5, 0.5]), "p[0] is nan, expected a finite number"),
    "infinity": (XOR, ([0.5, 0.5], [np.inf, 0.5]), "q[0] is inf"),
    "too few": (XOR, ([1.0], [0.5, 0.5]), "p holds 1 numbers, expected 2"),
    "one list": (XOR, [0.5, 0.5, 0.5, 0.5], "A pair (p, q) is expected, but a list was returned"),
    "nothing": (XOR, None, "None was returned, but there is an answer"),
    "text": (XOR, (["half", 0.5], [0.5, 0.5]), "p[0] is a str"),
    "a fraction over zero": (XOR, (["1/0", 0.5], [0.5, 0.5]), "p[0] is a str"),
    "another point": (THIRDS, ([1.0], [0.3, 0.35, 0.35]), "are not the same point"),
    "classes that can be parted": (AND, ([1.0], [0.0, 0.5, 0.5]), "are not the same point"),
    "a gap below the tolerance": (APART, ([1.0, 0.0], [1.0, 0.0]), "no exact convex weights near them"),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_it_refuses_a_wrong_witness(name):
    points, claim, sentence = CLAIMS[name]

    with pytest.raises(Mismatch) as mismatch:
        proofs.check_witness(claim, *points)

    assert sentence in mismatch.value.message


@pytest.mark.parametrize("gap", [1e-5, 1e-7, 1e-9, 1e-12, 1e-15, 5e-324])
def test_no_weights_pass_if_there_is_a_gap_even_a_tiny_one(gap):
    labels = np.array([0, 0, 1, 1])
    touching, parted = (np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, up], [0.0, 1.0]]) for up in (0.0, gap))
    claim = [1.0, 0.0], [0.5, 0.5]

    proofs.check_witness(claim, touching, labels)
    with pytest.raises(Mismatch):
        proofs.check_witness(claim, parted, labels)


PLANES = {
    "NaN": ([np.nan, 1.0], -1.5, "w[0] is nan, expected a finite number"),
    "infinity": ([1.0, 1.0], -np.inf, "b is -inf"),
    "the wrong side": ([1.0, 1.0], -0.5, "w . x + b is 0.5 at row 1, which is labelled 0"),
    "zero at a point labelled 1": ([1.0, 1.0], -2.0, "w . x + b is 0 at row 3, which is labelled 1"),
    "zero everywhere": ([0.0, 0.0], 0.0, "expected above 0"),
    "three weights": ([1.0, 1.0, 1.0], -1.5, "w holds 3 numbers, expected 2"),
    "a bool": (True, -1.5, "w holds 1 numbers"),
    "None inside": ([None, 1.0], 0.0, "w[0] is None"),
}


@pytest.mark.parametrize("name", PLANES)
def test_it_refuses_a_wrong_hyperplane(name):
    w, b, sentence = PLANES[name]

    with pytest.raises(Mismatch) as mismatch:
        proofs.check_hyperplane((w, b), *AND)

    assert sentence in mismatch.value.message


@pytest.mark.parametrize(
    "plane", [([1, 1], -1), (np.array([[1e300, 1e300]]), -1.5e300), (["1/3", "1/3"], np.array(["-1/2"])[0])]
)
def test_it_accepts_every_correct_hyperplane(plane):
    proofs.check_hyperplane(plane, *AND)


def test_a_sign_is_computed_without_rounding():
    x, labels = np.array([[0.1, 0.2], [0.1, 0.1]]), np.array([1, 0])
    exact = Fraction(0.1) + Fraction(0.2)

    proofs.check_hyperplane(
        ([1.0, 1.0], f"{(-exact).numerator * 10**20 + 1}/{exact.denominator * 10**20}"), x, labels
    )
    with pytest.raises(Mismatch):
        proofs.check_hyperplane(([1.0, 1.0], f"{-exact.numerator}/{exact.denominator}"), x, labels)


@pytest.mark.parametrize("kind", ["wide", "narrow", "touching", "crossed"])
@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_each_kind_of_point_set_is_separable_or_not_as_its_name_says(kind, d):
    for seed in range(3):
        x, labels = getattr(cases, kind)(np.random.default_rng(seed), d)
        parted = isinstance(separation.separate(x, labels), separation.Hyperplane)

        assert parted == (kind in ("wide", "narrow"))


ANSWERS_THAT_EARN_LITTLE = {
    "separable, always": "def is_separable(x, labels): return True",
    "a plane of NaN": "def separating_hyperplane(x, labels): return [float('nan')] * x.shape[1], 0.0",
    "weights that are equal": """
def convexity_witness(x, labels):
    return [1 / sum(labels == 1)] * sum(labels == 1), [1 / sum(labels == 0)] * sum(labels == 0)
""",
}


@pytest.mark.parametrize("name", ANSWERS_THAT_EARN_LITTLE)
def test_a_constant_answer_earns_only_the_points_for_unchanged_arguments(submit, name):
    report = submit("linear-limits", {"limits.py": "import numpy\n" + ANSWERS_THAT_EARN_LITTLE[name]})

    assert {r.id for r in report.results if r.earned} <= {"test_inputs_unchanged"}
