"""Points to fit, exact least squares, and the forms in which students return their results."""

from fractions import Fraction

import numpy as np

from grader.kit import fail
from reference import linear

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0, 1, 1, 0])


def curve(x):
    return np.sin(2.5 * x) + 0.5 * x


def points(rng, n, between=(-1.0, 1.0), noise=0.1):
    """x (n,), spread over an interval, not sorted, and t (n,) around a curve; multiples of 2^-20."""
    low, high = between
    places = (np.arange(n) + rng.uniform(0.2, 0.8, size=n)) / n
    x = rng.permutation(low + (high - low) * places)
    t = curve(2.0 * (x - low) / (high - low) - 1.0) + noise * rng.normal(size=n)
    return np.round(x * 2.0**20) / 2.0**20, np.round(t * 2.0**20) / 2.0**20


def exact_fit(x, t, degree):
    """The least-squares w (degree + 1,) in fractions, so without rounding errors."""
    rows = [[Fraction(v) ** j for j in range(degree + 1)] for v in x.tolist()]
    targets = [Fraction(v) for v in t.tolist()]
    count = degree + 1
    table = [
        [sum(r[i] * r[j] for r in rows) for j in range(count)]
        + [sum(r[i] * v for r, v in zip(rows, targets, strict=True))]
        for i in range(count)
    ]
    for i in range(count):
        pivot = next(k for k in range(i, count) if table[k][i] != 0)
        table[i], table[pivot] = table[pivot], table[i]
        table[i] = [v / table[i][i] for v in table[i]]
        for k in range(count):
            if k != i and table[k][i] != 0:
                table[k] = [v - table[k][i] * u for v, u in zip(table[k], table[i], strict=True)]
    return [row[-1] for row in table]


def exact_values(w, x):
    """y (n,) of a polynomial, each sum without rounding."""
    powers = [[Fraction(v) ** j for j in range(len(w))] for v in x.tolist()]
    return np.array([float(sum(Fraction(a) * b for a, b in zip(w, row, strict=True))) for row in powers])


def array(got):
    """Lists of numbers, nested or not, as an array; anything else as it is."""
    if not isinstance(got, list | tuple) or not got:
        return got
    try:
        found = np.asarray(got)
    except ValueError:  # lists of several lengths
        return got
    return found if found.dtype.kind in "fiub" else got


def vector(got, count):
    """An array (count,), also from (count, 1) or (1, count)."""
    found = array(got)
    if isinstance(found, np.ndarray) and found.shape in ((count, 1), (1, count)):
        return found.reshape(-1)
    return np.array([found]) if count == 1 and isinstance(found, int | float) else found


def weights(same, got, degree):
    """w (degree + 1,) as finite numbers, or a failure."""
    w = vector(got, degree + 1)
    same(w, np.zeros(degree + 1), "w", values=False)
    return np.asarray(w, dtype=np.float64)


# Polynomials that one degree of 0, 1, 3, 9 fits best: their w, and the noise.
TRUTHS = {
    0: ([0.7], 0.5),
    1: ([-0.5, 1.5], 0.3),
    3: ([0.2, -1.0, 0.3, 2.5], 0.2),
    9: ([0.0, 4.0, 0.0, -40.0, 0.0, 130.0, 0.0, -170.0, 0.0, 75.0], 0.02),
}


def split(rng, best, degrees, n=14, m=25):
    """x, t of a training and of a validation set on which `best` of `degrees` wins clearly."""
    w, noise = TRUTHS[best]
    while True:
        sets = []
        for size in (n, m):
            x = rng.permutation(np.linspace(-1.0, 1.0, size) + rng.uniform(-0.3, 0.3, size=size) / size)
            sets.append((x, linear.predict_polynomial(w, x) + noise * rng.normal(size=size)))
        found = linear.select_degree(*sets, degrees)
        others = [e for degree, e in found.validation.items() if degree != best]
        if found.degree == best and min(others) > 1.1 * found.validation[best]:
            return sets


def chosen(got):
    """The three parts that select_degree returned."""
    if not isinstance(got, tuple | list) or len(got) != 3:
        fail("select_degree did not return three things: degree, training errors and validation errors.")
    return got


def numeric(got, count):
    """(count,) finite numbers, or None."""
    found = vector(got, count)
    if not isinstance(found, np.ndarray) or found.shape != (count,) or found.dtype.kind not in "fiub":
        return None
    return found.astype(np.float64) if np.isfinite(found).all() else None


def own_errors(student, sets, degrees):
    """Errors (J of each degree) of the student's own fits on the training and on the validation set. None
    if they are not numbers, or if more powers don't make the training error smaller: then they can't be
    used to choose a degree."""
    (x, t), _ = sets
    fits = [numeric(student.fit_polynomial(x, t, degree), degree + 1) for degree in degrees]
    if any(w is None for w in fits):
        return None
    errors = []
    for at, want in sets:
        y = [numeric(student.predict(w, at), len(at)) for w in fits]
        if any(values is None for values in y):
            return None
        errors.append(np.array([0.5 * np.mean((values - want) ** 2) for values in y]))
    falling = errors[0][np.argsort(degrees)]
    if np.any(falling[1:] > falling[:-1] * (1 + 1e-9)) or falling[-1] > 0.9 * falling[0]:
        return None
    return errors
