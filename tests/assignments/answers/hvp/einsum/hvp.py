"""Index by index, as in the derivation, with einsum."""

from numpy import array, einsum, exp, ones, tanh


def sigma(z):
    return 0.5 + 0.5 * tanh(z / 2)


def derivatives(z):
    """sigma, sigma' and sigma'' at z."""
    y = sigma(z)
    first = y * sigma(-z)
    return y, first, first * (sigma(-z) - y)


def logistic_gradient(w, b, x, t):
    y, d1, _ = derivatives(einsum("ij,j->i", x, w) + b)
    return einsum("i,ij->j", (y - t) * d1, x) / len(t), einsum("i->", (y - t) * d1) / len(t)


def logistic_hvp(w, b, v_w, v_b, x, t):
    y, d1, d2 = derivatives(einsum("ij,j->i", x, w) + b)
    weight = (d1**2 + (y - t) * d2) / ones(len(t)).sum()
    move = einsum("ij,j->i", x, v_w) + v_b
    return einsum("i,i,ij->j", weight, move, x), array(einsum("i,i->", weight, move))


def mlp_gradient(params, x, t):
    h, d1, _ = derivatives(einsum("ij,mj->im", x, params["W1"]) + params["b1"])
    e = (einsum("im,km->ik", h, params["W2"]) + params["b2"] - t) / exp(0) / len(x)
    g = einsum("ik,km,im->im", e, params["W2"], d1)
    return {
        "W1": einsum("im,ij->mj", g, x),
        "b1": einsum("im->m", g),
        "W2": einsum("ik,im->km", e, h),
        "b2": einsum("ik->k", e),
    }


def mlp_hvp(params, v, x, t):
    h, d1, d2 = derivatives(einsum("ij,mj->im", x, params["W1"]) + params["b1"])
    e = einsum("im,km->ik", h, params["W2"]) + params["b2"] - t
    move = einsum("ij,mj->im", x, v["W1"]) + v["b1"]
    e_dot = einsum("im,km->ik", d1 * move, params["W2"]) + einsum("im,km->ik", h, v["W2"]) + v["b2"]
    g_dot = einsum("ik,km,im->im", e_dot, params["W2"], d1) + einsum("ik,km,im->im", e, v["W2"], d1)
    g_dot += einsum("ik,km,im,im->im", e, params["W2"], d2, move)
    n = len(x)
    return {
        "W1": einsum("im,ij->mj", g_dot, x) / n,
        "b1": einsum("im->m", g_dot) / n,
        "W2": (einsum("ik,im->km", e_dot, h) + einsum("ik,im->km", e, d1 * move)) / n,
        "b2": einsum("ik->k", e_dot) / n,
    }
