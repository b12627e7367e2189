import numpy as np
import pytest
from cases import CURVES, SHAPES, add, chain, chain_steps, check_pair, elementwise, matvec, pair, softmax

from grader.kit import fail

MATVEC, ADD = ("W_bar", "x_bar"), ("a_bar", "b_bar")


@pytest.mark.parametrize("place", [0, 1], ids=MATVEC)
def test_matvec(student, rng, same, place):
    args, right = matvec(rng)

    same(pair(student.matvec_vjp(*args), MATVEC)[MATVEC[place]], right[place], MATVEC[place])


@pytest.mark.parametrize("name", CURVES)
def test_elementwise(student, rng, same, name):
    args, right = elementwise(rng, name)

    same(student.elementwise_vjp(*args), right, "z_bar")


def test_softmax(student, rng, same):
    args, right = softmax(rng)

    same(student.softmax_vjp(*args), right, "z_bar")


@pytest.mark.parametrize("far", [-1e3, 1e3])
def test_softmax_large_z(student, rng, same, far):
    args, right = softmax(rng, far=far)

    same(student.softmax_vjp(*args), right, "z_bar")


def test_add_equal_shapes(student, rng, same):
    args, right = add(rng, (2, 3), (2, 3))

    check_pair(same, student.add_vjp(*args), right, ADD)


@pytest.mark.parametrize("shapes", SHAPES)
def test_add_broadcast(student, rng, same, shapes):
    args, right = add(rng, *SHAPES[shapes])

    check_pair(same, student.add_vjp(*args), right, ADD)


@pytest.mark.parametrize("key", ["z2_bar", "h_bar", "z1_bar"])
def test_chain_between(student, rng, same, key):
    args, right = chain(rng)

    want = {key: right[key]}
    same(student.chain_vjp(*args), want, "the result", trace=lambda: chain_steps(args, right))


@pytest.mark.parametrize("key", ["W2_bar", "b2_bar", "W1_bar", "b1_bar", "x_bar"])
def test_chain_ends(student, rng, same, key):
    args, right = chain(rng)

    want = {key: right[key]}
    same(student.chain_vjp(*args), want, "the result", trace=lambda: chain_steps(args, right))


def ask(student, rng, same, function, n):
    """Check one function with arrays of n entries (matvec: n rows)."""
    if function == "matvec_vjp":
        args, right = matvec(rng, n, n + 100)
        check_pair(same, student.matvec_vjp(*args), right, MATVEC)
    elif function == "elementwise_vjp":
        args, right = elementwise(rng, "tanh", (n,))
        same(student.elementwise_vjp(*args), right, "z_bar")
    elif function == "softmax_vjp":
        args, right = softmax(rng, n)
        same(student.softmax_vjp(*args), right, "z_bar")
    else:
        args, right = add(rng, (n,), (1,))
        check_pair(same, student.add_vjp(*args), right, ADD)


SIZES = {"matvec_vjp": 400, "elementwise_vjp": 20_000, "softmax_vjp": 20_000, "add_vjp": 20_000}


@pytest.mark.parametrize("function", SIZES)
def test_without_jacobian(student, rng, same, function):
    ask(student, rng, same, function, SIZES[function])


CALLS = {
    "matvec_vjp": lambda rng: matvec(rng)[0],
    "elementwise_vjp": lambda rng: elementwise(rng, "exp")[0],
    "softmax_vjp": lambda rng: softmax(rng)[0],
    "add_vjp": lambda rng: add(rng, (2, 3), (3,))[0],
    "chain_vjp": lambda rng: chain(rng)[0],
}


@pytest.mark.parametrize("function", CALLS)
def test_inputs_unchanged(student, rng, same, function):
    args = CALLS[function](rng)
    result, after = getattr(student, function).inplace(*args)

    if result is None:
        fail(f"{function} returned None: there is nothing to check yet.")
    for number, (before, now) in enumerate(zip(args, after, strict=True), start=1):
        if isinstance(before, np.ndarray):
            same(now, before, f"argument {number} after {function}", rtol=0.0)


@pytest.mark.parametrize("function", SIZES)
def test_other_sizes(student, rng, same, function):
    for n in rng.integers(2, 12, size=2):
        ask(student, rng, same, function, int(n))


def test_chain_other_sizes(student, rng, same):
    args, right = chain(rng, (3, 6, 4))

    same(student.chain_vjp(*args), right, "the result", trace=lambda: chain_steps(args, right))
