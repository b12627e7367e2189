"""A loop over the units of each layer, with all rows of the batch at once."""

import numpy as np


def count_forward(sizes, n):
    return int(np.dot(sizes[:-1], sizes[1:])) * n


def count_backward(sizes, n):
    layers = np.array(sizes[:-1], dtype=object) * np.array(sizes[1:], dtype=object)
    return n * (2 * sum(layers) - layers[0])


def backward(params, x, t):
    layers = len(params) // 2
    outputs = [x]
    for number in range(1, layers + 1):
        w, b = params["W" + str(number)], params["b" + str(number)]
        columns = []
        for unit in range(len(w)):
            z = np.full(len(x), b[unit])
            for j in range(w.shape[1]):
                z += w[unit, j] * outputs[-1][:, j]
            columns.append(z if number == layers else np.exp(-np.logaddexp(0, -z)))
        outputs.append(np.stack(columns, axis=1))
    found, bar = {}, (outputs[-1] - t) / len(t)
    for number in range(layers, 0, -1):
        w, below = params["W" + str(number)], outputs[number - 1]
        found["W" + str(number)] = np.array(
            [[np.sum(bar[:, i] * below[:, j]) for j in range(w.shape[1])] for i in range(len(w))]
        )
        found["b" + str(number)] = np.array([np.sum(bar[:, i]) for i in range(len(w))])
        down = [sum(bar[:, i] * w[i, j] for i in range(len(w))) for j in range(w.shape[1])]
        bar = np.stack([d * h * (1 - h) for d, h in zip(down, below.T, strict=True)], axis=1)
    return found
