import numpy as np


def sigma(a):
    return 1 / (1 + np.exp(-a))


def product_of_sum(x, y, z):
    q = x + y
    f = q * z
    q_bar = z
    z_bar = q
    x_bar = q_bar * 1
    y_bar = q_bar * 1
    return {"q": q, "f": f, "q_bar": q_bar, "x_bar": x_bar, "y_bar": y_bar, "z_bar": z_bar}


def regularised(w, b, x, t, lam):
    z = w * x + b
    y = sigma(z)
    L = 0.5 * (y - t) ** 2
    R = 0.5 * w**2
    L_bar = 1.0
    R_bar = lam
    y_bar = L_bar * (y - t)
    z_bar = y_bar * sigma(z) * (1 - sigma(z))
    w_bar = z_bar * x + R_bar * w
    b_bar = z_bar
    return {
        "z": z,
        "y": y,
        "L": L,
        "R": R,
        "L_reg": L + lam * R,
        "L_bar": L_bar,
        "R_bar": R_bar,
        "y_bar": y_bar,
        "z_bar": z_bar,
        "w_bar": w_bar,
        "b_bar": b_bar,
    }


def along_curve(t):
    x = np.cos(t)
    y = t**2
    e = np.exp(x * y)
    x_bar = e * y
    y_bar = e * x + 1
    t_bar = x_bar * -np.sin(t) + y_bar * 2 * t
    return {"x": x, "y": y, "f": y + e, "x_bar": x_bar, "y_bar": y_bar, "t_bar": t_bar}
