"""Random nets and batches, and their right answers from the reference."""

import numpy as np

from grader.kit import AnyOf, Net
from reference import mlp

SIZES = (4, 5, 3)


def draw(rng, sizes=SIZES, n=6, spread=1.0):
    """params, x (n, d) and t (n, k); `spread` scales x."""
    params = mlp.init_params(rng, sizes, scale=0.8)
    return params, spread * rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1]))


def right_loss(params, x, t):
    """The loss: the average over the rows, or their sum."""
    average = float(mlp.cost(params, x, t))
    return AnyOf(average=average, sum=len(x) * average)


def right_gradients(params, x, t):
    """The gradients of the average, or of the sum."""
    average = mlp.cost_signals(params, x, t).parameters
    return AnyOf(average=average, sum={name: len(x) * grad for name, grad in average.items()})


def steps(params, x, t):
    """The values on the way to the gradients, in their order: of the average, or of the sum."""
    passed = mlp.forward(params, x)
    return named(passed, mlp.cost_signals(params, x, t), len(x), "y_bar")


def named(passed, signals, n, last):
    """z1, h1, z2 and so on, then the error signals, of which the last layer's is called `last` too."""
    depth = len(passed.z)
    found = {}
    for layer in range(1, depth + 1):
        found[f"z{layer}"] = passed.z[layer - 1]
        if layer < depth:
            found[f"h{layer}"] = passed.h[layer]
            found[f"slope{layer}"] = passed.h[layer] * (1.0 - passed.h[layer])
    found["y"] = passed.y
    bars = {last: signals.z[-1], f"z{depth}_bar": signals.z[-1]}
    for layer in range(depth - 1, 0, -1):
        bars |= {f"h{layer}_bar": signals.h[layer], f"z{layer}_bar": signals.z[layer - 1]}
    return found | {name: AnyOf(average=bar, sum=n * bar) for name, bar in bars.items()}


def why(student, rng, point):
    """Diagnoses a wrong gradient: calls the student again on its own random inputs."""
    return Net(student.backward, rng, point, forward=student.forward, loss=student.loss)


def draw_classes(rng, sizes=SIZES, n=6, largest=None):
    """params, x (n, d) and t (n, k): the rows of t are shares of the classes, with sum 1; some are one-hot.
    If `largest` is given, it is the largest output, and no output is further from 0."""
    params, x, _ = draw(rng, sizes, n)
    if largest is not None:
        y, top = mlp.forward(params, x).y, len(sizes) - 1
        factor = largest / y.flat[np.argmax(np.abs(y))]
        params[f"W{top}"], params[f"b{top}"] = factor * params[f"W{top}"], factor * params[f"b{top}"]
    t = rng.dirichlet(np.ones(sizes[-1]), size=n)
    t[::2] = np.eye(sizes[-1])[rng.integers(sizes[-1], size=len(t[::2]))]
    return params, x, t


def right_softmax_loss(params, x, t):
    """The loss: the average over the rows, or their sum."""
    average = float(mlp.class_cost(params, x, t))
    return AnyOf(average=average, sum=len(x) * average)


def right_softmax_gradients(params, x, t):
    """The gradients of the average, or of the sum."""
    average = mlp.class_cost_signals(params, x, t).parameters
    return AnyOf(average=average, sum={name: len(x) * grad for name, grad in average.items()})


def softmax_steps(params, x, t):
    """The values on the way to the softmax gradients. No error signal of y is named: some compute the last
    z-bar from a y-bar of their own, others at once."""
    passed, depth = mlp.forward(params, x), len(params) // 2
    return named(passed, mlp.class_cost_signals(params, x, t), len(x), f"z{depth}_bar")


def why_softmax(student, rng, point):
    """The same for the softmax gradients."""
    return Net(
        student.softmax_backward, rng, point,
        forward=student.forward, loss=student.softmax_loss, loss_kind="cross-entropy", logits=True,
    )  # fmt: skip
