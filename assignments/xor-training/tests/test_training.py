import numpy as np
from cases import (
    FEW_STARTS,
    STARTS,
    XOR,
    X,
    check_curve,
    descent,
    draw,
    ending,
    judge,
    learn,
    start,
    steps,
    unpacked,
)
from drawing import first_shown, show

from grader.kit import AnyOf, Number, fail
from reference import mlp


def test_predict(student, rng, same):
    params, x, t = draw(rng)

    same(student.predict(params, x), mlp.forward(params, x).y, "y", trace=lambda: steps(params, x, t))


def test_one_step(student, rng, same):
    params, x, t = draw(rng)
    average, total = descent(params, x, t, 1, 0.1)

    after, _ = unpacked(student.train(params, x, t, 1, 0.1))

    want = AnyOf(average=average[0], sum=total[0])
    same(after, want, "params", trace=lambda: steps(params, x, t))


def test_history(student, rng, same):
    params, x, t = draw(rng)
    average, total = descent(params, x, t, 5, 0.1)

    _, losses = unpacked(student.train(params, x, t, 5, 0.1))

    same(losses, AnyOf(average=average[1], sum=total[1]), "losses")


def test_learns_xor(student, same, report_number, picture):
    trainings = learn(student, same, range(STARTS), XOR)

    number = first_shown(trainings)
    picture.draw(show, picture, student, start(student, same, number), number, trainings)
    judge(trainings, XOR, "XOR", report_number)


def test_curve(student, same):
    check_curve(student, same, start(student, same, 0))


def test_not_linear(student, same, report_number):
    (one,) = learn(student, same, range(1), XOR)
    if one.y is None:
        fail(ending(0, one))
    bend = float(abs(one.y[1] + one.y[2] - one.y[0] - one.y[3]))
    report_number(Number("|y(0,1) + y(1,0) − y(0,0) − y(1,1)|", bend, 1.0, bend >= 1.0))
    if bend < 1.0:
        fail(
            f"After training, |y(0,1) + y(1,0) − y(0,0) − y(1,1)| is {bend:.3f}, expected 1 or more: "
            f"XOR has 2, a linear network has 0, however many layers it has. {ending(0, one)}"
        )


def test_loss_is_finite(student, rng, same):
    params, _, _ = draw(rng, hidden=8)
    params["W1"], params["b1"] = 1e4 * params["W1"], 1e4 * params["b1"]

    after, losses = unpacked(student.train(params, X, XOR, 20, 0.05))

    if not len(losses):
        fail("train returned no losses.")
    same(losses, np.zeros(len(losses)), "losses", values=False)
    same(after, params, "params", values=False)


def test_inputs_unchanged(student, rng, same):
    params, x, t = draw(rng)

    result, after = student.train.inplace(params, x, t, 3, 0.1)

    unpacked(result)
    for name, before, now in zip(("params", "x", "t"), (params, x, t), after, strict=False):
        same(now, before, f"{name} after train", rtol=0.0)


def test_other_starts(student, same, rng, report_number):
    trainings = learn(student, same, rng.integers(2**31, size=FEW_STARTS), XOR)

    judge(trainings, XOR, "XOR", report_number, hidden=True)


def test_other_table(student, same, rng, report_number):
    t = 1.0 - XOR

    trainings = learn(student, same, rng.integers(2**31, size=FEW_STARTS), t)

    judge(trainings, t, "the opposite of XOR", report_number, hidden=True)
