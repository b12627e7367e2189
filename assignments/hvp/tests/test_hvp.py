import numpy as np
import pytest
from cases import (
    KEYS,
    PARTS,
    flat,
    line,
    line_gradient,
    line_product,
    line_steps,
    model,
    net,
    net_gradient,
    net_product,
    net_steps,
    parts,
    saying_why,
)

from grader.kit import fail

MODELS = pytest.mark.parametrize("name", ["logistic", "mlp"])
MANY = 20_000


@pytest.mark.parametrize("part", PARTS)
def test_logistic_gradient(student, rng, same, part):
    w, b, _, _, x, t = line(rng)

    got = parts(student.logistic_gradient(w, b, x, t), "logistic_gradient")

    want = line_gradient(w, b, x, t)[part]
    same(got[part], want, f"{part}_bar", trace=lambda: line_steps(w, b, x, t))


@pytest.mark.parametrize("key", KEYS)
def test_mlp_gradient(student, rng, same, key):
    params, _, x, t = net(rng)

    want = {key: net_gradient(params, x, t)[key]}
    same(student.mlp_gradient(params, x, t), want, "the result", trace=lambda: net_steps(params, x, t))


@pytest.mark.parametrize("part", PARTS)
def test_logistic_product(student, rng, same, part):
    point = line(rng)
    w, b, v_w, v_b, x, t = point

    same(
        parts(student.logistic_hvp(*point), "logistic_hvp")[part],
        line_product(*point)[part],
        f"H v for {part}",
        trace=lambda: line_steps(w, b, x, t, v_w, v_b),
    )


def test_logistic_slopes(student, rng, gradcheck):
    w, b, v_w, v_b, x, t = line(rng)

    def gradient_along_v(at):
        bar = line_gradient(at["w"], at["b"], x, t)
        return float(bar["w"] @ v_w + bar["b"] * v_b)

    got = parts(student.logistic_hvp(w, b, v_w, v_b, x, t), "logistic_hvp")
    gradcheck(got, of=gradient_along_v, args=({"w": w, "b": np.float64(b)},), names=PARTS)


@pytest.mark.parametrize("key", KEYS)
def test_mlp_product(student, rng, same, key):
    point = params, v, x, t = net(rng)

    want = {key: net_product(*point)[key]}
    same(student.mlp_hvp(*point), want, "H v", trace=lambda: net_steps(params, x, t, v))


def test_mlp_slopes(student, rng, gradcheck):
    params, v, x, t = net(rng)

    def gradient_along_v(at):
        bar = net_gradient(at, x, t)
        return float(sum(np.sum(bar[key] * v[key]) for key in KEYS))

    gradcheck(student.mlp_hvp(params, v, x, t), of=gradient_along_v, args=(params,), names=KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_one_part_of_v(student, rng, same, key):
    params, v, x, t = net(rng)
    alone = {name: v[name] if name == key else np.zeros_like(v[name]) for name in KEYS}

    same(student.mlp_hvp(params, alone, x, t), net_product(params, alone, x, t), "H v")


@MODELS
def test_symmetric(student, rng, name):
    of = model(student, rng, name)
    u, v = of.direction(rng), of.direction(rng)

    hu, hv = of.product(u), of.product(v)

    scale = np.linalg.norm(flat(u)) * np.linalg.norm(hv)
    a, b = float(flat(u) @ hv), float(flat(v) @ hu)
    assert scale > 0, "H v is zero for every v."
    assert abs(a - b) <= 1e-9 * scale, (
        f"u·(H v) is {a:.6g} and v·(H u) differs from it by {abs(a - b):.2g}; both must be equal, "
        "since H is symmetric."
    )


@MODELS
def test_linear(student, rng, name):
    of = model(student, rng, name)
    u, v = of.direction(rng), of.direction(rng)

    hu, hv = of.product(u), of.product(v)
    both = of.product({key: 1e4 * u[key] - 3.0 * v[key] for key in u})

    want = 1e4 * hu - 3.0 * hv
    off = float(np.linalg.norm(both - want) / max(np.linalg.norm(want), 1e-300))
    assert np.linalg.norm(hu) > 0, "H v is zero for every v."
    assert off <= 1e-9, (
        f"H (10000 u − 3 v) differs from 10000 H u − 3 H v by {off:.2g} of its size; H v must be linear in v."
    )


@MODELS
def test_large_targets(student, rng, same, name):
    if name == "logistic":
        w, _, v_w, v_b, x, t = line(rng, offset=1e6)
        point = np.zeros_like(w), 0.0, v_w, v_b, x, t
        same(parts(student.logistic_hvp(*point), "logistic_hvp"), line_product(*point), "H v")
    else:
        point = net(rng, offset=1e6)
        same(student.mlp_hvp(*point), net_product(*point), "H v")


def test_logistic_without_hessian(student, rng, same):
    point = line(rng, 40, MANY - 1)

    got = saying_why(lambda: student.logistic_hvp(*point), MANY)

    same(parts(got, "logistic_hvp"), line_product(*point), "H v")


def test_mlp_without_hessian(student, rng, same):
    point = net(rng, (199, 99, 2), 20)  # 99 * 199 + 99 + 2 * 99 + 2 parameters

    got = saying_why(lambda: student.mlp_hvp(*point), MANY)

    same(got, net_product(*point), "H v")


@pytest.mark.parametrize("far", [-1e3, 1e3])
def test_far_from_zero(student, rng, same, far):
    point = line(rng)
    w, x = point[0], point[4]
    x[0] = far * w / (w @ w)  # one row at z = far, the others where they were

    same(parts(student.logistic_hvp(*point), "logistic_hvp"), line_product(*point), "H v")


CALLS = {
    "logistic_gradient": lambda rng: (lambda w, b, _, __, x, t: (w, b, x, t))(*line(rng)),
    "logistic_hvp": line,
    "mlp_gradient": lambda rng: (lambda params, _, x, t: (params, x, t))(*net(rng)),
    "mlp_hvp": net,
}


@pytest.mark.parametrize("function", CALLS)
def test_arguments_unchanged(student, rng, same, function):
    args = CALLS[function](rng)
    result, after = getattr(student, function).inplace(*args)

    if result is None:
        fail(f"{function} returned None: there is nothing to check yet.")
    for number, (before, now) in enumerate(zip(args, after, strict=True), start=1):
        same(now, before, f"argument {number} after {function}", rtol=0.0)


@MODELS
def test_other_sizes(student, rng, same, name):
    for n in (1, 9):
        if name == "logistic":
            point = line(rng, n, int(rng.integers(1, 9)))
            same(parts(student.logistic_hvp(*point), "logistic_hvp"), line_product(*point), "H v")
        else:
            point = net(rng, tuple(int(size) for size in rng.integers(1, 8, size=3)), n)
            same(student.mlp_hvp(*point), net_product(*point), "H v")
