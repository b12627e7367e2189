import numpy as np
import pytest
from cases import CORNERS, XOR, array, exact_fit, exact_values, points, vector, weights

from grader.kit import fail
from reference import linear, separation

MOST_FEATURES = 64


def features(student, same, x):
    """psi (n, p) of the rows of x, as finite numbers."""
    got = array(student.xor_features(x))
    psi = got.reshape(-1, 1) if isinstance(got, np.ndarray) and got.ndim == 1 else got
    count = psi.shape[1] if isinstance(psi, np.ndarray) and psi.ndim == 2 else 3
    if not 1 <= count <= MOST_FEATURES:
        fail(f"psi has {count} features, expected 1 to {MOST_FEATURES}.")
    same(psi, np.zeros((len(x), count)), "psi", values=False)
    return np.asarray(psi, dtype=np.float64)


def test_xor_separable(student, rng, same):
    rows = rng.permutation([0, 1, 2, 3, *rng.integers(4, size=4)])
    psi = features(student, same, CORNERS[rows])[[list(rows).index(corner) for corner in range(4)]]

    found = separation.separate(psi, XOR)

    if isinstance(found, separation.CommonPoint):
        p, q = ([float(round(w, 3)) for w in weights] for weights in (found.positive, found.negative))
        fail(
            f"No hyperplane separates XOR in these features: {p[0]} psi(0, 1) + {p[1]} psi(1, 0) and "
            f"{q[0]} psi(0, 0) + {q[1]} psi(1, 1) are the same point."
        )


def test_xor_row_by_row(student, rng, same):
    psi = features(student, same, CORNERS)
    for n in (1, 9):
        rows = rng.integers(4, size=n)
        same(features(student, same, CORNERS[rows]), psi[rows], f"psi of {n} of the same points")


@pytest.mark.parametrize("degree", [0, 1, 3], ids=lambda degree: f"D = {degree}")
def test_fit(student, rng, same, degree):
    x, t = points(rng, 20)

    same(vector(student.fit_polynomial(x, t, degree), degree + 1), linear.fit_polynomial(x, t, degree), "w")


def near(student, same, x, t, degree, rtol):
    """The fitted polynomial agrees with exact least squares at the points."""
    w = weights(same, student.fit_polynomial(x, t, degree), degree)

    right = exact_values(exact_fit(x, t, degree), x)
    same(exact_values(w.tolist(), x), right, "y of your polynomial at x", rtol=rtol)


@pytest.mark.parametrize("n", [10, 20], ids=lambda n: f"{n} points")
def test_fit_degree_nine(student, rng, same, n):
    near(student, same, *points(rng, n), 9, rtol=1e-6)


def test_ill_conditioned(student, rng, same):
    near(student, same, *points(rng, 25, between=(1.0, 2.0)), 9, rtol=1e-4)


@pytest.mark.parametrize("degree", [0, 1, 3, 9], ids=lambda degree: f"D = {degree}")
def test_predict(student, rng, same, degree):
    w = rng.normal(size=degree + 1)
    for n in (12, 1):
        x = rng.uniform(-2.0, 2.0, size=n)
        same(vector(student.predict(w, x), n), linear.predict_polynomial(w, x), f"y at {n} x")


def test_other_fits(student, rng, same):
    for degree in (2, 5):
        x, t = points(rng, int(rng.integers(9, 30)), between=(-2.0, 1.0))
        right = linear.fit_polynomial(x, t, degree)
        same(vector(student.fit_polynomial(x, t, degree), degree + 1), right, "w", rtol=1e-8)
    near(student, same, *points(rng, 30, between=(-2.0, -1.0)), 9, rtol=1e-4)


@pytest.mark.parametrize("function", ["xor_features", "fit_polynomial", "predict", "select_degree"])
def test_inputs_unchanged(student, rng, same, function):
    (x, t), (x_val, t_val) = points(rng, 12), points(rng, 8)
    args = {
        "xor_features": (CORNERS,),
        "fit_polynomial": (x, t, 3),
        "predict": (rng.normal(size=4), x),
        "select_degree": (x, t, x_val, t_val, [3, 0, 1]),
    }[function]
    result, after = getattr(student, function).inplace(*args)

    if result is None:
        fail(f"{function} returned None: there is nothing to check yet.")
    for number, (before, now) in enumerate(zip(args, after, strict=True), start=1):
        if not isinstance(before, int):
            same(np.asarray(now), np.asarray(before), f"argument {number} after {function}", rtol=0.0)
