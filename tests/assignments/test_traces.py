"""The values that the shipped packs name on the way are those of their own solutions, in every draw."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.examiner.trace_events import run_of
from grader.examiner.trace_names import means
from grader.examiner.trace_values import inputs_of
from grader.examiner.trace_verdict import trace_of
from grader.kit.trace import values_of
from tests.helpers.traces import said_of

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"


# For each function: its name, arguments from a generator, the values on the way, and which must be found.
CASES = {
    "mlp-backprop backward": ("backward", lambda c, rng: c.draw(rng), lambda c, p: c.steps(*p),
        "z1 h1 z2 y_bar h1_bar z1_bar"),
    "mlp-backprop softmax_backward": ("softmax_backward", lambda c, rng: c.draw_classes(rng),
        lambda c, p: c.softmax_steps(*p), "z1 h1 z2 z2_bar h1_bar z1_bar"),
    "cost backward": ("backward", lambda c, rng: c.net(rng, (4, 5, 3), 6), lambda c, p: c.steps(*p), "z1 z2"),
    "hvp logistic_gradient": ("logistic_gradient", lambda c, rng: drop(c.line(rng), 2, 3),
        lambda c, p: c.line_steps(*p), "y z_bar"),
    "hvp logistic_hvp": ("logistic_hvp", lambda c, rng: c.line(rng),
        lambda c, p: c.line_steps(*drop(p, 2, 3), *p[2:4]), "y slope z_dot y_dot slope_dot z_bar_dot"),
    "hvp mlp_gradient": ("mlp_gradient", lambda c, rng: drop(c.net(rng), 1), lambda c, p: c.net_steps(*p),
        "h y y_bar z_bar"),
    "hvp mlp_hvp": ("mlp_hvp", lambda c, rng: c.net(rng), lambda c, p: c.net_steps(*drop(p, 1), p[1]),
        "h slope z_dot h_dot slope_dot y_dot"),
    "scalar-backprop product_of_sum": ("product_of_sum", lambda c, rng: c.product_point(rng),
        lambda c, p: c.steps("product_of_sum", c.product_answers(*p)), "q"),
    "scalar-backprop least_squares": ("least_squares", lambda c, rng: c.line_point(rng),
        lambda c, p: c.steps("least_squares", c.line_answers(*p)), "z y y_bar z_bar"),
    "scalar-backprop softmax_regression": ("softmax_regression", lambda c, rng: c.softmax_point(rng),
        lambda c, p: c.steps("softmax_regression", c.softmax_answers(*p)), "z y y_bar z_bar"),
    "scalar-backprop along_curve": ("along_curve", lambda c, rng: c.curve_point(rng),
        lambda c, p: c.steps("along_curve", c.curve_answers(*p)), "x y x_bar y_bar t_bar"),
    "vjp chain_vjp": ("chain_vjp", lambda c, rng: c.chain(rng)[0],
        lambda c, p: c.chain_steps(p, c.chain(np.random.default_rng(SEED[0]))[1]),
        "z1 h z2 y z2_bar h_bar z1_bar"),
    "xor-training gradient": ("one_gradient", lambda c, rng: c.draw(rng), lambda c, p: c.steps(*p),
        "h y_bar z_bar"),
}  # fmt: skip
SEED = [0]
ADDED = "\n\ndef one_gradient(params, x, t):\n    return gradients(params, x, t, squared_error)[1]\n"


def drop(values, *places):
    return tuple(value for at, value in enumerate(values) if at not in places)


def cases_of(pack):
    """The module cases.py of a pack's tests."""
    spec = importlib.util.spec_from_file_location(f"cases_of_{pack}", ASSIGNMENTS / pack / "tests/cases.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("case", CASES)
def test_the_values_on_the_way_are_those_of_the_solution(case):
    pack, (name, draw, values, expected) = case.split()[0], CASES[case]
    cases, text = cases_of(pack), next((ASSIGNMENTS / pack / "solution").glob("*.py")).read_text()
    text += ADDED if name == "one_gradient" else ""
    runs, traces, inputs = [], [], []
    for SEED[0] in range(3):
        point = draw(cases, np.random.default_rng(SEED[0]))
        traces.append(values_of(values(cases, point)))
        runs.append(run_of(said_of(text, point, name), {"student.py": text}))
        inputs.append(inputs_of({"args": point}))

    found = trace_of(runs, traces, inputs, 1e-9)

    assert found.first is None
    named = {step.means for step in found.right}
    assert [key for key in expected.split() if means(key) not in named] == []
