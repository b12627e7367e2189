import numpy as np


class Loss:
    def value(self, y, t):
        return None

    def signal(self, y, t):
        return None


class SquaredError(Loss):
    def value(self, y, t):
        return np.sum((y - t) ** 2) / 2 / len(t)

    def signal(self, y, t):
        return (y - t) / len(t)


class CrossEntropy(Loss):
    def log_p(self, y):
        y = y - y.max(axis=1, keepdims=True)
        return y - np.log(np.exp(y).sum(axis=1, keepdims=True))

    def value(self, y, t):
        return -np.sum(t * self.log_p(y)) / len(t)

    def signal(self, y, t):
        return (np.exp(self.log_p(y)) - t) / len(t)


class Network:
    """One hidden layer. It owns copies of its parameters."""

    def __init__(self, params):
        self.params = {name: np.array(value) for name, value in params.items()}
        self.h = None

    @classmethod
    def random(cls, rng, inputs, units, outputs, spread=1.0):
        W1 = rng.normal(0.0, spread, (units, inputs))
        b1 = rng.normal(0.0, 1.0, units)
        W2 = rng.normal(0.0, 1.0, (outputs, units))
        return cls({"W1": W1, "b1": b1, "W2": W2, "b2": np.zeros(outputs)})

    def hidden(self, x):
        z = x @ self.params["W1"].T + self.params["b1"]
        e = np.exp(-np.abs(z))
        self.h = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
        return self.h

    def predict(self, x):
        return self.hidden(x) @ self.params["W2"].T + self.params["b2"]

    def gradients(self, x, y_bar):
        h_bar = y_bar @ self.params["W2"]
        z_bar = h_bar * self.h * (1 - self.h)
        return {
            "W1": z_bar.T @ x,
            "b1": z_bar.sum(axis=0),
            "W2": y_bar.T @ self.h,
            "b2": y_bar.sum(axis=0),
        }

    def copy(self):
        return {name: value.copy() for name, value in self.params.items()}


class Descent:
    def __init__(self, network, loss, rate):
        self.network = network
        self.loss = loss
        self.rate = rate
        self.history = []

    def step(self, grads):
        self.network.params = step(self.network.params, grads, self.rate)

    def run(self, x, t, steps):
        for _ in range(steps):
            y = self.network.predict(x)
            self.history.append(self.loss.value(y, t))
            y_bar = self.loss.signal(y, t)
            self.step(self.network.gradients(x, y_bar))
        self.history.append(self.loss.value(self.network.predict(x), t))


def init_params(rng):
    return Network.random(rng, 2, 8, 1, spread=2.0).params


def hidden(params, x):
    return Network(params).hidden(x)


def predict(params, x):
    return Network(params).predict(x)


def step(params, grads, learning_rate):
    return {name: params[name] - learning_rate * grads[name] for name in params}


def train(params, x, t, steps=600, learning_rate=0.5):
    descent = Descent(Network(params), SquaredError(), learning_rate)
    descent.run(x, t, steps)
    return descent.network.params, np.array(descent.history)


def learn_patterns(rng, x, t):
    network = Network.random(rng, x.shape[1], 32, 1, spread=1.5)
    return train(network.params, x, t, 800, 0.2)


def learn_digits(rng, x, t, x_val, t_val):
    loss = CrossEntropy()
    network = Network.random(rng, x.shape[1], 20, t.shape[1], spread=0.2)
    descent = Descent(network, loss, 2.0)
    history_val, kept = [], []
    for _ in range(120):
        history_val.append(loss.value(network.predict(x_val), t_val))
        kept.append(network.copy())
        descent.run(x, t, 1)
        descent.history.pop()
    best = int(np.argmin(history_val))
    return kept[best], np.array(descent.history), np.array(history_val)
