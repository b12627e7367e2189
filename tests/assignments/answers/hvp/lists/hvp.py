"""One row after the other, in plain Python numbers and lists."""

from math import exp


def sigma(z):
    if z >= 0:
        return 1 / (1 + exp(-z))
    return exp(z) / (1 + exp(z))


def dot(a, b):
    return sum(p * q for p, q in zip(a, b, strict=True))


def logistic_gradient(w, b, x, t):
    rows, w = x.tolist(), w.tolist()
    w_bar, b_bar = [0.0] * len(w), 0.0
    for row, target in zip(rows, t.tolist(), strict=True):
        y = sigma(dot(row, w) + b)
        share = (y - target) * y * (1 - y) / len(rows)
        w_bar = [total + share * entry for total, entry in zip(w_bar, row, strict=True)]
        b_bar += share
    return w_bar_array(w_bar), b_bar


def w_bar_array(values):
    import numpy

    return numpy.array(values)


def logistic_hvp(w, b, v_w, v_b, x, t):
    rows, w, v_w = x.tolist(), w.tolist(), v_w.tolist()
    out, out_b = [0.0] * len(w), 0.0
    for row, target in zip(rows, t.tolist(), strict=True):
        y, along = sigma(dot(row, w) + b), dot(row, v_w) + v_b
        s = y * (1 - y)
        share = (s * s + (y - target) * s * (1 - 2 * y)) * along / len(rows)
        out = [total + share * entry for total, entry in zip(out, row, strict=True)]
        out_b += share
    return w_bar_array(out), out_b


def nothing_like(params):
    return {key: part * 0.0 for key, part in params.items()}


def mlp_gradient(params, x, t):
    bars = nothing_like(params)
    for row, target in zip(x, t, strict=True):
        h = [sigma(float(dot(u, row)) + c) for u, c in zip(params["W1"], params["b1"], strict=True)]
        e = [float(dot(u, h)) + c - g for u, c, g in zip(params["W2"], params["b2"], target, strict=True)]
        for k, e_k in enumerate(e):
            bars["b2"][k] += e_k / len(x)
            for j, h_j in enumerate(h):
                bars["W2"][k, j] += e_k * h_j / len(x)
        for j, h_j in enumerate(h):
            z_bar = sum(e_k * params["W2"][k, j] for k, e_k in enumerate(e)) * h_j * (1 - h_j)
            bars["b1"][j] += z_bar / len(x)
            bars["W1"][j] += z_bar * row / len(x)
    return bars


def mlp_hvp(params, v, x, t):
    out, n = nothing_like(params), len(x)
    W2, V2 = params["W2"].tolist(), v["W2"].tolist()
    for row, target in zip(x, t, strict=True):
        h = [sigma(float(z)) for z in params["W1"] @ row + params["b1"]]
        move = (v["W1"] @ row + v["b1"]).tolist()
        h_dot = [a * (1 - a) * m for a, m in zip(h, move, strict=True)]
        e = [dot(u, h) + c - g for u, c, g in zip(W2, params["b2"].tolist(), target.tolist(), strict=True)]
        e_dot = [dot(u, h_dot) + dot(p, h) + c for u, p, c in zip(W2, V2, v["b2"].tolist(), strict=True)]
        for k in range(len(e)):
            out["b2"][k] += e_dot[k] / n
            for j in range(len(h)):
                out["W2"][k, j] += (e_dot[k] * h[j] + e[k] * h_dot[j]) / n
        for j in range(len(h)):
            back = sum(e[k] * W2[k][j] for k in range(len(e)))
            back_dot = sum(e_dot[k] * W2[k][j] + e[k] * V2[k][j] for k in range(len(e)))
            share = back_dot * h[j] * (1 - h[j]) + back * h_dot[j] * (1 - 2 * h[j])
            out["b1"][j] += share / n
            out["W1"][j] += share * row / n
    return out
