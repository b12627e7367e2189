# everything with for-loops, like the scalar formulas on the slides
import math


def sig(a):
    return 1 / (1 + math.exp(-a))


def net(params, row):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    z, h, y = [], [], []
    for i in range(len(b1)):
        s = b1[i]
        for j in range(len(row)):
            s += W1[i][j] * row[j]
        z.append(s)
        h.append(sig(s))
    for k in range(len(b2)):
        s = b2[k]
        for i in range(len(h)):
            s += W2[k][i] * h[i]
        y.append(s)
    return z, h, y


def forward(params, x):
    import numpy as np

    return np.array([net(params, row)[2] for row in x])


def loss(params, x, t):
    total = 0.0
    for row, target in zip(x, t):
        y = net(params, row)[2]
        for k in range(len(y)):
            total += 0.5 * (y[k] - target[k]) ** 2
    return total / len(x)


def backward(params, x, t):
    import numpy as np

    W2 = params["W2"]
    gW1 = np.zeros(params["W1"].shape)
    gb1 = np.zeros(params["b1"].shape)
    gW2 = np.zeros(params["W2"].shape)
    gb2 = np.zeros(params["b2"].shape)
    n = len(x)
    for r in range(n):
        z, h, y = net(params, x[r])
        ybar = [y[k] - t[r][k] for k in range(len(y))]
        for k in range(len(y)):
            gb2[k] += ybar[k] / n
            for i in range(len(h)):
                gW2[k, i] += ybar[k] * h[i] / n
        for i in range(len(h)):
            hbar = 0.0
            for k in range(len(y)):
                hbar += ybar[k] * W2[k, i]
            zbar = hbar * sig(z[i]) * (1 - sig(z[i]))
            gb1[i] += zbar / n
            for j in range(x.shape[1]):
                gW1[i, j] += zbar * x[r, j] / n
    return {"W1": gW1, "b1": gb1, "W2": gW2, "b2": gb2}
