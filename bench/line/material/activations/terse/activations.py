import numpy as np

E = lambda u: np.exp(-np.abs(u))


def linear(z):
    return z + 0.0


def hard_threshold(z):
    return (z > 0) * 1.0


def logistic(z):
    return np.exp(np.minimum(z, 0)) / (1 + E(z))


def tanh(z):
    return np.sign(z) * -np.expm1(-2 * np.abs(z)) / (1 + E(2 * z))


def relu(z):
    return z * (z > 0)


def soft_relu(z):
    return np.maximum(z, 0) + np.log1p(E(z))


def linear_derivative(z):
    return z * 0 + 1


def hard_threshold_derivative(z):
    return z * 0


def logistic_derivative(z):
    return E(z) / (1 + E(z)) ** 2


def tanh_derivative(z):
    return 4 * E(2 * z) / (1 + E(2 * z)) ** 2


def relu_derivative(z):
    return np.heaviside(z, 0.5)


def soft_relu_derivative(z):
    return np.exp(np.minimum(z, 0)) / (1 + E(z))
