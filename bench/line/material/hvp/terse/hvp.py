import numpy as np

S = lambda a: np.exp(np.minimum(a, 0)) / (1 + np.exp(-np.abs(a)))


def logistic_gradient(w, b, x, t):
    p = S(np.einsum("nd,d->n", x, w) + b)
    g = (p - t) * p * (1 - p) / t.size
    return np.einsum("n,nd->d", g, x), g.sum()


def logistic_hvp(w, b, v_w, v_b, x, t):
    p = S(np.einsum("nd,d->n", x, w) + b)
    q = p * (1 - p)
    u = np.einsum("nd,d->n", x, v_w) + v_b
    k = (q + (p - t) * (1 - 2 * p)) * q * u / t.size
    return np.einsum("n,nd->d", k, x), k.sum()


def net(P, x, t):
    H = S(np.einsum("nj,ij->ni", x, P["W1"]) + P["b1"])
    E = (np.einsum("ni,ki->nk", H, P["W2"]) + P["b2"] - t) / x.shape[0]
    return H, E, np.einsum("nk,ki->ni", E, P["W2"])


def pack(A, x, B):
    return dict(W1=np.einsum("ni,nj->ij", A, x), b1=A.sum(0), W2=B, b2=None)


def mlp_gradient(params, x, t):
    H, E, F = net(params, x, t)
    return pack(F * H * (1 - H), x, np.einsum("nk,ni->ki", E, H)) | dict(b2=E.sum(0))


def mlp_hvp(params, v, x, t):
    H, E, F = net(params, x, t)
    Q = H * (1 - H)
    K = Q * (np.einsum("nj,ij->ni", x, v["W1"]) + v["b1"])
    Y = np.einsum("ni,ki->nk", K, params["W2"]) + np.einsum("ni,ki->nk", H, v["W2"]) + v["b2"]
    Y = Y / x.shape[0]
    G = np.einsum("nk,ki->ni", Y, params["W2"]) + np.einsum("nk,ki->ni", E, v["W2"])
    Z = G * Q + F * (1 - 2 * H) * K
    return pack(Z, x, np.einsum("nk,ni->ki", Y, H) + np.einsum("nk,ni->ki", E, K)) | dict(b2=Y.sum(0))
