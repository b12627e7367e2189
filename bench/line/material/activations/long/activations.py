"""Activation functions of the lecture and their derivatives."""

import numpy as np


# ----- linear -----


def linear(z):
    result = np.array(z)
    return result


def linear_derivative(z):
    result = np.ones(z.shape)
    return result


# ----- hard threshold -----


def hard_threshold(z):
    result = np.zeros(z.shape)
    is_positive = z > 0
    result[is_positive] = 1.0
    return result


def hard_threshold_derivative(z):
    result = np.zeros(z.shape)
    return result


# ----- logistic -----


def logistic(z):
    absolute = np.abs(z)
    e = np.exp(-absolute)
    denominator = 1.0 + e
    value_if_positive = 1.0 / denominator
    value_if_negative = e / denominator
    result = np.where(z >= 0, value_if_positive, value_if_negative)
    return result


def logistic_derivative(z):
    s = logistic(z)
    one_minus_s = logistic(-z)
    result = s * one_minus_s
    return result


# ----- tanh -----


def tanh(z):
    result = np.tanh(z)
    return result


def tanh_derivative(z):
    double_z = 2.0 * z
    slope = logistic_derivative(double_z)
    # tanh z = 2 sigma(2z) - 1, so the two inner factors give 4
    result = 4.0 * slope
    return result


# ----- ReLU -----


def relu(z):
    result = np.zeros(z.shape)
    is_positive = z > 0
    result[is_positive] = z[is_positive]
    return result


def relu_derivative(z):
    result = np.zeros(z.shape)
    is_positive = z > 0
    result[is_positive] = 1.0
    return result


# ----- soft ReLU -----


def soft_relu(z):
    larger = np.maximum(0.0, z)
    absolute = np.abs(z)
    rest = np.log1p(np.exp(-absolute))
    result = larger + rest
    return result


def soft_relu_derivative(z):
    result = logistic(z)
    return result
