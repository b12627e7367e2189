import numpy as np
import pytest
from cases import crossed, gate, moved, narrow, one_point, touching, turned, wide
from proofs import NO_PLANE, NO_POINT, check_hyperplane, check_witness, must_decide, none_there

from grader.kit import fail

SEED = 112
DIMENSIONS = pytest.mark.parametrize("d", [2, 3, 5], ids=lambda d: f"d = {d}")


@DIMENSIONS
def test_points_decided(student, rng, d):
    kinds = [
        (wide, True, "two clouds with a wide gap"),
        (crossed, False, "two clouds that overlap"),
        (narrow, True, "two clouds with a narrow gap"),
        (touching, False, "two clouds that touch in one point"),
    ]
    for kind, expected, what in kinds:
        must_decide(student, *kind(rng, d), expected, what)


def fixed(kind):
    """Always the same points of this kind, turned: which sets are hard for a wrong method differs from draw
    to draw."""
    return lambda rng, d: turned(rng, *kind(np.random.default_rng(SEED + d), d))


def hyperplane(student, rng, parted, common, d):
    """For a set that has one, and for a set that has none."""
    points, others = parted(rng, d), common(rng, d)

    check_hyperplane(student.separating_hyperplane(*points), *points)
    none_there(student.separating_hyperplane(*others), NO_PLANE)


def witness(student, rng, common, parted, d):
    """For a set that has one, and for a set that has none."""
    points, others = common(rng, d), parted(rng, d)

    check_witness(student.convexity_witness(*points), *points)
    none_there(student.convexity_witness(*others), NO_POINT)


@DIMENSIONS
def test_wide_gap(student, rng, d):
    hyperplane(student, rng, fixed(wide), fixed(crossed), d)


@DIMENSIONS
def test_narrow_gap(student, rng, d):
    hyperplane(student, rng, narrow, touching, d)


@DIMENSIONS
def test_crossing_clouds(student, rng, d):
    witness(student, rng, fixed(crossed), fixed(wide), d)


@DIMENSIONS
def test_touching_clouds(student, rng, d):
    witness(student, rng, fixed(touching), fixed(narrow), d)


FUNCTIONS = pytest.mark.parametrize(
    "function", ["is_separable", "separating_hyperplane", "convexity_witness"]
)


@FUNCTIONS
def test_inputs_unchanged(student, rng, same, function):
    x, labels = gate(rng, "XOR" if function == "convexity_witness" else "AND")
    result, after = getattr(student, function).inplace(x, labels)

    if result is None:
        fail(f"{function} returned None: there is nothing to check yet.")
    for name, before, now in zip(("x", "labels"), (x, labels), after, strict=True):
        same(now, before, f"{name} after {function}", rtol=0.0)


@FUNCTIONS
@pytest.mark.parametrize("where", ["on a line", "far from the origin", "in 8 dimensions", "one point"])
def test_other_points(student, rng, function, where):
    d = {"on a line": 1, "in 8 dimensions": 8}.get(where, 3)
    parted, common = narrow(rng, d), crossed(rng, d)
    if where == "far from the origin":
        parted, common = (moved(*points, 64.0, 1000.0) for points in (parted, common))
    if where == "one point":
        parted, common = one_point(*parted, of=1), one_point(*common, of=0)
    if function == "is_separable":
        must_decide(student, *parted, True, f"two clouds with a narrow gap, {where}")
        must_decide(student, *common, False, f"two clouds that overlap, {where}")
    elif function == "separating_hyperplane":
        check_hyperplane(student.separating_hyperplane(*parted), *parted)
        none_there(student.separating_hyperplane(*common), NO_PLANE)
    else:
        check_witness(student.convexity_witness(*common), *common)
        none_there(student.convexity_witness(*parted), NO_POINT)
