import tracemalloc

import autograd.numpy as anp
import numpy as np
from autograd import hessian as autograd_hessian
from autograd import make_hvp
from hypothesis import given
from hypothesis import strategies as st

from reference import hessian, mlp
from reference.activations import LINEAR, LOGISTIC, SOFT_RELU, TANH

CLOSE = {"rtol": 1e-10, "atol": 1e-10}
SMOOTH = [LINEAR, LOGISTIC, TANH, SOFT_RELU]
AS_AUTOGRAD = {
    "linear": lambda z: z,
    "logistic": lambda z: 0.5 * (anp.tanh(z / 2) + 1),
    "tanh": anp.tanh,
    "soft ReLU": lambda z: anp.log(1 + anp.exp(z)),
}


@st.composite
def nets(draw):
    """(params, direction, x, t, hidden, output) of a small net."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = draw(st.integers(1, 5))
    activations = draw(st.sampled_from(SMOOTH)), draw(st.sampled_from(SMOOTH))
    params, direction = mlp.init_params(rng, sizes, 0.7), mlp.init_params(rng, sizes)
    return params, direction, rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1])), *activations


@st.composite
def regressions(draw):
    """(w, b, x, t, penalty) of logistic least squares."""
    n, d = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    x, t = rng.normal(size=(n, d)), rng.uniform(size=n)
    return rng.normal(size=d), rng.normal(), x, t, draw(st.sampled_from([0.0, 0.3]))


def flat(params):
    return np.concatenate([np.ravel(value) for value in params.values()])


def unflat(vector, like):
    ends = np.cumsum([value.size for value in like.values()])[:-1]
    return {
        k: part.reshape(v.shape) for (k, v), part in zip(like.items(), np.split(vector, ends), strict=True)
    }


def explicit_hessian(params, x, t, hidden, output):
    """All of H, a column for each parameter, by the complex step of the gradient."""
    point = flat(params)
    columns = []
    for i in range(point.size):
        moved = point.astype(complex)
        moved[i] += 1e-30j
        grads = mlp.cost_signals(unflat(moved, params), x, t, hidden, output).parameters
        columns.append(flat(grads).imag / 1e-30)
    return np.column_stack(columns)


@given(case=nets())
def test_property_the_product_is_the_explicit_hessian_times_the_vector(case):
    params, direction, *rest = case

    got = hessian.mlp_product(params, direction, *rest)

    want = explicit_hessian(params, *rest) @ flat(direction)
    assert {name: value.shape for name, value in got.items()} == {n: v.shape for n, v in params.items()}
    np.testing.assert_allclose(flat(got), want, rtol=1e-9, atol=1e-10 * max(1.0, np.max(np.abs(want))))


@given(case=nets())
def test_property_the_product_agrees_with_autograd(case):
    params, direction, x, t, hidden, output = case

    def cost(vector):
        h, p = x, unflat_by_slices(vector, params)
        for layer, activation in enumerate(mlp.layer_activations(params, hidden, output), start=1):
            h = AS_AUTOGRAD[activation.name](anp.dot(h, p[f"W{layer}"].T) + p[f"b{layer}"])
        return 0.5 * anp.sum((h - t) ** 2) / len(t)

    got = flat(hessian.mlp_product(params, direction, x, t, hidden, output))

    want = make_hvp(cost)(flat(params))[0](flat(direction))
    np.testing.assert_allclose(got, want, rtol=1e-10, atol=1e-10 * max(1.0, np.max(np.abs(want))))


def unflat_by_slices(vector, like):
    parts, start = {}, 0
    for name, value in like.items():
        parts[name] = anp.reshape(vector[start : start + value.size], value.shape)
        start += value.size
    return parts


@given(case=nets(), seed=st.integers(0, 2**32))
def test_property_it_is_symmetric_and_linear_in_the_vector(case, seed):
    params, v, *rest = case
    u = {name: np.random.default_rng(seed).normal(size=value.shape) for name, value in params.items()}
    both = {name: 2 * v[name] - 3 * u[name] for name in params}

    hv, hu = (flat(hessian.mlp_product(params, w, *rest)) for w in (v, u))
    h_both = flat(hessian.mlp_product(params, both, *rest))

    size = 1.0 + np.max(np.abs(hv)) + np.max(np.abs(hu))
    np.testing.assert_allclose(h_both / size, (2 * hv - 3 * hu) / size, **CLOSE)
    np.testing.assert_allclose(flat(u) @ hv / size, flat(v) @ hu / size, rtol=1e-10, atol=1e-9)


@given(case=regressions())
def test_property_logistic_least_squares_agrees_with_autograd_and_the_explicit_hessian(case):
    w, b, x, t, penalty = case
    v = np.random.default_rng(len(w)).normal(size=len(w) + 1)

    def cost(theta):
        y = 0.5 * (anp.tanh((anp.dot(x, theta[:-1]) + theta[-1]) / 2) + 1)
        return 0.5 * anp.mean((y - t) ** 2) + penalty * 0.5 * anp.sum(theta[:-1] ** 2)

    got = np.append(*hessian.logistic_product((w, b), (v[:-1], v[-1]), x, t, penalty))

    theta = np.append(w, b)
    np.testing.assert_allclose(got, make_hvp(cost)(theta)[0](v), **CLOSE)
    np.testing.assert_allclose(got, autograd_hessian(cost)(theta) @ v, **CLOSE)


@given(case=regressions())
def test_property_logistic_least_squares_is_a_net_of_one_layer(case):
    w, b, x, t, _ = case
    v = np.random.default_rng(0).normal(size=len(w))

    got = hessian.logistic_product((w, b), (v, 1.5), x, t)

    params, direction = {"W1": w[None], "b1": np.array([b])}, {"W1": v[None], "b1": np.array([1.5])}
    net = hessian.mlp_product(params, direction, x, t[:, None], output=LOGISTIC)
    np.testing.assert_allclose(got.w, net["W1"][0], **CLOSE)
    np.testing.assert_allclose(got.b, net["b1"][0], **CLOSE)


def test_finite_differences_of_gradients_are_close():
    rng = np.random.default_rng(1)
    params, v = mlp.init_params(rng, (3, 5, 2)), mlp.init_params(rng, (3, 5, 2))
    x, t, e = rng.normal(size=(4, 3)), rng.normal(size=(4, 2)), 1e-5

    ahead, behind = (
        flat(mlp.cost_signals({k: params[k] + s * v[k] for k in params}, x, t).parameters) for s in (e, -e)
    )

    np.testing.assert_allclose(
        flat(hessian.mlp_product(params, v, x, t)), (ahead - behind) / (2 * e), rtol=1e-6, atol=1e-8
    )


def test_with_twenty_thousand_parameters_no_hessian_is_built():
    rng = np.random.default_rng(0)
    n = 20_000
    w, x, t = rng.normal(size=n) / 100, rng.normal(size=(10, n)), rng.uniform(size=10)
    params = mlp.init_params(rng, (100, 196, 1), 0.1)
    batch = rng.normal(size=(10, 100)), rng.normal(size=(10, 1))

    tracemalloc.start()
    hessian.logistic_product((w, 0.0), (w, 1.0), x, t)
    hessian.mlp_product(params, params, *batch)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert flat(params).size > 19_000
    assert peak < 5_000_000


def test_arguments_are_not_changed():
    rng = np.random.default_rng(2)
    params, v = mlp.init_params(rng, (2, 3, 1)), mlp.init_params(rng, (2, 3, 1))
    x, t = rng.normal(size=(4, 2)), rng.normal(size=(4, 1))
    before = [value.copy() for value in (*params.values(), *v.values(), x, t)]

    hessian.mlp_product(params, v, x, t)

    np.testing.assert_equal([*params.values(), *v.values(), x, t], before)
