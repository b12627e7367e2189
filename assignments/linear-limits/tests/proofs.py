"""Judges a claimed proof in exact numbers: floats are taken as the fractions that they are."""

import re
from fractions import Fraction
from itertools import chain

import numpy as np

from grader.kit import fail
from reference import separation

CLOSE = Fraction(1, 10**6)  # how much rounding may change a weight, a sum or a coordinate (relative)
BELOW_ZERO = Fraction(-1, 10**12)
NOTHING = Fraction(1, 10**7)  # weights below it are treated as 0 first
WRITTEN = re.compile(r"(-?\d{1,2000})/(\d{1,2000})")
NO_PLANE = "the classes have a common point"
NO_POINT = "a hyperplane separates the classes"


def must_decide(student, x, labels, expected, what):
    """Check is_separable for one set."""
    if decided(student.is_separable(x, labels)) != expected:
        fail(f"is_separable is {not expected} for {what}, expected {expected}.")


def decided(got):
    """A yes or no: a bool, or the whole numbers 1 and 0."""
    value = got.item() if isinstance(got, np.ndarray | np.generic) and np.size(got) == 1 else got
    if isinstance(value, bool) or (isinstance(value, int) and value in (0, 1)):
        return bool(value)
    return fail(f"is_separable returned {said(got)}, expected True or False.")


def said(value):
    """The returned value in a few words."""
    if value is None or isinstance(value, bool | int | float):
        return str(value)
    return (
        f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
    )


def pair(got, names):
    """Two things returned together."""
    if got is None:
        fail(f"None was returned, but there is an answer: a pair ({names}).")
    if not isinstance(got, tuple | list) or len(got) != 2:
        fail(f"A pair ({names}) is expected, but {said(got)} was returned.")
    return got


def flat(value):
    """The numbers in arrays and nested lists, as a row or a column, in their order."""
    if isinstance(value, np.ndarray):
        return value.reshape(-1).tolist()
    return [v for item in value for v in flat(item)] if isinstance(value, list | tuple) else [value]


def numbers(value, count, name):
    """`count` fractions from an array, a list or a number."""
    found = flat(value)
    if len(found) != count:
        fail(f"{name} holds {len(found)} numbers, expected {count}.")
    return [number(v, f"{name}[{i}]" if count > 1 else name) for i, v in enumerate(found)]


def number(value, name):
    """One fraction, exactly the number given."""
    if isinstance(value, str):
        match = WRITTEN.fullmatch(value)
        if match and int(match[2]):
            return Fraction(int(match[1]), int(match[2]))
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, int):
        return Fraction(plain)
    if isinstance(plain, float) and np.isfinite(plain):
        return Fraction(plain)
    return fail(f"{name} is {said(plain)}, expected a finite number.")


def none_there(got, why):
    """Fail unless None is returned where no answer exists."""
    if got is not None:
        fail(f"For this set {why}: None is expected, but {said(got)} was returned.")


def check_hyperplane(got, x, labels):
    """Fail unless (w, b) separates the classes, without rounding."""
    w, b = pair(got, "w, b")
    weights, (bias,) = numbers(w, x.shape[1], "w"), numbers(b, 1, "b")
    if separation.verify_hyperplane(x, labels, weights, bias):
        return
    for row, (point, label) in enumerate(zip(x.tolist(), labels.tolist(), strict=True)):
        z = sum((a * Fraction(v) for a, v in zip(weights, point, strict=True)), bias)
        if (z > 0) != (label == 1):
            side = "above 0" if label == 1 else "0 or below"
            fail(f"w . x + b is {float(z):.6g} at row {row}, which is labelled {label}; expected {side}.")


