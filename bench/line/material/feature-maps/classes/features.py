import numpy as np


class Polynomial:
    """w[j] belongs to x to the power j."""

    def __init__(self, degree):
        self.degree = degree
        self.w = None

    def features(self, x):
        psi = np.ones((len(x), self.degree + 1))
        for j in range(1, self.degree + 1):
            psi[:, j] = psi[:, j - 1] * x
        return psi

    def fit(self, x, t):
        psi = self.features(x)
        lengths = np.linalg.norm(psi, axis=0)
        lengths = np.where(lengths == 0, 1.0, lengths)
        Q, R = np.linalg.qr(psi / lengths)
        self.w = np.linalg.solve(R, Q.T @ t) / lengths
        return self

    def predict(self, x):
        return self.features(x) @ self.w

    def error(self, x, t):
        difference = self.predict(x) - t
        return np.dot(difference, difference) / (2 * len(t))


class Selection:
    """Remembers the errors of every degree that was tried."""

    def __init__(self):
        self.degrees = []
        self.training = []
        self.validation = []

    def add(self, degree, training, validation):
        self.degrees.append(degree)
        self.training.append(training)
        self.validation.append(validation)

    def best(self):
        pairs = zip(self.validation, self.degrees)
        return min(pairs)[1]


def xor_features(x):
    x1 = x[:, 0]
    x2 = x[:, 1]
    return np.stack([x1, x2, x1 * x2], axis=1)


def fit_polynomial(x, t, degree):
    return Polynomial(degree).fit(x, t).w


def predict(w, x):
    model = Polynomial(len(w) - 1)
    model.w = np.asarray(w)
    return model.predict(x)


def select_degree(x_train, t_train, x_val, t_val, degrees):
    selection = Selection()
    for degree in degrees:
        model = Polynomial(degree).fit(x_train, t_train)
        selection.add(degree, model.error(x_train, t_train), model.error(x_val, t_val))
    return selection.best(), np.array(selection.training), np.array(selection.validation)
