"""Feature maps and polynomials. In the matrix of the features every point is a column."""

import numpy as np


# the lecture's features for XOR
def xor_features(x):
    list_of_features = []
    number_of_points = x.shape[0]
    for i in range(number_of_points):
        x1 = x[i, 0]
        x2 = x[i, 1]
        x1_times_x2 = x1 * x2
        features = [x1, x2, x1_times_x2]
        list_of_features.append(features)
    psi = np.array(list_of_features)
    return psi


# rows: 1, x, x^2, ...; columns: points
def feature_matrix(x, degree):
    rows = []
    power = np.ones(len(x))
    rows.append(power)
    for j in range(degree):
        power = power * x
        rows.append(power)
    matrix = np.array(rows)
    return matrix


# the length of every row, for better digits
def lengths_of_rows(matrix):
    squares = matrix**2
    sums = np.sum(squares, axis=1)
    lengths = np.sqrt(sums)
    return lengths


def fit_polynomial(x, t, degree):
    matrix = feature_matrix(x, degree)
    lengths = lengths_of_rows(matrix)
    lengths_column = lengths.reshape(-1, 1)
    scaled = matrix / lengths_column
    # lstsq wants the points as rows
    solution = np.linalg.lstsq(scaled.T, t, rcond=None)
    scaled_weights = solution[0]
    weights = scaled_weights / lengths
    return weights


def predict(w, x):
    degree = len(w) - 1
    matrix = feature_matrix(x, degree)
    y = np.dot(w, matrix)
    return y


# J of the handout
def average_error(y, t):
    difference = y - t
    squares = difference**2
    mean_of_squares = np.mean(squares)
    error = 0.5 * mean_of_squares
    return error


def select_degree(x_train, t_train, x_val, t_val, degrees):
    training_errors = []
    validation_errors = []
    for degree in degrees:
        w = fit_polynomial(x_train, t_train, degree)
        y_train = predict(w, x_train)
        training_error = average_error(y_train, t_train)
        training_errors.append(training_error)
        y_val = predict(w, x_val)
        validation_error = average_error(y_val, t_val)
        validation_errors.append(validation_error)

    # search for the smallest validation error
    best_degree = degrees[0]
    best_error = validation_errors[0]
    for i in range(1, len(degrees)):
        smaller = validation_errors[i] < best_error
        equal_and_simpler = validation_errors[i] == best_error and degrees[i] < best_degree
        if smaller or equal_and_simpler:
            best_degree = degrees[i]
            best_error = validation_errors[i]
    return best_degree, np.array(training_errors), np.array(validation_errors)
