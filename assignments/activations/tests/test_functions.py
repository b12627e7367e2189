import numpy as np
import pytest
from cases import check, draw

from grader.kit import fail


def test_linear(student, rng, same):
    check(student, same, "linear", draw(rng))


def test_hard_threshold(student, rng, same):
    check(student, same, "hard_threshold", draw(rng))


def test_logistic(student, rng, same):
    check(student, same, "logistic", draw(rng))


def test_tanh(student, rng, same):
    check(student, same, "tanh", draw(rng))


def test_relu(student, rng, same):
    check(student, same, "relu", draw(rng))


def test_soft_relu(student, rng, same):
    check(student, same, "soft_relu", draw(rng))


def test_linear_derivative(student, rng, same):
    check(student, same, "linear_derivative", draw(rng))


def test_hard_threshold_derivative(student, rng, same):
    check(student, same, "hard_threshold_derivative", draw(rng))


def test_logistic_derivative(student, rng, same):
    check(student, same, "logistic_derivative", draw(rng))


def test_tanh_derivative(student, rng, same):
    check(student, same, "tanh_derivative", draw(rng))


def test_relu_derivative(student, rng, same):
    check(student, same, "relu_derivative", draw(rng))


def test_soft_relu_derivative(student, rng, same):
    check(student, same, "soft_relu_derivative", draw(rng))


@pytest.mark.parametrize("name", ["hard_threshold", "relu", "relu_derivative", "hard_threshold_derivative"])
def test_at_zero(student, same, name):
    """The value if the lecture gives one, any subgradient of ReLU, any number for a jump."""
    z = np.array([-0.5, 0.0, 0.5])
    if not name.endswith("derivative"):
        return check(student, same, name, z)
    got = getattr(student, name)(z)
    same(got, z, f"{name}(z)", values=False)
    slope = float(got[1])
    if name == "relu_derivative" and not 0.0 <= slope <= 1.0:
        fail(f"relu_derivative(0) is {slope:.6g}, expected a number from 0 to 1.")
