"""Vector-Jacobian products. Vectors are columns inside, as in the lecture."""

import numpy as np


# makes a column of a vector
def to_column(vector):
    return vector.reshape(-1, 1)


# makes a vector of a column again
def to_vector(column):
    return column.reshape(-1)


# z = W x
def matvec_vjp(W, x, z_bar):
    x_column = to_column(x)
    z_bar_column = to_column(z_bar)
    W_bar = np.dot(z_bar_column, x_column.T)
    x_bar_column = np.dot(W.T, z_bar_column)
    x_bar = to_vector(x_bar_column)
    return W_bar, x_bar


def logistic(z):
    abs_z = np.abs(z)
    e = np.exp(-abs_z)
    denominator = 1.0 + e
    for_positive = 1.0 / denominator
    for_negative = e / denominator
    return np.where(z >= 0, for_positive, for_negative)


# the derivatives of the three functions
def exp_slope(z):
    return np.exp(z)


def logistic_slope(z):
    y = logistic(z)
    slope = y * (1.0 - y)
    return slope


def tanh_slope(z):
    y = np.tanh(z)
    y_squared = y**2
    slope = 1.0 - y_squared
    return slope


def elementwise_vjp(name, z, y_bar):
    if name == "exp":
        slope = exp_slope(z)
    if name == "logistic":
        slope = logistic_slope(z)
    if name == "tanh":
        slope = tanh_slope(z)
    z_bar = slope * y_bar
    return z_bar


def softmax(z):
    largest = np.max(z)
    exponentials = np.exp(z - largest)
    total = np.sum(exponentials)
    y = exponentials / total
    return y


# z_bar_j = sum_k y_bar_k y_k (delta_kj - y_j) has two terms
def softmax_vjp(z, y_bar):
    y = softmax(z)
    first_term = y_bar * y
    s = np.sum(first_term)
    second_term = y * s
    z_bar = first_term - second_term
    return z_bar


# sums y_bar over the axes along which the argument was copied
def sum_over_copies(y_bar, shape):
    bar = y_bar
    missing_axes = len(y_bar.shape) - len(shape)
    for i in range(missing_axes):
        bar = np.sum(bar, axis=0)
    axes = []
    for i in range(len(shape)):
        if shape[i] == 1:
            axes.append(i)
    bar = np.sum(bar, axis=tuple(axes), keepdims=True)
    return bar


def add_vjp(a, b, y_bar):
    a_bar = sum_over_copies(y_bar, a.shape)
    b_bar = sum_over_copies(y_bar, b.shape)
    return a_bar, b_bar


# forward pass of the network, returns all values
def forward(W1, b1, W2, b2, x):
    product1 = np.dot(W1, x)
    z1 = product1 + b1
    h = np.tanh(z1)
    product2 = np.dot(W2, h)
    z2 = product2 + b2
    return z1, h, z2


def chain_vjp(W1, b1, W2, b2, x, y_bar):
    z1, h, z2 = forward(W1, b1, W2, b2, x)
    # layer 2
    z2_bar = softmax_vjp(z2, y_bar)
    W2_bar, h_bar = matvec_vjp(W2, h, z2_bar)
    b2_bar = z2_bar
    # layer 1
    z1_bar = elementwise_vjp("tanh", z1, h_bar)
    W1_bar, x_bar = matvec_vjp(W1, x, z1_bar)
    b1_bar = z1_bar
    # all in one dict
    result = {}
    result["z2_bar"] = z2_bar
    result["W2_bar"] = W2_bar
    result["b2_bar"] = b2_bar
    result["h_bar"] = h_bar
    result["z1_bar"] = z1_bar
    result["W1_bar"] = W1_bar
    result["b1_bar"] = b1_bar
    result["x_bar"] = x_bar
    return result
