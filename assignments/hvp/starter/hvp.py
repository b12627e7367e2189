"""Hessian-vector products: H v, without H.

Both models minimise the average of their rows' losses. The handout has the formulas and the shapes.
"""

import numpy as np


def logistic_gradient(w, b, x, t):
    """w (d,), b a number, x (n, d), t (n,). Return (w_bar, b_bar)."""
    return None  # replace this line


def logistic_hvp(w, b, v_w, v_b, x, t):
    """v_w (d,) and v_b, a number, are the parts of v. Return the parts of H v for w and for b."""
    return None  # replace this line


def mlp_gradient(params, x, t):
    """params has W1 (m, d), b1 (m,), W2 (k, m), b2 (k,); x (n, d), t (n, k). Return a dict like params."""
    return None  # replace this line


def mlp_hvp(params, v, x, t):
    """v has the keys and shapes of params. Return H v, a dict like params."""
    return None  # replace this line
