import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.activations import (
    ACTIVATIONS,
    HARD_THRESHOLD,
    RELU,
    logistic,
    logistic_slope,
    soft_relu,
    tanh_slope,
)

SMOOTH = [a for a in ACTIVATIONS if a not in (HARD_THRESHOLD, RELU)]
FINITE = st.floats(-1e3, 1e3)


@pytest.mark.parametrize("activation", SMOOTH, ids=lambda a: a.name)
@given(z=st.floats(-30, 30))
def test_property_slope_agrees_with_the_complex_step(activation, z):
    slope = activation.value(np.array([z + 1e-30j])).imag[0] / 1e-30

    assert math.isclose(slope, activation.slope(np.array([z]))[0], rel_tol=1e-12)


@pytest.mark.parametrize("activation", [HARD_THRESHOLD, RELU], ids=lambda a: a.name)
@given(z=st.floats(-10, 10).filter(lambda z: abs(z) > 1e-3))
def test_property_slope_agrees_with_differences_away_from_the_kink(activation, z):
    ahead, behind = activation.value(np.array([z + 1e-5, z - 1e-5]))

    assert math.isclose((ahead - behind) / 2e-5, activation.slope(np.array([z]))[0], abs_tol=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda a: a.name)
@given(z=FINITE)
def test_property_neither_value_nor_slope_overflows(activation, z):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert np.isfinite(activation.value([z, -z])).all()
        assert np.isfinite(activation.slope([z, -z])).all()


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda a: a.name)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 4)])
def test_it_keeps_the_shape_and_returns_float64(activation, shape):
    z = np.zeros(shape, dtype=np.int64)

    assert activation.value(z).shape == activation.slope(z).shape == shape
    assert activation.value(z).dtype == activation.slope(z).dtype == np.float64


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda a: a.name)
def test_it_does_not_change_its_argument(activation):
    z = np.array([-1.0, 0.0, 2.0])

    activation.value(z)[:] = 7
    activation.slope(z)[:] = 7

    assert z.tolist() == [-1.0, 0.0, 2.0]


def test_values_at_the_kink_follow_the_convention():
    assert HARD_THRESHOLD.value([0.0]) == 0
    assert RELU.slope([0.0]) == 0


@given(z=st.floats(0, 700))
def test_property_logistic_is_accurate_at_large_z(z):
    assert math.isclose(logistic([-z])[0], math.exp(-z) / (1 + math.exp(-z)), rel_tol=1e-14)
    assert math.isclose(logistic_slope([z])[0], logistic_slope([-z])[0], rel_tol=1e-14)


def test_tanh_slope_and_soft_relu_are_accurate_at_large_z():
    assert math.isclose(tanh_slope([50.0])[0], 4 * math.exp(-100), rel_tol=1e-12)
    assert math.isclose(soft_relu([-50.0])[0], math.exp(-50), rel_tol=1e-12)
    assert soft_relu([1000.0])[0] == 1000.0


@pytest.mark.parametrize("activation", SMOOTH, ids=lambda a: a.name)
@given(z=st.floats(-30, 30))
def test_property_curvature_is_the_slope_of_the_slope(activation, z):
    slope = activation.slope(np.array([z + 1e-30j])).imag[0] / 1e-30

    assert math.isclose(slope, activation.curvature(np.array([z]))[0], rel_tol=1e-10, abs_tol=1e-14)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda a: a.name)
def test_curvature_at_large_z_is_zero_without_a_warning(activation):
    with np.errstate(all="raise", under="ignore"):
        assert np.abs(activation.curvature([-1e3, 1e3])).tolist() == [0.0, 0.0]
        assert activation.curvature(np.zeros((2, 3), dtype=int)).dtype == np.float64
