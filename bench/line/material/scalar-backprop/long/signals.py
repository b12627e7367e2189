"""Exercise: error signals. I compute every node forward first and then go backward."""

import math

import numpy as np


# ---------- the logistic function ----------


def sigmoid(z):
    if z >= 0:
        e = math.exp(-z)
        result = 1.0 / (1.0 + e)
    else:
        e = math.exp(z)
        result = e / (e + 1.0)
    return result


# derivative of the logistic function, computed from z
def sigmoid_derivative(z):
    s = sigmoid(z)
    derivative = s * (1.0 - s)
    return derivative


# ---------- 3. product of a sum ----------


def product_of_sum(x, y, z):
    # forward
    q = x + y
    f = q * z

    # backward
    f_bar = 1.0
    df_dq = z
    df_dz = q
    q_bar = f_bar * df_dq
    z_bar = f_bar * df_dz
    dq_dx = 1.0
    dq_dy = 1.0
    x_bar = q_bar * dq_dx
    y_bar = q_bar * dq_dy

    result = {}
    result["q"] = q
    result["f"] = f
    result["q_bar"] = q_bar
    result["x_bar"] = x_bar
    result["y_bar"] = y_bar
    result["z_bar"] = z_bar
    return result


# ---------- 4. least squares ----------


# forward pass, used by 4 and 5
def forward_line(w, b, x, t):
    product = w * x
    z = product + b
    y = sigmoid(z)
    difference = y - t
    square = difference**2
    L = 0.5 * square
    return z, y, L


# backward pass from L to w and b, used by 4 and 5
def backward_line(L_bar, z, y, x, t):
    difference = y - t
    dL_dy = difference
    y_bar = L_bar * dL_dy
    dy_dz = sigmoid_derivative(z)
    z_bar = y_bar * dy_dz
    dz_dw = x
    dz_db = 1.0
    w_bar = z_bar * dz_dw
    b_bar = z_bar * dz_db
    return y_bar, z_bar, w_bar, b_bar


def least_squares(w, b, x, t):
    z, y, L = forward_line(w, b, x, t)
    y_bar, z_bar, w_bar, b_bar = backward_line(1.0, z, y, x, t)
    result = {}
    result["z"] = z
    result["y"] = y
    result["L"] = L
    result["y_bar"] = y_bar
    result["z_bar"] = z_bar
    result["w_bar"] = w_bar
    result["b_bar"] = b_bar
    return result


# ---------- 5. with a penalty ----------


def regularised(w, b, x, t, lam):
    # forward
    z, y, L = forward_line(w, b, x, t)
    R = 0.5 * w**2
    penalty = lam * R
    L_reg = L + penalty

    # backward
    L_reg_bar = 1.0
    L_bar = L_reg_bar
    R_bar = L_reg_bar * lam
    y_bar, z_bar, w_bar_from_z, b_bar = backward_line(L_bar, z, y, x, t)
    dR_dw = w
    w_bar_from_R = R_bar * dR_dw
    w_bar = w_bar_from_z + w_bar_from_R

    result = {}
    result["z"] = z
    result["y"] = y
    result["L"] = L
    result["R"] = R
    result["L_reg"] = L_reg
    result["L_bar"] = L_bar
    result["R_bar"] = R_bar
    result["y_bar"] = y_bar
    result["z_bar"] = z_bar
    result["w_bar"] = w_bar
    result["b_bar"] = b_bar
    return result


# ---------- 6. softmax regression ----------


def log_of_softmax(z):
    m = np.max(z)
    shifted = z - m
    exponentials = np.exp(shifted)
    log_sum = np.log(np.sum(exponentials))
    log_y = shifted - log_sum
    return log_y


def softmax_regression(W, b, x, t):
    # forward
    z = np.dot(W, x) + b
    log_y = log_of_softmax(z)
    y = np.exp(log_y)
    L = -np.sum(t * log_y)

    # backward
    y_bar = []
    for k in range(len(t)):
        if t[k] == 0 or y[k] == 0:
            y_bar.append(0.0)
        else:
            y_bar.append(-t[k] / y[k])
    y_bar = np.array(y_bar)
    z_bar = y - t

    # every row of W belongs to one class
    rows = []
    for k in range(len(z)):
        row = z_bar[k] * x
        rows.append(row)
    W_bar = np.array(rows)
    b_bar = z_bar

    result = {}
    result["z"] = z
    result["y"] = y
    result["L"] = L
    result["y_bar"] = y_bar
    result["z_bar"] = z_bar
    result["W_bar"] = W_bar
    result["b_bar"] = b_bar
    return result


# ---------- 7. along a curve ----------


def along_curve(t):
    # forward
    x = math.cos(t)
    y = t**2
    xy = x * y
    e = math.exp(xy)
    f = y + e

    # backward
    f_bar = 1.0
    e_bar = f_bar
    xy_bar = e_bar * e
    x_bar = xy_bar * y
    y_bar_direct = f_bar
    y_bar_from_product = xy_bar * x
    y_bar = y_bar_direct + y_bar_from_product
    dx_dt = -math.sin(t)
    dy_dt = 2.0 * t
    t_bar_from_x = x_bar * dx_dt
    t_bar_from_y = y_bar * dy_dt
    t_bar = t_bar_from_x + t_bar_from_y

    result = {}
    result["x"] = x
    result["y"] = y
    result["f"] = f
    result["x_bar"] = x_bar
    result["y_bar"] = y_bar
    result["t_bar"] = t_bar
    return result
