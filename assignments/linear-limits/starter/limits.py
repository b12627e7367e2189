"""Can a straight line, a plane, a hyperplane separate two classes? An answer with a proof of either.

x (n, d) holds a point in each row, labels (n,) its class, 1 or 0. Don't change them.
"""

import numpy as np


def is_separable(x, labels):
    """Return True if some (w, b) has w . x + b > 0 exactly at the points labelled 1, else False."""
    return None  # replace this line


def separating_hyperplane(x, labels):
    """Return such a pair (w, b), with w (d,) and b a number; None if there is none."""
    return None  # replace this line


def convexity_witness(x, labels):
    """Return (p, q), convex weights of the points labelled 1 and of those labelled 0, in the order
    of their rows, that give the same point; None if there are none."""
    return None  # replace this line
