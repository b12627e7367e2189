import numpy as np
import small_net

from grader.kit import fail


def test_shapes(student, same):
    params, x, t = small_net.draw(3)

    same(student.forward(params, x), np.zeros(3), "y", values=False)
    same(student.backward(params, x, t), params, "gradients", values=False)


def test_forward(student, same):
    for seed in range(5):
        params, x, _ = small_net.draw(seed)
        same(student.forward(params, x), small_net.forward(params, x), "y", rtol=1e-7)


def test_gradient_check(student, gradcheck):
    params, x, t = small_net.draw(11)

    gradcheck(student.backward(params, x, t), of=student.loss, args=(params, x, t))


def test_backward(student, same):
    for seed in range(20, 25):
        params, x, t = small_net.draw(seed)
        same(student.backward(params, x, t), small_net.backward(params, x, t), "gradients", rtol=1e-7)


def test_xor(student):
    params = student.train_xor(0)
    if not isinstance(params, dict):
        fail("train_xor returned no dict of parameters")
    for x, t in small_net.XOR:
        y = float(np.ravel(student.forward(params, np.array(x)))[0])
        if (y > 0.5) != (t > 0.5):
            fail(f"The trained net answers {y:.3f} at {x}; the target is {t:g}, the threshold 0.5.")
