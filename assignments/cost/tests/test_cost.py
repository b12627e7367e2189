import pytest
from cases import check_count, gradient, growth, net, steps

from grader.kit import fail
from reference import cost

# The bounds are between ratios measured in the sandbox, on two cores busy with other programs. The solution,
# in 200 gradings: 1.7 to 2.8 for WEIGHTS, 1.1 to 1.7 for ROWS. Plain loops over all indices: 11 for WEIGHTS,
# 28 at most by count. Measured slopes: 144 to 175 for WEIGHTS. Loops over the rows: 21 to 36 for ROWS.
WEIGHTS = ([3, 2, 2], 1000), ([3, 64, 2], 1000)  # 14 parameters, and 386: 28 times as many
MOST_FOR_WEIGHTS = 50
ROWS = ([3, 4, 2], 16), ([3, 4, 2], 1024)  # 64 times as many rows
MOST_FOR_ROWS = 8
PLAIN_CODE = 20  # times the reference's time: more than the small call of ROWS can need

NETS = {
    "one layer": [([7, 2], 1)],
    "4, 5, 3": [([4, 5, 3], 1)],
    "a batch": [([4, 5, 3], 32), ([6, 1, 2], 10)],
    "linear in depth": [([10] * depth, 2) for depth in range(2, 8)],
    "quadratic in width": [([width] * 4, 3) for width in (5, 10, 20, 40)],
    "all sizes differ": [([9, 4, 7, 2, 5], 3), ([2, 5, 7, 4, 9], 3), ([784, 300, 100, 10], 64)],
}
CASES = pytest.mark.parametrize("case", NETS)
HUGE = [123_457, 98_765, 100_003, 54_321], 999_983  # the counts are odd and too large for float64


def drawn(rng, case):
    """The nets of a case, each with the same number of units added to all of its layers, so that the
    answers of one attempt are of no use in another."""
    more = [int(rng.integers(100)) for _ in NETS[case]]
    return [([size + extra for size in sizes], n) for (sizes, n), extra in zip(NETS[case], more, strict=True)]


@CASES
def test_count_forward(student, rng, case):
    for sizes, n in drawn(rng, case):
        got = student.count_forward(sizes, n)

        check_count(got, cost.count_forward(sizes, n), f"count_forward({sizes}, {n})")


@CASES
def test_count_backward(student, rng, case):
    for sizes, n in drawn(rng, case):
        got = student.count_backward(sizes, n)

        check_count(got, cost.count_backward(sizes, n), f"count_backward({sizes}, {n})")


@pytest.mark.parametrize("count", ["count_forward", "count_backward"])
def test_huge_counts(student, count):
    got = getattr(student, count)(*HUGE)

    check_count(got, getattr(cost, count)(*HUGE), f"{count} of a huge net")


@pytest.mark.parametrize("key", ["W1", "b1", "W2", "b2"])
def test_gradient(student, rng, same, key):
    point = net(rng, (4, 5, 3), 6)

    want = {key: gradient(*point)[key]}
    same(student.backward(*point), want, "the gradient", rtol=1e-6, trace=lambda: steps(*point))


DEEP = {"1 layer": (4, 3), "3 layers": (3, 5, 4, 2), "5 layers": (2, 3, 4, 3, 2, 3)}


@pytest.mark.parametrize("sizes", DEEP.values(), ids=DEEP)
def test_gradient_of_other_depths(student, rng, same, sizes):
    point = net(rng, sizes, 5)

    want = gradient(*point)
    same(student.backward(*point), want, "the gradient", rtol=1e-6, trace=lambda: steps(*point))


def test_cost_of_weights(student, rng):
    grown = growth(student, rng, *WEIGHTS)

    assert grown <= MOST_FOR_WEIGHTS, (
        f"With 28 times the parameters, backward takes {grown:.0f} times the time. A backward pass takes "
        f"at most about 28 times, and {MOST_FOR_WEIGHTS} is allowed. Slopes measured one parameter at a time "
        "grow like this, since each needs its own forward passes."
    )


def test_many_weights(student, rng, same):
    point = net(rng, (500, 199, 2), 4)  # 100,099 parameters

    same(student.backward(*point), gradient(*point), "the gradient", rtol=1e-6)


def test_cost_of_rows(student, rng):
    grown = growth(student, rng, *ROWS, most=PLAIN_CODE)

    assert grown <= MOST_FOR_ROWS, (
        f"With 64 times the rows, backward takes {grown:.0f} times the time. With the whole batch in one "
        f"product it is about twice, and {MOST_FOR_ROWS} is allowed. A loop over the rows grows like this."
    )


def test_arguments_unchanged(student, rng, same):
    point = net(rng, (4, 5, 3), 6)
    result, after = student.backward.inplace(*point)

    if result is None:
        fail("backward returned None: there is nothing to check yet.")
    for name, before, now in zip(("params", "x", "t"), point, after, strict=True):
        same(now, before, f"{name} after the call", rtol=0.0)


@pytest.mark.parametrize("count", ["count_forward", "count_backward"])
def test_other_counts(student, rng, count):
    for _ in range(8):
        sizes = [int(size) for size in rng.integers(1, 200, size=int(rng.integers(2, 7)))]
        n = int(rng.integers(1, 100))

        got = getattr(student, count)(sizes, n)

        check_count(got, getattr(cost, count)(sizes, n), f"{count}({sizes}, {n})")


def test_gradient_of_other_sizes(student, rng, same):
    for n in (1, 7):
        point = net(rng, tuple(int(size) for size in rng.integers(1, 7, size=4)), n)

        same(student.backward(*point), gradient(*point), "the gradient", rtol=1e-6)
