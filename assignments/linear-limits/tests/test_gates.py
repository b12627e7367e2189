import numpy as np
import pytest
from cases import GATES, gate, pixels, shifted
from proofs import NO_PLANE, NO_POINT, check_hyperplane, check_witness, must_decide, none_there

from reference import patterns


def test_gates_decided(student, rng):
    for name in GATES:
        must_decide(student, *gate(rng, name), name not in ("XOR", "XNOR"), name)


def test_gates_hyperplane(student, rng):
    for name in ("AND", "OR", "NAND", "x1 alone"):
        points = gate(rng, name)
        check_hyperplane(student.separating_hyperplane(*points), *points)
    none_there(student.separating_hyperplane(*gate(rng, "XOR")), NO_PLANE)


def test_gates_witness(student, rng):
    for name in ("XOR", "XNOR"):
        points = gate(rng, name)
        check_witness(student.convexity_witness(*points), *points)
    none_there(student.convexity_witness(*gate(rng, "AND")), NO_POINT)


def lecture(rng):
    """All translations of A and B, their pixels in a drawn order."""
    x, labels = patterns.dataset()
    return x[:, rng.permutation(patterns.PIXELS)], labels


def test_patterns_decided(student, rng):
    must_decide(
        student, *lecture(rng), False, "A and B under all translations, their pixels in another order"
    )
    alone = np.stack([patterns.A, patterns.B]), np.array([1, 0])
    must_decide(student, *alone, True, "A and B themselves")
    five = shifted(rng, patterns.A, pixels(rng, 5))
    must_decide(student, *five, True, "A and a pattern of five pixels under all translations")


def test_patterns_hyperplane(student, rng):
    five = shifted(rng, patterns.A, pixels(rng, 5))

    check_hyperplane(student.separating_hyperplane(*five), *five)
    none_there(student.separating_hyperplane(*lecture(rng)), NO_PLANE)


def test_patterns_witness(student, rng):
    five, equal = shifted(rng, patterns.A, pixels(rng, 5)), lecture(rng)

    check_witness(student.convexity_witness(*equal), *equal)
    none_there(student.convexity_witness(*five), NO_POINT)


@pytest.mark.parametrize("function", ["is_separable", "separating_hyperplane", "convexity_witness"])
def test_other_patterns(student, rng, function):
    equal = shifted(rng, *(pixels(rng, 6) for _ in range(2)))
    unequal = shifted(rng, pixels(rng, 7), pixels(rng, 3))

    if function == "is_separable":
        must_decide(student, *equal, False, "two patterns of six pixels under all translations")
        must_decide(student, *unequal, True, "patterns of seven and three pixels under all translations")
    elif function == "separating_hyperplane":
        check_hyperplane(student.separating_hyperplane(*unequal), *unequal)
        none_there(student.separating_hyperplane(*equal), NO_PLANE)
    else:
        check_witness(student.convexity_witness(*equal), *equal)
        none_there(student.convexity_witness(*unequal), NO_POINT)
