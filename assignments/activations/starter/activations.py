"""Six activation functions and their derivatives.

Each takes z, an array of any shape in float64, and returns an array of that shape. z belongs to
the caller: don't change it. Its entries may be as large as 1000 or as small as -1000.
"""

import numpy as np


def linear(z):
    """z"""
    return None  # replace this line


def hard_threshold(z):
    """1 where z > 0, else 0"""
    return None  # replace this line


def logistic(z):
    """1 / (1 + e^-z)"""
    return None  # replace this line


def tanh(z):
    """The hyperbolic tangent of z"""
    return None  # replace this line


def relu(z):
    """max(0, z)"""
    return None  # replace this line


def soft_relu(z):
    """log(1 + e^z)"""
    return None  # replace this line


def linear_derivative(z):
    return None  # replace this line


def hard_threshold_derivative(z):
    return None  # replace this line


def logistic_derivative(z):
    return None  # replace this line


def tanh_derivative(z):
    return None  # replace this line


def relu_derivative(z):
    return None  # replace this line


def soft_relu_derivative(z):
    return None  # replace this line
