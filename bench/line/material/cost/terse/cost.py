import numpy as np

S = lambda a: np.exp(np.minimum(a, 0)) / (1 + np.exp(-np.abs(a)))


def count_forward(sizes, n):
    return n * sum(a * b for a, b in zip(sizes, sizes[1:]))


def count_backward(sizes, n):
    return n * sum(a * b * (1 + (i > 0)) for i, (a, b) in enumerate(zip(sizes, sizes[1:])))


def backward(params, x, t):
    D, A, G = len(params) // 2, [x], {}
    for l in range(1, D + 1):
        a = np.einsum("nj,ij->ni", A[-1], params[f"W{l}"]) + params[f"b{l}"]
        A += [a if l == D else S(a)]
    g = (A.pop() - t) / t.shape[0]
    for l in range(D, 0, -1):
        h = A.pop()
        G[f"W{l}"], G[f"b{l}"] = np.einsum("ni,nj->ij", g, h), g.sum(0)
        g = np.einsum("ni,ij->nj", g, params[f"W{l}"]) * h * (1 - h)
    return G