def check_witness(got, x, labels):
    """Fail unless (p, q) are convex weights, one for each point of their class, that give the same point.

    Rounding errors are accepted only if exact weights close to them pass without rounding. So nothing
    passes if the classes have no common point.
    """
    p, q = pair(got, "p, q")
    classes = x[labels == 1], x[labels == 0]
    weights = [numbers(w, len(points), name) for w, points, name in zip((p, q), classes, "pq", strict=True)]
    if separation.verify_common_point(x, labels, *weights):
        return
    for name, values in zip("pq", weights, strict=True):
        check_convex(name, values)
    check_same_point(classes, weights)
    if not any(
        close(settled(classes, weights, least), weights, x, labels) for least in (NOTHING, Fraction(0))
    ):
        fail(
            "The weights are right to six digits, but no exact convex weights near them give a common point."
        )


def check_convex(name, values):
    """Fail unless no weight is below 0 and the sum is 1."""
    low = min(range(len(values)), key=lambda i: values[i])
    if values[low] < BELOW_ZERO:
        fail(
            f"{name}[{low}] is {float(values[low]):.6g}; the weights of a convex combination are 0 or above."
        )
    if abs(sum(values) - 1) > CLOSE:
        fail(f"{name} adds up to {float(sum(values)):.9g}; the weights of a convex combination add up to 1.")


def check_same_point(classes, weights):
    """Fail unless the two combinations agree."""
    one, two = (separation.convex_combination(c, w) for c, w in zip(classes, weights, strict=True))
    size = max(Fraction(float(np.abs(points).max())) for points in classes)
    worst = max(range(len(one)), key=lambda j: abs(one[j] - two[j]))
    if abs(one[worst] - two[worst]) > CLOSE * size:
        fail(
            f"The two combinations are not the same point: coordinate {worst} is {float(one[worst]):.9g} by p"
            f" and {float(two[worst]):.9g} by q."
        )


def settled(classes, weights, least):
    """Exact weights with the rounding taken out, or None: those above `least` each times 1 + a . y,
    where a is the point's column (x, 1, 0) or (-x, 0, 1) and y solves the equations without rounding."""
    columns = [[*map(Fraction, p), Fraction(1), Fraction(0)] for p in classes[0].tolist()]
    columns += [[*map(lambda v: -Fraction(v), q), Fraction(0), Fraction(1)] for q in classes[1].tolist()]
    rough = [Fraction(round(w * 2**60), 2**60) if w > least else Fraction(0) for w in chain(*weights)]
    size = len(columns[0])
    used = [(a, w) for a, w in zip(columns, rough, strict=True) if w > 0]
    table = [[sum(w * a[i] * a[j] for a, w in used) for j in range(size)] for i in range(size)]
    rest = [Fraction(int(i >= size - 2)) - sum(w * a[i] for a, w in used) for i in range(size)]
    y = solution([[*row, r] for row, r in zip(table, rest, strict=True)])
    if y is None:
        return None
    exact = [
        w * (1 + sum(u * v for u, v in zip(a, y, strict=True))) for a, w in zip(columns, rough, strict=True)
    ]
    return exact[: len(classes[0])], exact[len(classes[0]) :]


def solution(rows):
    """One y with M y = r from rows of M | r, exactly; None if there is none."""
    size, pivots = len(rows), []
    for column in range(size):
        found = next((r for r in range(len(pivots), size) if rows[r][column] != 0), None)
        if found is None:
            continue
        rank = len(pivots)
        rows[rank], rows[found] = rows[found], rows[rank]
        rows[rank] = [v / rows[rank][column] for v in rows[rank]]
        for r in range(size):
            if r != rank and rows[r][column] != 0:
                rows[r] = [v - rows[r][column] * u for v, u in zip(rows[r], rows[rank], strict=True)]
        pivots.append(column)
    if any(row[-1] != 0 for row in rows[len(pivots) :]):
        return None
    y = [Fraction(0)] * size
    for rank, column in enumerate(pivots):
        y[column] = rows[rank][-1]
    return y


def close(exact, weights, x, labels):
    """Whether exact weights prove it, and equal the given ones except for rounding."""
    if exact is None or not separation.verify_common_point(x, labels, *exact):
        return False
    pairs = zip(chain(*exact), chain(*weights), strict=True)
    return all(abs(a - w) <= CLOSE for a, w in pairs)
