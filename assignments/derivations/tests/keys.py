"""The right formulas as functions over many points, by the name of their line."""

import numpy as np

from reference.activations import logistic, logistic_slope

INDICES = {"k": 2, "l": 2, "i": 3, "j": 4}
CLASSES = {"k": 3, "l": 3, "j": 2}
SHARES = {"y_k": "shares", "t_k": "shares"}


def residual_slope(z, t):
    """(y - t) sigma'(z) of y = sigma(z)."""
    return (logistic(z) - t) * logistic_slope(z)


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def outer(a, b):
    return a[:, :, np.newaxis] * b[:, np.newaxis, :]


def curve_end(t):
    x, y = np.cos(t), t**2
    power = np.exp(x * y)
    return y * power * -np.sin(t) + (1 + x * power) * 2 * t


# name: (right values, symbols that it may contain, index letters)
KEYS = {
    "prod_q_bar": (lambda x, y, z: z, "x y z", None),
    "prod_z_bar": (lambda x, y, z: x + y, "x y z", None),
    "prod_x_bar": (lambda x, y, z: z, "x y z", None),
    "prod_y_bar": (lambda x, y, z: z, "x y z", None),
    "slope": (lambda y: y * (1 - y), {"y": (0.02, 0.98)}, None),
    "ls_z_bar": (residual_slope, "z t", None),
    "ls_w_bar": (lambda w, b, x, t: residual_slope(w * x + b, t) * x, "w b x t", None),
    "ls_b_bar": (lambda w, b, x, t: residual_slope(w * x + b, t), "w b x t", None),
    "reg_w_bar": (lambda w, b, x, t, lam: residual_slope(w * x + b, t) * x + lam * w, "w b x t lam", None),
    "reg_b_bar": (lambda w, b, x, t, lam: residual_slope(w * x + b, t), "w b x t lam", None),
    "sm_y_bar_k": (lambda y, t: -t / y, SHARES, CLASSES),
    "sm_z_bar_k": (lambda z, t: softmax(z) - t, {"z_k": None, "t_k": "shares"}, CLASSES),
    "sm_w_bar_kj": (
        lambda z, t, x: outer(softmax(z) - t, x),
        {"z_k": None, "t_k": "shares", "x_j": None},
        CLASSES,
    ),
    "curve_x_bar": (lambda x, y: y * np.exp(x * y), "x y", None),
    "curve_y_bar": (lambda x, y: 1 + x * np.exp(x * y), "x y", None),
    "curve_t_bar": (curve_end, "t", None),
    "mlp_y_bar_k": (lambda y, t: y - t, "y_k t_k", INDICES),
    "mlp_w2_bar_ki": (lambda y_bar, h: outer(y_bar, h), "y_bar_k h_i", INDICES),
    "mlp_b2_bar_k": (lambda y_bar, h: y_bar, "y_bar_k h_i", INDICES),
    "mlp_h_bar_i": (lambda y_bar, w2: np.einsum("pk,pki->pi", y_bar, w2), "y_bar_k w2_ki", INDICES),
    "mlp_z_bar_i": (lambda h_bar, z: h_bar * logistic_slope(z), "h_bar_i z_i", INDICES),
    "mlp_w1_bar_ij": (lambda z_bar, x: outer(z_bar, x), "z_bar_i x_j", INDICES),
    "mlp_b1_bar_i": (lambda z_bar, x: z_bar, "z_bar_i x_j", INDICES),
    "mlp_whole_ij": (
        lambda y, t, w2, z, x: outer(np.einsum("pk,pki->pi", y - t, w2) * logistic_slope(z), x),
        "y_k t_k w2_ki z_i x_j",
        INDICES,
    ),
    "vjp_exp_i": (lambda z, y_bar: np.exp(z) * y_bar, "z_i y_bar_i", INDICES),
    "vjp_tanh_i": (lambda z, y_bar: (1 - np.tanh(z) ** 2) * y_bar, "z_i y_bar_i", INDICES),
    "vjp_matvec_j": (lambda w, z_bar: np.einsum("pij,pi->pj", w, z_bar), "w_ij z_bar_i", INDICES),
    "vjp_softmax_k": (
        lambda y, y_bar: y * (y_bar - (y_bar * y).sum(axis=1, keepdims=True)),
        {"y_k": "shares", "y_bar_k": None},
        CLASSES,
    ),
}
