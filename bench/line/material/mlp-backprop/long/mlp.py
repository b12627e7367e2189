"""Homework: backpropagation.

In the lecture every example is a column, so I transpose x and t at the beginning
and work with columns everywhere inside.
"""

import numpy as np


# the activation function, in the two forms from the handout
def sigma(z):
    result = np.zeros(z.shape)
    positive = z >= 0
    negative = z < 0
    result[positive] = 1.0 / (1.0 + np.exp(-z[positive]))
    exp_of_z = np.exp(z[negative])
    result[negative] = exp_of_z / (exp_of_z + 1.0)
    return result


# the derivative of sigma, from the value of sigma
def sigma_derivative(h):
    one_minus_h = 1.0 - h
    return h * one_minus_h


def number_of_layers(params):
    count = len(params)
    return count // 2


# z = W h + b, h has one column per example
def linear_layer(W, b, h):
    product = np.dot(W, h)
    b_as_column = b.reshape(-1, 1)
    z = product + b_as_column
    return z


# returns the list of all h (the first is the input) and the output y
def forward_columns(params, x_columns):
    layers = number_of_layers(params)
    h_list = []
    h_list.append(x_columns)
    h = x_columns
    for layer in range(1, layers):
        W = params["W%d" % layer]
        b = params["b%d" % layer]
        z = linear_layer(W, b, h)
        h = sigma(z)
        h_list.append(h)
    W_last = params["W%d" % layers]
    b_last = params["b%d" % layers]
    y_columns = linear_layer(W_last, b_last, h)
    return h_list, y_columns


def forward(params, x):
    x_columns = x.T
    h_list, y_columns = forward_columns(params, x_columns)
    y = y_columns.T
    return y


def loss(params, x, t):
    y = forward(params, x)
    losses = []
    for i in range(len(x)):
        difference = y[i] - t[i]
        squares = difference**2
        loss_of_example = 0.5 * np.sum(squares)
        losses.append(loss_of_example)
    losses = np.array(losses)
    return np.mean(losses)


# the gradients of one layer, summed over the columns
def gradient_of_W(z_bar, h_before):
    W_bar = np.dot(z_bar, h_before.T)
    return W_bar


def gradient_of_b(z_bar):
    b_bar = np.sum(z_bar, axis=1)
    return b_bar


# the error signal of the layer before
def signal_of_layer_before(W, z_bar, h_before):
    h_bar = np.dot(W.T, z_bar)
    derivative = sigma_derivative(h_before)
    z_bar_before = h_bar * derivative
    return z_bar_before


# go back, starting from the error signal of y
def backward_columns(params, h_list, y_bar):
    grads = {}
    layers = number_of_layers(params)
    z_bar = y_bar
    for layer in range(layers, 0, -1):
        h_before = h_list[layer - 1]
        grads["W%d" % layer] = gradient_of_W(z_bar, h_before)
        grads["b%d" % layer] = gradient_of_b(z_bar)
        if layer > 1:
            W = params["W%d" % layer]
            z_bar = signal_of_layer_before(W, z_bar, h_before)
    return grads


def backward(params, x, t):
    n = x.shape[0]
    x_columns = x.T
    t_columns = t.T
    h_list, y_columns = forward_columns(params, x_columns)
    difference = y_columns - t_columns
    y_bar = difference / n
    grads = backward_columns(params, h_list, y_bar)
    return grads


# log of softmax for one example, a vector
def log_softmax(y):
    largest = np.max(y)
    shifted = y - largest
    sum_of_exps = np.sum(np.exp(shifted))
    return shifted - np.log(sum_of_exps)


def softmax_loss(params, x, t):
    y = forward(params, x)
    losses = []
    for i in range(len(x)):
        log_p = log_softmax(y[i])
        products = t[i] * log_p
        loss_of_example = -np.sum(products)
        losses.append(loss_of_example)
    return np.mean(np.array(losses))


def softmax_backward(params, x, t):
    n = x.shape[0]
    x_columns = x.T
    h_list, y_columns = forward_columns(params, x_columns)
    y_bar_list = []
    for i in range(n):
        y = y_columns[:, i]
        p = np.exp(log_softmax(y))
        y_bar = (p - t[i]) / n
        y_bar_list.append(y_bar)
    y_bar_columns = np.array(y_bar_list).T
    grads = backward_columns(params, h_list, y_bar_columns)
    return grads
