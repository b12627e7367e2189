import numpy as np
from cases import XOR, X, draw, ending, learn, learned

from grader.kit import Number, fail
from reference import mlp, separation, xor

LABELS = XOR[:, 0].astype(int)


def test_hidden(student, rng, same):
    params, x, _ = draw(rng)

    same(student.hidden(params, x), xor.hidden_units(params, x), "h")


def test_hidden_separates(student, same, report_number):
    trainings = learn(student, same, range(3), XOR)
    one = next((one for one in trainings if learned(one, XOR)), None)
    if one is None:
        fail(f"Of three starts, none learns XOR, so there is nothing to check. {ending(0, trainings[0])}")

    h = student.hidden(one.params, X)

    same(h, mlp.forward(one.params, X).h[1], "h", rtol=1e-6)
    w, b = one.params["W2"][0], float(one.params["b2"][0]) - 0.5
    if not separation.verify_hyperplane(h, LABELS, w, b):
        fail("After training, not all four h are on the right side of the hyperplane W₂ h + b₂ = 1/2.")
    gap = float(np.min(np.abs(h @ w + b)) / np.linalg.norm(w))
    report_number(Number("distance of the nearest h from the hyperplane W₂ h + b₂ = 1/2", gap, 0.0, gap > 0))
