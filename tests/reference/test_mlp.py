import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import losses, mlp
from reference.activations import ACTIVATIONS, HARD_THRESHOLD, LINEAR, LOGISTIC, RELU, SOFT_RELU, TANH

SMOOTH = [LINEAR, LOGISTIC, TANH, SOFT_RELU]


@st.composite
def cases(draw, activations=SMOOTH):
    """(params, x, t, hidden, output) of a net of 1 to 4 layers."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = draw(st.integers(1, 6))
    hidden, output = draw(st.sampled_from(activations)), draw(st.sampled_from(activations))
    return (
        mlp.init_params(rng, sizes),
        rng.normal(size=(n, sizes[0])),
        rng.normal(size=(n, sizes[-1])),
        hidden,
        output,
    )


def complex_step(f, x):
    """The slopes of the scalar f along each entry of x, exact to rounding."""
    slope = np.empty_like(x)
    for index in np.ndindex(*x.shape):
        moved = x.astype(complex)
        moved[index] += 1e-30j
        slope[index] = f(moved).imag / 1e-30
    return slope


@given(case=cases())
def test_property_every_parameters_gradient_agrees_with_the_complex_step(case):
    params, x, t, hidden, output = case

    grads = mlp.cost_signals(params, x, t, hidden, output).parameters

    assert list(grads) == list(params)
    for name in params:
        slope = complex_step(
            lambda v, name=name: mlp.cost({**params, name: v}, x, t, hidden, output), params[name]
        )
        np.testing.assert_allclose(grads[name], slope, rtol=1e-9, atol=1e-13)


@given(case=cases())
def test_property_error_signals_of_the_nodes_agree_with_the_complex_step(case):
    params, x, t, hidden, output = case
    signals = mlp.cost_signals(params, x, t, hidden, output)
    passed = mlp.forward(params, x, hidden, output)
    activations = mlp.layer_activations(params, hidden, output)

    def cost_from(h, layer):
        """J when h_{layer} is replaced by h and the rest of the net follows."""
        for below in range(layer + 1, len(activations) + 1):
            h = activations[below - 1].value(h @ params[f"W{below}"].T + params[f"b{below}"])
        return np.sum((h - t) ** 2) / (2 * len(t))

    for layer, h in enumerate(passed.h):
        slope = complex_step(lambda v, layer=layer: cost_from(v, layer), h)
        np.testing.assert_allclose(signals.h[layer], slope, rtol=1e-9, atol=1e-13)
    for layer, z in enumerate(passed.z, start=1):
        slope = complex_step(lambda v, a=activations[layer - 1], n=layer: cost_from(a.value(v), n), z)
        np.testing.assert_allclose(signals.z[layer - 1], slope, rtol=1e-9, atol=1e-13)


@given(case=cases([LINEAR, RELU]))
def test_property_relu_nets_agree_with_autograd(case):
    params, x, t, hidden, output = case

    def cost(params):
        h = x
        for layer, activation in enumerate(mlp.layer_activations(params, hidden, output), start=1):
            z = anp.dot(h, params[f"W{layer}"].T) + params[f"b{layer}"]
            h = anp.where(z > 0, z, 0.0) if activation is RELU else z
        return 0.5 * anp.sum((h - t) ** 2) / len(t)

    want = autograd.grad(cost)(dict(params))

    for name, got in mlp.cost_signals(params, x, t, hidden, output).parameters.items():
        np.testing.assert_allclose(got, want[name], rtol=1e-9, atol=1e-13)


@given(case=cases([LINEAR, LOGISTIC, TANH, SOFT_RELU]))
def test_property_smooth_nets_and_softmax_cross_entropy_agree_with_autograd(case):
    params, x, t, hidden, _ = case
    t = losses.softmax(t)
    functions = {"logistic": lambda z: 0.5 * (anp.tanh(z / 2) + 1), "tanh": anp.tanh, "linear": lambda z: z}

    def cost(params):
        h = x
        for layer, activation in enumerate(mlp.layer_activations(params, hidden, LINEAR), start=1):
            z = anp.dot(h, params[f"W{layer}"].T) + params[f"b{layer}"]
            h = functions.get(activation.name, lambda z: anp.log(1 + anp.exp(z)))(z)
        z = z - anp.max(z, axis=1, keepdims=True)
        return -anp.sum(t * (z - anp.log(anp.sum(anp.exp(z), axis=1, keepdims=True)))) / len(t)

    want = autograd.grad(cost)(dict(params))

    assert np.isclose(mlp.class_cost(params, x, t, hidden), cost(params), rtol=1e-12)
    for name, got in mlp.class_cost_signals(params, x, t, hidden).parameters.items():
        np.testing.assert_allclose(got, want[name], rtol=1e-10, atol=1e-12)


@given(case=cases(), penalty=st.floats(0, 2))
def test_property_the_penalty_on_weights_agrees_with_the_complex_step_and_leaves_out_the_biases(
    case, penalty
):
    params, *_ = case

    signals = mlp.penalty_signals(params, penalty)

    for name in params:
        slope = complex_step(lambda v, name=name: mlp.penalty({**params, name: v}, penalty), params[name])
        np.testing.assert_allclose(signals[name], slope, rtol=1e-12, atol=1e-14)
        assert name.startswith("W") or not signals[name].any()


@given(case=cases(ACTIVATIONS))
def test_property_every_signal_has_the_shape_of_its_node_and_nothing_is_changed(case):
    params, x, t, hidden, output = case
    before = {name: value.copy() for name, value in params.items()}, x.copy(), t.copy()

    passed = mlp.forward(params, x, hidden, output)
    signals = mlp.cost_signals(params, x, t, hidden, output)

    assert [s.shape for s in signals.z] == [z.shape for z in passed.z]
    assert [s.shape for s in signals.h] == [h.shape for h in passed.h]
    assert {k: v.shape for k, v in signals.parameters.items()} == {k: v.shape for k, v in params.items()}
    np.testing.assert_equal((params, x, t), before)


@given(case=cases(ACTIVATIONS))
def test_property_a_batch_gives_the_same_as_its_rows_one_by_one(case):
    params, x, t, hidden, output = case

    rows = [mlp.forward(params, x[i : i + 1], hidden, output).y[0] for i in range(len(x))]
    grads = [
        mlp.cost_signals(params, x[i : i + 1], t[i : i + 1], hidden, output).parameters for i in range(len(x))
    ]

    np.testing.assert_allclose(mlp.forward(params, x, hidden, output).y, rows, rtol=1e-12, atol=1e-14)
    for name, got in mlp.cost_signals(params, x, t, hidden, output).parameters.items():
        np.testing.assert_allclose(got, np.mean([g[name] for g in grads], axis=0), rtol=1e-9, atol=1e-13)


def test_for_one_example_it_agrees_with_the_lectures_scalar_formulas():
    rng = np.random.default_rng(3)
    p, x, t = mlp.init_params(rng, (4, 5, 3)), rng.normal(size=(1, 4)), rng.normal(size=(1, 3))

    z = p["W1"] @ x[0] + p["b1"]
    h = 1 / (1 + np.exp(-z))
    y_bar = p["W2"] @ h + p["b2"] - t[0]
    z_bar = (p["W2"].T @ y_bar) * h * (1 - h)

    grads = mlp.cost_signals(p, x, t).parameters
    np.testing.assert_allclose(grads["W2"], np.outer(y_bar, h), rtol=1e-12)
    np.testing.assert_allclose(grads["b2"], y_bar, rtol=1e-12)
    np.testing.assert_allclose(grads["W1"], np.outer(z_bar, x[0]), rtol=1e-12)
    np.testing.assert_allclose(grads["b1"], z_bar, rtol=1e-12)


def test_stacked_linear_layers_equal_one_linear_layer():
    rng = np.random.default_rng(5)
    p, x = mlp.init_params(rng, (3, 4, 2, 2)), rng.normal(size=(6, 3))
    w = p["W3"] @ p["W2"] @ p["W1"]
    b = p["W3"] @ (p["W2"] @ p["b1"] + p["b2"]) + p["b3"]

    np.testing.assert_allclose(mlp.forward(p, x, hidden=LINEAR).y, x @ w.T + b, rtol=1e-10)


def test_hard_thresholds_send_no_signal_back():
    rng = np.random.default_rng(6)
    p, x, t = mlp.init_params(rng, (3, 4, 2)), rng.normal(size=(5, 3)), rng.normal(size=(5, 2))

    assert not mlp.cost_signals(p, x, t, hidden=HARD_THRESHOLD).parameters["W1"].any()


@pytest.mark.parametrize(
    "gates", [([[2, 2], [-2, -2]], [-1, 3], [[2, 2]], [-3]), ([[2, 2], [2, 2]], [-1, -3], [[2, -2]], [-1])]
)
def test_hand_made_nets_of_threshold_units_compute_xor(gates):
    params = dict(zip(("W1", "b1", "W2", "b2"), (np.array(g, float) for g in gates), strict=True))
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)

    y = mlp.forward(params, x, hidden=HARD_THRESHOLD, output=HARD_THRESHOLD).y

    assert y[:, 0].tolist() == [0, 1, 1, 0]
