import math

import numpy as np


def for_each(f, z):
    """An array of f of each entry, in the shape of z."""
    result = np.zeros(np.shape(z))
    for place in np.ndindex(result.shape):
        result[place] = f(float(z[place]))
    return result


def logistic_of(v):
    if v >= 0:
        return 1.0 / (1.0 + math.exp(-v))
    return math.exp(v) / (1.0 + math.exp(v))


def logistic_slope_of(v):
    return logistic_of(v) * logistic_of(-v)


def tanh_of(v):
    a = math.exp(-2.0 * abs(v))
    size = (1.0 - a) / (1.0 + a)
    if v < 0:
        return -size
    return size


def tanh_slope_of(v):
    return 4.0 * logistic_slope_of(2.0 * v)


def soft_relu_of(v):
    m = v
    if m < 0:
        m = 0.0
    return m + math.log1p(math.exp(-abs(v)))


def step_of(v):
    if v > 0:
        return 1.0
    return 0.0


def relu_of(v):
    if v > 0:
        return v
    return 0.0


def linear(z):
    return for_each(lambda v: v, z)


def hard_threshold(z):
    return for_each(step_of, z)


def logistic(z):
    return for_each(logistic_of, z)


def tanh(z):
    return for_each(tanh_of, z)


def relu(z):
    return for_each(relu_of, z)


def soft_relu(z):
    return for_each(soft_relu_of, z)


def linear_derivative(z):
    return for_each(lambda v: 1.0, z)


def hard_threshold_derivative(z):
    return for_each(lambda v: 0.0, z)


def logistic_derivative(z):
    return for_each(logistic_slope_of, z)


def tanh_derivative(z):
    return for_each(tanh_slope_of, z)


def relu_derivative(z):
    return for_each(step_of, z)


def soft_relu_derivative(z):
    return for_each(logistic_of, z)
