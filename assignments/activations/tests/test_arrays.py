import numpy as np
import pytest
from cases import ALL, DERIVATIVES, VALUES, check, draw

from grader.kit import fail

SHAPES = [(), (1,), (5, 1), (2, 3, 4)]
TAILS = np.array([-36.0, -30.0, -20.0, 20.0, 30.0, 36.0])
WITH_TAILS = ("logistic", "soft_relu", "logistic_derivative", "tanh_derivative", "soft_relu_derivative")


@pytest.mark.parametrize("name", ALL)
def test_any_shape(student, rng, same, name):
    for shape in SHAPES:
        check(student, same, name, draw(rng, shape))


@pytest.mark.parametrize("name", VALUES)
def test_large_z(student, same, name):
    check(student, same, name, np.array([-1e3, -100.0, 100.0, 1e3]), atol=1e-12)


@pytest.mark.parametrize("name", DERIVATIVES)
def test_derivative_at_large_z(student, same, name):
    check(student, same, name, np.array([-1e3, -100.0, 100.0, 1e3]), atol=1e-12)


@pytest.mark.parametrize("name", ALL)
def test_input_unchanged(student, rng, same, name):
    z = draw(rng)
    result, after = getattr(student, name).inplace(z)

    if result is None:
        fail(f"{name} returned None: there is nothing to check yet.")
    same(after[0], z, f"z after {name}", rtol=0.0)


@pytest.mark.parametrize("name", WITH_TAILS)
def test_tails(student, same, name):
    """Entry by entry, for tiny values."""
    want = ALL[name](TAILS)
    got = getattr(student, name)(TAILS)

    same(got, want, f"{name}(z)", values=False)
    same(np.asarray(got) / want, np.ones_like(want), f"{name}(z) over its right value", rtol=1e-6)


@pytest.mark.parametrize("name", ALL)
def test_other_arrays(student, rng, same, name):
    shape = tuple(int(n) for n in rng.integers(2, 6, size=3))

    z = draw(rng, shape, spread=4.0)
    z.flat[0] = 20.0  # one entry where the functions are flat, whatever is drawn

    check(student, same, name, z)


@pytest.mark.parametrize("name", ALL)
def test_mixed_sizes(student, rng, same, name):
    z = draw(rng, (9,))
    z[::3] = np.array([1e3, -1e3, 1e3]) * (1.0 + np.abs(z[::3]))

    check(student, same, name, z, atol=1e-12)
