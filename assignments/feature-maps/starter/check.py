"""Look at your features and fits on your own computer. Needs only numpy.

    python check.py

It prints your features of the four points of XOR, compares a fit with known weights, and lists the errors of
degrees 0 to 9: the training error only falls, the validation error falls and rises again.
"""

import numpy as np

import features

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def xor():
    psi = features.xor_features(CORNERS.copy())
    if psi is None:
        return print("xor_features returned None.")
    for point, values in zip(CORNERS, np.asarray(psi)):
        print(f"psi{tuple(point.tolist())} = {values}")


def known():
    """Points on a polynomial: the fit returns its weights, predict its values."""
    w = np.array([0.5, -1.0, 0.25, 2.0])
    x = np.linspace(-1.0, 1.0, 9)
    t = w[0] + x * (w[1] + x * (w[2] + x * w[3]))
    for name, got, want in (
        ("fit_polynomial", features.fit_polynomial(x.copy(), t.copy(), 3), w),
        ("predict", features.predict(w.copy(), x.copy()), t),
    ):
        if got is None:
            print(f"{name} returned None.")
            continue
        got = np.asarray(got, dtype=float)
        if got.shape != want.shape:
            print(f"{name}: shape {got.shape}, expected {want.shape}")
            continue
        error = np.linalg.norm(got - want) / (np.linalg.norm(got) + np.linalg.norm(want))
        print(f"{name}: relative error {error:.1e}")


def degrees():
    rng = np.random.default_rng(0)
    sets = []
    for n in (12, 20):
        x = np.sort(rng.uniform(-1.0, 1.0, size=n))
        sets += [x, np.sin(4.0 * x) + 0.2 * rng.normal(size=n)]
    answer = features.select_degree(*sets, list(range(10)))
    if answer is None:
        return print("select_degree returned None.")
    print("degree  training  validation")
    for degree, (a, b) in enumerate(zip(answer[1], answer[2])):
        print(f"{degree:6}  {a:8.5f}  {b:10.5f}{'  chosen' if degree == answer[0] else ''}")


if __name__ == "__main__":
    xor()
    known()
    degrees()
