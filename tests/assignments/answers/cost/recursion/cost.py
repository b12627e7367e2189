"""Each layer calls the next one and uses its return value; the counts are recursive too."""

import numpy as np


def count_forward(sizes, n):
    return 0 if len(sizes) < 2 else n * sizes[0] * sizes[1] + count_forward(sizes[1:], n)


def count_backward(sizes, n):
    above = sizes[1:]
    return n * sizes[0] * sizes[1] + (count_forward(above, 2 * n) if len(above) > 1 else 0)


class Net:
    def __init__(self, params):
        self.params, self.found = params, {}

    def signal(self, layer, h, t):
        """The signal of h, which enters this layer."""
        w, b = self.params[f"W{layer}"], self.params[f"b{layer}"]
        z = np.inner(h, w) + b
        if f"W{layer + 1}" in self.params:
            y = np.piecewise(
                z, [z < 0], [lambda v: np.exp(v) / (1 + np.exp(v)), lambda v: 1 / (1 + np.exp(-v))]
            )
            bar = self.signal(layer + 1, y, t) * (y - y**2)
        else:
            bar = (z - t) / t.shape[0]
        self.found[f"b{layer}"] = np.ones(len(h)) @ bar
        self.found[f"W{layer}"] = np.tensordot(bar, h, axes=(0, 0))
        return np.inner(bar, w.T)


def backward(params, x, t):
    net = Net(params)
    net.signal(1, x, t)
    return net.found
