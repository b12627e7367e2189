import numpy as np


def s(a):
    return np.exp(min(a, 0)) / (1 + np.exp(-abs(a)))


def product_of_sum(x, y, z):
    return dict(q=x + y, f=(x + y) * z, z_bar=x + y, q_bar=z, x_bar=z, y_bar=z)


def least_squares(w, b, x, t):
    a = w * x + b
    o = s(a)
    r = o - t
    g = r * o * s(-a)
    return dict(z=a, y=o, L=r * r / 2, y_bar=r, z_bar=g, w_bar=g * x, b_bar=g)


def regularised(w, b, x, t, lam):
    D = least_squares(w, b, x, t)
    R = w * w / 2
    D.update(R=R, L_reg=D["L"] + lam * R, L_bar=1.0, R_bar=lam, w_bar=D["w_bar"] + lam * w)
    return D


def softmax_regression(W, b, x, t):
    a = np.einsum("kj,j->k", W, x) + b
    lp = a - a.max() - np.log(np.exp(a - a.max()).sum())
    p = np.exp(lp)
    g = p - t
    q = -np.divide(t, p, out=np.zeros_like(t), where=(t > 0) & (p > 0))
    return dict(z=a, y=p, L=-t @ lp, y_bar=q, z_bar=g, W_bar=g[:, None] * x, b_bar=g.copy())


def along_curve(t):
    c, u = np.cos(t), t * t
    E = np.exp(c * u)
    g, h = u * E, 1 + c * E
    return dict(x=c, y=u, f=u + E, x_bar=g, y_bar=h, t_bar=2 * t * h - np.sin(t) * g)
