import numpy as np

S = lambda a: np.exp(np.minimum(a, 0)) / (1 + np.exp(-np.abs(a)))
KEYS = "W1", "b1", "W2", "b2"


def draw(rng, d, m, k, s):
    return dict(zip(KEYS, (s * rng.normal(size=(m, d)), rng.normal(size=m), rng.normal(size=(k, m)), np.zeros(k))))


def init_params(rng):
    return draw(rng, 2, 10, 1, 2.0)


def hidden(params, x):
    return S(np.einsum("nj,ij->ni", x, params["W1"]) + params["b1"])


def predict(params, x):
    return np.einsum("ni,ki->nk", hidden(params, x), params["W2"]) + params["b2"]


def logp(o):
    o = o - o.max(1)[:, None]
    return o - np.log(np.exp(o).sum(1))[:, None]


def half_squares(o, t):
    return ((o - t) ** 2).sum(1).mean() / 2, (o - t) / t.shape[0]


def cross_entropy(o, t):
    return -(t * logp(o)).sum(1).mean(), (np.exp(logp(o)) - t) / t.shape[0]


def slopes(P, x, g):
    a = hidden(P, x)
    f = np.einsum("nk,ki->ni", g, P["W2"]) * a * (1 - a)
    return dict(zip(KEYS, (np.einsum("ni,nj->ij", f, x), f.sum(0), np.einsum("nk,ni->ki", g, a), g.sum(0))))


def step(params, grads, learning_rate):
    return {k: p - learning_rate * grads[k] for k, p in params.items()}


def descend(P, x, t, n, r, cost):
    for _ in range(n):
        c, g = cost(predict(P, x), t)
        yield P, c
        P = step(P, slopes(P, x, g), r)
    yield P, cost(predict(P, x), t)[0]


def train(params, x, t, steps=500, learning_rate=0.4):
    Ps, cs = zip(*descend(params, x, t, steps, learning_rate, half_squares))
    return {k: p.copy() for k, p in Ps[-1].items()}, list(cs)


def learn_patterns(rng, x, t):
    return train(draw(rng, x.shape[1], 32, 1, 1.5), x, t, 800, 0.2)


def learn_digits(rng, x, t, x_val, t_val):
    Ps, cs = zip(*descend(draw(rng, x.shape[1], 20, t.shape[1], 0.2), x, t, 120, 2.0, cross_entropy))
    vs = [cross_entropy(predict(P, x_val), t_val)[0] for P in Ps]
    return Ps[np.argmin(vs)], list(cs), vs
