from cases import draw, right_gradients, right_loss, steps, why

from reference import mlp


def test_forward(student, rng, same):
    params, x, t = draw(rng)
    outputs = why(student, rng, (params, x, t)).outputs

    same(
        student.forward(params, x),
        mlp.forward(params, x).y,
        "y",
        diagnose=outputs,
        trace=lambda: steps(params, x, t),
    )


def test_forward_one_row(student, rng, same):
    params, x, t = draw(rng, n=1)

    same(student.forward(params, x), mlp.forward(params, x).y, "y", trace=lambda: steps(params, x, t))


def test_loss(student, rng, same):
    params, x, t = draw(rng)

    losses = why(student, rng, (params, x, t)).losses

    same(
        student.loss(params, x, t),
        right_loss(params, x, t),
        "L",
        diagnose=losses,
        trace=lambda: steps(params, x, t),
    )


def test_large_z(student, rng, same):
    params, x, t = draw(rng, spread=1e6)

    same(student.forward(params, x), mlp.forward(params, x).y, "y")
    same(student.backward(params, x, t), params, "gradients", values=False)


def test_saturated_units(student, rng, same, gradcheck):
    params, x, t = draw(rng, spread=10.0)

    same(student.forward(params, x), mlp.forward(params, x).y, "y")
    gradcheck(
        student.backward(params, x, t),
        args=(params, x, t),
        reference=right_gradients(params, x, t),
        diagnose=why(student, rng, (params, x, t)),
        trace=lambda: steps(params, x, t),
    )
