"""Vector-Jacobian products: from the error signal of a function's value to those of its arguments.

Every signal has the shape of what it belongs to. Never build the Jacobian.
"""

import numpy as np


def matvec_vjp(W, x, z_bar):
    """z = W x, for W (m, n) and x (n,). Return (W_bar, x_bar)."""
    return None  # replace this line


def elementwise_vjp(name, z, y_bar):
    """y = phi(z) entry by entry; name is "exp", "logistic" or "tanh". Return z_bar."""
    return None  # replace this line


def softmax_vjp(z, y_bar):
    """y = softmax(z), for z (k,). Return z_bar."""
    return None  # replace this line


def add_vjp(a, b, y_bar):
    """y = a + b, broadcast as numpy does. Return (a_bar, b_bar)."""
    return None  # replace this line


def chain_vjp(W1, b1, W2, b2, x, y_bar):
    """y = softmax(W2 tanh(W1 x + b1) + b2). Return a dict of all signals; see the handout."""
    return None  # replace this line
