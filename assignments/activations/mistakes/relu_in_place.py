"""ReLU writes zeros into the caller's z."""

import numpy as np


def linear(z):
    """z itself."""
    return np.array(z)


def hard_threshold(z):
    """1 where z > 0, else 0."""
    return np.where(z > 0, 1.0, 0.0)


def logistic(z):
    """1 / (1 + e^-z)."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def tanh(z):
    """The hyperbolic tangent."""
    return np.tanh(z)


def relu(z):
    """max(0, z)."""
    z[z < 0] = 0.0
    return z


def soft_relu(z):
    """log(1 + e^z)."""
    return np.where(z > 0, z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def linear_derivative(z):
    """1 everywhere."""
    return np.ones_like(z)


def hard_threshold_derivative(z):
    """0 wherever it exists."""
    return np.zeros_like(z)


def logistic_derivative(z):
    """sigma(z) sigma(-z)."""
    return logistic(z) * logistic(-z)


def tanh_derivative(z):
    """1 - tanh(z)^2, as 4 sigma'(2z)."""
    return 4.0 * logistic_derivative(2.0 * z)


def relu_derivative(z):
    """1 where z > 0, else 0."""
    return np.where(z > 0, 1.0, 0.0)


def soft_relu_derivative(z):
    """sigma(z)."""
    return logistic(z)
