"""Points and directions, and the right gradients and products from the reference."""

import numpy as np

from grader.kit import AnyOf, StudentError, fail
from reference import activations, hessian, losses, mlp

KEYS = ("W1", "b1", "W2", "b2")
PARTS = ("w", "b")
SIZES = (4, 5, 3)


def line(rng, n=7, d=4, offset=0.0):
    """w (d,), b, v_w (d,), v_b, x (n, d), t (n,), with targets away from the model's values."""
    w, v_w, x = rng.normal(size=d) / np.sqrt(d), rng.normal(size=d), rng.normal(size=(n, d))
    t = rng.uniform(-1.0, 2.0, size=n) + offset
    return w, float(rng.normal()), v_w, float(rng.normal()), x, t


def line_gradient(w, b, x, t):
    """w_bar and b_bar."""
    z = x @ w + b
    z_bar = losses.mean_signal(
        losses.squared_error_signal(activations.logistic(z), t) * activations.logistic_slope(z)
    )
    return {"w": z_bar @ x, "b": z_bar.sum()}


def line_product(w, b, v_w, v_b, x, t):
    return hessian.logistic_product((w, b), (v_w, v_b), x, t)._asdict()


def line_steps(w, b, x, t, v_w=None, v_b=0.0):
    """The values on the way to the gradient, or with a direction to the product; of error signals those of
    the average, or of the sum."""
    z = x @ w + b
    y, slope = activations.logistic(z), activations.logistic_slope(z)
    found, n = {"z": z, "y": y, "slope": slope}, len(x)
    if v_w is None:
        return found | {
            "y_bar": AnyOf((y - t) / n, y - t),
            "z_bar": AnyOf((y - t) * slope / n, (y - t) * slope),
        }
    z_dot = x @ v_w + v_b
    y_dot = slope * z_dot
    slope_dot = (1.0 - 2.0 * y) * y_dot
    z_bar_dot = y_dot * slope + (y - t) * slope_dot
    dots = {"z_dot": z_dot, "y_dot": y_dot, "slope_dot": slope_dot}
    return found | dots | {"z_bar_dot": AnyOf(z_bar_dot / n, z_bar_dot)}


def net(rng, sizes=SIZES, n=6, offset=0.0):
    """params, v, x (n, d), t (n, k) of a d-m-k net."""
    params, v = mlp.init_params(rng, sizes), mlp.init_params(rng, sizes)
    for weights in (params, v):
        for layer in (1, 2):
            weights[f"W{layer}"] = weights[f"W{layer}"] / np.sqrt(sizes[layer - 1])
    return params, v, rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[2])) + offset


def net_gradient(params, x, t):
    return mlp.cost_signals(params, x, t).parameters


def net_steps(params, x, t, v=None):
    """The same for the net."""
    passed, signals, n = mlp.forward(params, x), mlp.cost_signals(params, x, t), len(x)
    h = passed.h[1]
    slope = h * (1.0 - h)
    found = {"z": passed.z[0], "h": h, "slope": slope, "y": passed.y}
    if v is None:
        bars = {"y_bar": signals.z[1], "h_bar": signals.h[1], "z_bar": signals.z[0]}
        return found | {name: AnyOf(bar, n * bar) for name, bar in bars.items()}
    z_dot = x @ v["W1"].T + v["b1"]
    h_dot = slope * z_dot
    y_dot = h_dot @ params["W2"].T + h @ v["W2"].T + v["b2"]
    return found | {"z_dot": z_dot, "h_dot": h_dot, "slope_dot": (1.0 - 2.0 * h) * h_dot, "y_dot": y_dot}


def net_product(params, v, x, t):
    return hessian.mlp_product(params, v, x, t)


def parts(got, function):
    """The two parts that a function for the logistic model returned, by name."""
    if not isinstance(got, tuple | list) or len(got) != 2:
        fail(f"{function} did not return a pair, expected its part for w and its part for b.")
    return dict(zip(PARTS, got, strict=True))


def whole(got, want, function):
    """All entries of a result in one vector, for dot products; fails unless the shapes are right."""
    for key, part in want.items():
        if not isinstance(got, dict) or key not in got:
            fail(f"{function} returned no entry {key}.")
        if np.shape(got[key]) != np.shape(part) or np.asarray(got[key]).dtype.kind not in "fiu":
            fail(f"{function}: {key} does not have the shape {np.shape(part)}.")
    flat = np.concatenate([np.ravel(np.asarray(got[key], dtype=float)) for key in want])
    if not np.isfinite(flat).all():
        fail(f"{function} returned entries that are NaN or infinite.")
    return flat


def saying_why(call, n):
    """The result of the call; if memory runs out, the message says how large a Hessian is."""
    try:
        return call()
    except StudentError as error:
        if not error.memory:
            raise
        why = f"A Hessian of {n:,} by {n:,} numbers takes {8 * n * n / 1e9:.1f} GB, and a test has 256 MB"
        kind, _, said = str(error).partition(": ")
        raise StudentError(
            kind, f"{said}. {why}." if said else f"{why}.", error.traceback, memory=True
        ) from None


class Model:
    """One of the two models, with the same function names for both."""

    def __init__(self, student, draw, name):
        self.name, self.student = name, student
        self.at = draw

    def product(self, v):
        """H v along v, a dict by part, as the student computes it, in one vector."""
        if self.name == "logistic":
            w, b, _, _, x, t = self.at
            got, want = self.student.logistic_hvp(w, b, v["w"], float(v["b"]), x, t), {"w": w, "b": b}
            return whole(parts(got, "logistic_hvp"), want, "logistic_hvp")
        params, _, x, t = self.at
        return whole(self.student.mlp_hvp(params, v, x, t), params, "mlp_hvp")

    def direction(self, rng):
        """A random v."""
        shapes = (
            {"w": self.at[0].shape, "b": ()}
            if self.name == "logistic"
            else {k: p.shape for k, p in self.at[0].items()}
        )
        return {key: rng.normal(size=shape) for key, shape in shapes.items()}


def model(student, rng, name):
    return Model(student, line(rng) if name == "logistic" else net(rng), name)


def flat(v):
    return np.concatenate([np.ravel(part) for part in v.values()])
