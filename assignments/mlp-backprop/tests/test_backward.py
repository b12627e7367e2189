import pytest
from cases import draw, right_gradients, steps, why

from grader.kit import fail
from reference import mlp


def test_shapes(student, rng, same):
    params, x, t = draw(rng)

    same(
        student.backward(params, x, t),
        params,
        "gradients",
        values=False,
        diagnose=why(student, rng, (params, x, t)),
        trace=lambda: steps(params, x, t),
    )


def check_one(student, rng, gradcheck, name):
    """The gradient of one parameter against the reference."""
    params, x, t = draw(rng)

    gradcheck(
        student.backward(params, x, t),
        args=(params, x, t),
        names=(name,),
        reference=right_gradients(params, x, t),
        diagnose=why(student, rng, (params, x, t)),
        trace=lambda: steps(params, x, t),
    )


def test_gradient_b2(student, rng, gradcheck):
    check_one(student, rng, gradcheck, "b2")


def test_gradient_w2(student, rng, gradcheck):
    check_one(student, rng, gradcheck, "W2")


def test_gradient_b1(student, rng, gradcheck):
    check_one(student, rng, gradcheck, "b1")


def test_gradient_w1(student, rng, gradcheck):
    check_one(student, rng, gradcheck, "W1")


@pytest.mark.parametrize("names", [("W2", "b2"), ("W1", "b1")], ids=["layer 2", "layer 1"])
def test_own_loss(student, rng, gradcheck, names):
    params, x, t = draw(rng)

    gradcheck(
        student.backward(params, x, t),
        of=student.loss,
        args=(params, x, t),
        names=names,
        diagnose=why(student, rng, (params, x, t)),
    )


def test_inputs_unchanged(student, rng, same):
    params, x, t = draw(rng)
    y, after_forward = student.forward.inplace(params, x)
    grads, after_backward = student.backward.inplace(params, x, t)

    if y is None or grads is None:
        fail(f"{'forward' if y is None else 'backward'} returned None: there is nothing to check yet.")
    for call, after in (("forward", after_forward), ("backward", after_backward)):
        for name, before, now in zip(("params", "x", "t"), (params, x, t), after, strict=False):
            same(now, before, f"{name} after {call}", rtol=0.0)


def test_other_sizes(student, rng, gradcheck):
    params, x, t = draw(rng, sizes=(7, 6, 2))

    gradcheck(
        student.backward(params, x, t),
        args=(params, x, t),
        reference=right_gradients(params, x, t),
        diagnose=why(student, rng, (params, x, t)),
        trace=lambda: steps(params, x, t),
    )


@pytest.mark.parametrize("n", [1, 7, 32])
def test_ragged_batches(student, rng, same, gradcheck, n):
    params, x, t = draw(rng, n=n)

    same(student.forward(params, x), mlp.forward(params, x).y, "y", trace=lambda: steps(params, x, t))
    gradcheck(
        student.backward(params, x, t),
        args=(params, x, t),
        reference=right_gradients(params, x, t),
        diagnose=why(student, rng, (params, x, t)),
        trace=lambda: steps(params, x, t),
    )
