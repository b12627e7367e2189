"""Training of a small network by gradient descent. Inside, every example is a column."""

import numpy as np

NUMBER_OF_UNITS = 8


# the logistic function
def sigma(z):
    e = np.exp(-np.abs(z))
    for_positive_z = 1.0 / (1.0 + e)
    for_negative_z = e / (1.0 + e)
    result = np.where(z >= 0, for_positive_z, for_negative_z)
    return result


def column(b):
    return b.reshape(-1, 1)


# random parameters for any sizes
def random_params(rng, inputs, units, outputs, spread):
    params = {}
    params["W1"] = rng.normal(0.0, spread, (units, inputs))
    params["b1"] = rng.normal(0.0, 1.0, units)
    params["W2"] = rng.normal(0.0, 1.0, (outputs, units))
    params["b2"] = np.zeros(outputs)
    return params


def init_params(rng):
    return random_params(rng, 2, NUMBER_OF_UNITS, 1, 2.0)


def hidden_columns(params, x_columns):
    z = np.dot(params["W1"], x_columns) + column(params["b1"])
    return sigma(z)


def output_columns(params, h):
    return np.dot(params["W2"], h) + column(params["b2"])


def hidden(params, x):
    h = hidden_columns(params, x.T)
    return h.T.copy()


def predict(params, x):
    h = hidden_columns(params, x.T)
    y = output_columns(params, h)
    return y.T.copy()


# the loss of XOR and of the patterns
def squared_loss(y, t_columns):
    n = t_columns.shape[1]
    difference = y - t_columns
    squares = difference**2
    return 0.5 * np.sum(squares) / n


# logarithms of the shares, for the digits
def log_shares(y):
    largest = np.max(y, axis=0)
    shifted = y - largest
    sums = np.sum(np.exp(shifted), axis=0)
    return shifted - np.log(sums)


def cross_entropy(y, t_columns):
    n = t_columns.shape[1]
    return -np.sum(t_columns * log_shares(y)) / n


# gradients of all parameters from the signal of y
def all_gradients(params, x_columns, h, y_bar):
    # layer 2
    W2_bar = np.dot(y_bar, h.T)
    b2_bar = np.sum(y_bar, axis=1)
    # layer 1
    h_bar = np.dot(params["W2"].T, y_bar)
    sigma_derivative = h * (1.0 - h)
    z_bar = h_bar * sigma_derivative
    W1_bar = np.dot(z_bar, x_columns.T)
    b1_bar = np.sum(z_bar, axis=1)
    return {"W1": W1_bar, "b1": b1_bar, "W2": W2_bar, "b2": b2_bar}


def step(params, grads, learning_rate):
    new_params = {}
    for name in params:
        change = learning_rate * grads[name]
        new_params[name] = params[name] - change
    return new_params


def train(params, x, t, steps=500, learning_rate=0.5):
    x_columns = x.T
    t_columns = t.T
    n = x.shape[0]
    current = {}
    for name in params:
        current[name] = params[name].copy()
    losses = []
    for number in range(steps):
        h = hidden_columns(current, x_columns)
        y = output_columns(current, h)
        loss = squared_loss(y, t_columns)
        losses.append(loss)
        y_bar = (y - t_columns) / n
        grads = all_gradients(current, x_columns, h, y_bar)
        current = step(current, grads, learning_rate)
    # the loss after the last step
    h = hidden_columns(current, x_columns)
    y = output_columns(current, h)
    losses.append(squared_loss(y, t_columns))
    return current, np.array(losses)


def learn_patterns(rng, x, t):
    params = random_params(rng, x.shape[1], 32, 1, 1.5)
    params, losses = train(params, x, t, 800, 0.2)
    return params, losses


def learn_digits(rng, x, t, x_val, t_val):
    params = random_params(rng, x.shape[1], 20, t.shape[1], 0.2)
    n = x.shape[0]
    x_columns = x.T
    t_columns = t.T
    losses = []
    losses_val = []
    all_params = []
    for number in range(120):
        h = hidden_columns(params, x_columns)
        y = output_columns(params, h)
        losses.append(cross_entropy(y, t_columns))
        y_val = predict(params, x_val).T
        losses_val.append(cross_entropy(y_val, t_val.T))
        all_params.append(params)
        y_bar = (np.exp(log_shares(y)) - t_columns) / n
        grads = all_gradients(params, x_columns, h, y_bar)
        params = step(params, grads, 2.0)
    # the best place on the validation set
    best = 0
    for i in range(len(losses_val)):
        if losses_val[i] < losses_val[best]:
            best = i
    return all_params[best], np.array(losses), np.array(losses_val)
