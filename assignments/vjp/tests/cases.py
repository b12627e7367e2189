"""Random arguments, and the right products from the reference."""

import numpy as np

from grader.kit import fail
from reference import activations, losses, vector

CURVES = {"exp": np.exp, "logistic": activations.logistic_slope, "tanh": activations.tanh_slope}
SHAPES = {
    "bias": ((5, 3), (3,)),
    "column": ((4, 1), (4, 3)),
    "both": ((4, 1), (1, 3)),
    "number": ((2, 3), ()),
    "three axes": ((3, 1), (2, 3, 4)),
}
NET = (4, 5, 3)


def matvec(rng, m=3, n=4):
    """W (m, n), x (n,), z_bar (m,), and (W_bar, x_bar)."""
    args = rng.normal(size=(m, n)), rng.normal(size=n), rng.normal(size=m)
    return args, tuple(vector.matvec_vjp(*args))


def elementwise(rng, name, shape=(6,)):
    z, y_bar = rng.normal(size=shape), rng.normal(size=shape)
    return (name, z, y_bar), vector.elementwise_vjp(CURVES[name], z, y_bar)


def softmax(rng, k=5, far=0.0):
    """z (k,) around `far`."""
    z, y_bar = far + rng.normal(size=k), rng.normal(size=k)
    return (z, y_bar), vector.softmax_vjp(losses.softmax(z), y_bar)


def add(rng, a_shape, b_shape):
    y_bar = rng.normal(size=np.broadcast_shapes(a_shape, b_shape))
    right = vector.broadcast_vjp(a_shape, y_bar), vector.broadcast_vjp(b_shape, y_bar)
    return (rng.normal(size=a_shape), rng.normal(size=b_shape), y_bar), right


def chain(rng, sizes=NET):
    """W1, b1, W2, b2, x, y_bar of a d-m-k net, and all signals."""
    d, m, k = sizes
    W1, b1, W2, b2, x, y_bar = (rng.normal(size=shape) for shape in [(m, d), m, (k, m), k, d, k])
    z1 = vector.matvec(W1, x) + b1
    h = np.tanh(z1)
    z2_bar = vector.softmax_vjp(losses.softmax(vector.matvec(W2, h) + b2), y_bar)
    upper = vector.matvec_vjp(W2, h, z2_bar)
    z1_bar = vector.elementwise_vjp(activations.tanh_slope, z1, upper.x)
    lower = vector.matvec_vjp(W1, x, z1_bar)
    right = {
        **{"z2_bar": z2_bar, "W2_bar": upper.w, "b2_bar": z2_bar, "h_bar": upper.x},
        **{"z1_bar": z1_bar, "W1_bar": lower.w, "b1_bar": z1_bar, "x_bar": lower.x},
    }
    return (W1, b1, W2, b2, x, y_bar), right


def chain_steps(args, right):
    """The values on the way to the signals, then the signals."""
    W1, b1, W2, b2, x, _ = args
    z1 = vector.matvec(W1, x) + b1
    z2 = vector.matvec(W2, np.tanh(z1)) + b2
    slope = activations.tanh_slope(z1)
    return {"z1": z1, "h": np.tanh(z1), "slope": slope, "z2": z2, "y": losses.softmax(z2)} | right


def pair(got, names):
    """The two signals that a function returned, by name."""
    if not isinstance(got, tuple | list) or len(got) != 2:
        fail(f"A pair ({', '.join(names)}) is expected, but something else was returned.")
    return dict(zip(names, got, strict=True))


def check_pair(same, got, right, names):
    """Compare both signals of a pair."""
    found = pair(got, names)
    for name, want in zip(names, right, strict=True):
        same(found[name], want, name)
