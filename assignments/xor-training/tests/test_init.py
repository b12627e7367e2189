import numpy as np
from cases import NAMES, start

from grader.kit import fail
from reference import xor


def test_init_shapes(student, same):
    start(student, same, 1)


def test_init_from_rng(student, rng, same):
    seed = int(rng.integers(2**31))
    first, again, other = (start(student, same, number) for number in (seed, seed, seed + 1))

    if any(not np.array_equal(first[name], again[name]) for name in NAMES):
        fail("init_params gives different values for the same generator: it draws from something else too.")
    if all(np.array_equal(first[name], other[name]) for name in NAMES):
        fail("init_params gives the same values for every generator: it draws nothing from rng.")


def test_init_symmetry(student, same, rng):
    params = start(student, same, rng.integers(2**31))

    if xor.distinct_units(params) < 2:
        fail(
            f"Symmetric initialisation: all {len(params['b1'])} hidden units start equal. They get "
            "equal error signals at every step and stay equal: in effect the net has one hidden unit."
        )
