"""Counting add-multiplies, and a backward pass. The examples are columns inside."""

import numpy as np


def count_forward(sizes, n):
    total = 0
    number_of_layers = len(sizes) - 1
    for layer in range(number_of_layers):
        inputs = sizes[layer]
        units = sizes[layer + 1]
        weights = inputs * units
        total = total + weights
    # every weight is used once for each example
    return total * n


def count_backward(sizes, n):
    total = 0
    number_of_layers = len(sizes) - 1
    for layer in range(number_of_layers):
        inputs = sizes[layer]
        units = sizes[layer + 1]
        weights = inputs * units
        # the gradient of W
        total = total + weights
        # the signal of the layer before, which is not needed for x
        if layer > 0:
            total = total + weights
    return total * n


def sigma(z):
    e = np.exp(-np.abs(z))
    positive = 1.0 / (1.0 + e)
    negative = e / (1.0 + e)
    return np.where(z >= 0, positive, negative)


def forward(params, x_columns):
    depth = len(params) // 2
    h_list = [x_columns]
    h = x_columns
    for layer in range(1, depth + 1):
        W = params["W" + str(layer)]
        b = params["b" + str(layer)]
        b_column = b.reshape(-1, 1)
        z = np.dot(W, h) + b_column
        if layer < depth:
            h = sigma(z)
            h_list.append(h)
    y = z
    return h_list, y


def backward(params, x, t):
    n = x.shape[0]
    depth = len(params) // 2
    h_list, y = forward(params, x.T)
    difference = y - t.T
    z_bar = difference / n
    gradient = {}
    for layer in range(depth, 0, -1):
        h_before = h_list[layer - 1]
        W_bar = np.dot(z_bar, h_before.T)
        b_bar = np.sum(z_bar, axis=1)
        gradient["W" + str(layer)] = W_bar
        gradient["b" + str(layer)] = b_bar
        if layer > 1:
            W = params["W" + str(layer)]
            h_bar = np.dot(W.T, z_bar)
            slope = h_before * (1.0 - h_before)
            z_bar = h_bar * slope
    return gradient
