import numpy as np
import pytest
from cases import TRUTHS, chosen, numeric, own_errors, split, vector

from grader.kit import AnyOf, Number, fail
from reference import linear

DEGREES = [0, 1, 3, 9]
CLOSE = 1e-5


def whole(got):
    """The degree that select_degree returned, as an int."""
    value = got.item() if isinstance(got, np.generic | np.ndarray) and np.size(got) == 1 else got
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return int(value)
    fail(f"select_degree returned {shown(value)} as the degree, expected a whole number.")


def shown(value):
    """A value that is not a degree, in words."""
    if isinstance(value, float):
        return f"{value:.6g}".replace("inf", "infinity").replace("nan", "NaN")
    return "None" if value is None else "text" if isinstance(value, str) else "no single number"


def agree(got, right):
    """Whether these errors are the right ones."""
    found = numeric(got, len(right))
    return found is not None and np.linalg.norm(found - right) <= CLOSE * np.linalg.norm(right)


def must_choose(student, sets, degrees, best):
    """`best`, or the best degree by the student's own fits."""
    degree = whole(chosen(student.select_degree(*sets[0], *sets[1], degrees))[0])
    if degree == best:
        return
    own = own_errors(student, sets, degrees)
    if own is not None and degree == degrees[int(np.argmin(own[1]))]:
        return
    found = linear.select_degree(*sets, degrees)
    listed = ", ".join(f"{e:.3g} for D = {d}" for d, e in found.validation.items())
    fail(f"The degree chosen is {degree}, expected {best}. The validation errors are {listed}.")


def test_degree(student, rng):
    for best in TRUTHS:
        must_choose(student, split(rng, best, DEGREES), DEGREES, best)


def test_degree_in_any_order(student, rng):
    for best in TRUTHS:
        degrees = [9, 3, 0, 1]
        must_choose(student, split(rng, best, degrees), degrees, best)


@pytest.mark.parametrize("which", ["training", "validation"])
def test_errors(student, rng, same, report_number, which):
    sets = split(rng, 3, DEGREES)
    found = linear.select_degree(*sets, DEGREES)
    errors = np.array([getattr(found, which)[d] for d in DEGREES])

    parts = chosen(student.select_degree(*sets[0], *sets[1], DEGREES))
    got = vector(parts[1 if which == "training" else 2], len(DEGREES))
    accepted = {"half the mean": errors, "the mean": 2.0 * errors}
    if not any(agree(got, right) for right in accepted.values()):
        own = own_errors(student, sets, DEGREES)
        if own is not None:
            mine = own[0 if which == "training" else 1]
            accepted |= {"half the mean, of your own fits": mine, "the mean, of your own fits": 2.0 * mine}
    same(got, AnyOf(**accepted), f"{which} errors", rtol=CLOSE)
    for degree, error, right in zip(DEGREES, got, errors, strict=True):
        report_number(Number(f"{which} error of D = {degree}", float(error), float(right), True))


def test_other_sets(student, rng):
    degrees = [1, 2, 3, 5, 7]
    must_choose(student, split(rng, 1, degrees, n=11, m=40), degrees, 1)
    must_choose(student, split(rng, 3, degrees, n=20, m=9), degrees, 3)
