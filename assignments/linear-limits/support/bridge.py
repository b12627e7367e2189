"""Makes it possible to return fractions: they are sent as text, "1/3"."""

from fractions import Fraction

import limits
import numpy as np


def plain(value):
    """The value with every fraction, and every whole number of 63 bits or more, written out."""
    if isinstance(value, np.ndarray) and value.dtype == object:
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        items = [plain(item) for item in value]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, Fraction) or (type(value) is int and abs(value) >> 62):
        return f"{value.numerator}/{value.denominator}"
    return value


def is_separable(x, labels):
    return limits.is_separable(x, labels)


def separating_hyperplane(x, labels):
    return plain(limits.separating_hyperplane(x, labels))


def convexity_witness(x, labels):
    return plain(limits.convexity_witness(x, labels))
