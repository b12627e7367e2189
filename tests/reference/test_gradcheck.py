import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import gradcheck, mlp, slopes
from reference.activations import LINEAR, LOGISTIC, RELU, SOFT_RELU, TANH
from reference.gradcheck import FLOAT32, FLOAT64, NotFinite

pytestmark = pytest.mark.slow

SMOOTH = [LOGISTIC, TANH, SOFT_RELU, LINEAR]


def stacked_cost(x, t, hidden=LOGISTIC, scale=1.0):
    """The cost of a net as a function of stacked parameters."""

    def f(stacked):
        rows = len(next(iter(stacked.values())))
        return [scale * mlp.cost({k: v[i] for k, v in stacked.items()}, x, t, hidden) for i in range(rows)]

    return f


def make_case(seed, sizes=(4, 5, 3), n=6, hidden=LOGISTIC, spread=1.0):
    """(f, params, right gradients) of a net with these sizes."""
    rng = np.random.default_rng(seed)
    params = mlp.init_params(rng, sizes, spread)
    x, t = rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1]))
    return stacked_cost(x, t, hidden), params, mlp.cost_signals(params, x, t, hidden).parameters


def all_agree(case, **kwargs):
    return all(agreement.agrees for agreement in gradcheck.check(*case, **kwargs).values())


@st.composite
def nets(draw):
    sizes = draw(st.lists(st.integers(1, 5), min_size=3, max_size=6))
    return make_case(
        draw(st.integers(0, 2**32)),
        sizes,
        n=draw(st.integers(1, 6)),
        hidden=draw(st.sampled_from(SMOOTH)),
        spread=draw(st.sampled_from([0.01, 0.1, 1.0])),
    )


@given(case=nets())
def test_property_it_never_fails_a_right_gradient(case):
    assert all_agree(case)


@pytest.mark.parametrize("seed", range(40))
def test_it_never_fails_a_right_gradient_of_a_deep_net_with_small_weights(seed):
    case = make_case(seed, (4, 6, 6, 6, 6, 6, 2), hidden=TANH, spread=0.02)
    f, params, grads = case

    assert all_agree(case)
    by_tolerance_alone = [
        gradcheck.compare(grads[k], b, 1e-6).agrees for k, b in gradcheck.slopes(f, params).items()
    ]
    assert not all(by_tolerance_alone)


def scaled(grads, rng):
    return {name: grad * 1.0005 for name, grad in grads.items()}


def sign_turned(grads, rng):
    return {name: -grad for name, grad in grads.items()}


def one_weight_zeroed(grads, rng):
    wrong = {name: grad.copy() for name, grad in grads.items()}
    for grad in wrong.values():
        grad.flat[rng.integers(grad.size)] = 0.0
    return wrong


def one_column_dead(grads, rng):
    wrong = {name: grad.copy() for name, grad in grads.items()}
    for grad in wrong.values():
        grad[..., rng.integers(grad.shape[-1])] = 0.0
    return wrong


def transposed(grads, rng):
    """Entries in the transpose's order but the original shape, which hides the mistake."""
    return {name: grad.T.reshape(grad.shape) for name, grad in grads.items()}


def batch_summed(grads, rng):
    return {name: 6 * grad for name, grad in grads.items()}


WRONG = [scaled, sign_turned, one_weight_zeroed, one_column_dead, transposed, batch_summed]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda f: f.__name__)
@pytest.mark.parametrize("hidden", SMOOTH, ids=lambda a: a.name)
def test_it_catches_every_wrong_gradient(wrong, hidden):
    for seed in range(25):
        f, params, grads = make_case(seed, hidden=hidden)

        agreement = gradcheck.check(f, params, wrong(grads, np.random.default_rng(seed)))

        names = ("W1", "W2") if wrong is transposed else params
        assert not any(agreement[name].agrees for name in names)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda f: f.__name__)
def test_in_float32_it_catches_every_wrong_gradient_except_the_tiny_factor(wrong):
    f, params, grads = make_case(4)

    agreement = gradcheck.check(f, params, wrong(grads, np.random.default_rng(4)), FLOAT32)

    assert agreement["W1"].agrees == (wrong is scaled)


@pytest.mark.parametrize("seed", range(20))
def test_a_right_float32_gradient_passes_in_float32_only(seed):
    f, params, grads = make_case(seed)

    def single(stacked):
        return np.asarray(f(stacked), dtype=np.float32)

    assert all_agree((single, params, grads), precision=FLOAT32)
    assert not all_agree((single, params, grads), precision=FLOAT64)


def big_case(seed):
    """A quadratic with a cubic term over 3000 entries, and its gradient."""
    rng = np.random.default_rng(seed)
    w, c = rng.normal(size=(50, 60)), rng.normal(size=(50, 60))

    def f(stacked):
        v = stacked["w"]
        return np.sum(0.5 * v**2 + c * v + 0.01 * v**3, axis=(1, 2))

    return f, {"w": w}, {"w": w + c + 0.03 * w**2}


@pytest.mark.parametrize("seed", range(20))
def test_a_large_parameter_is_measured_along_random_directions(seed):
    f, at, grads = big_case(seed)
    rows = []

    def counted(stacked):
        rows.append(len(stacked["w"]))
        return f(stacked)

    right = gradcheck.check(counted, at, grads)["w"]

    assert right.agrees
    assert right.probed
    assert rows == [1 + 2 * slopes.DIRECTIONS]
    for wrong in (scaled, sign_turned, one_weight_zeroed, one_column_dead, transposed):
        assert not gradcheck.check(f, at, wrong(grads, np.random.default_rng(seed)))["w"].agrees


@pytest.mark.slow
@given(case=nets(), size=st.floats(-9, 0), seed=st.integers(0, 2**32))
def test_property_the_verdict_is_right_unless_the_error_is_near_the_threshold(case, size, seed):
    f, params, right = case
    rng = np.random.default_rng(seed)
    off = {name: 10.0**size * np.linalg.norm(g) * rng.normal(size=g.shape) for name, g in right.items()}

    agreement = gradcheck.check(f, params, {name: g + off[name] for name, g in right.items()})

    for name, g in right.items():
        error = np.linalg.norm(off[name]) / ((np.linalg.norm(g) + np.linalg.norm(g + off[name])) or 1.0)
        if not agreement[name].threshold / 2 < error < agreement[name].threshold * 2:
            assert agreement[name].agrees == (error < agreement[name].threshold)


def test_all_perturbations_go_in_one_call():
    f, params, grads = make_case(1)
    rows = []

    def counted(stacked):
        rows.append({name: value.shape for name, value in stacked.items()})
        return f(stacked)

    gradcheck.check(counted, params, grads)

    assert rows == [{"W1": (87, 5, 4), "b1": (87, 5), "W2": (87, 3, 5), "b2": (87, 3)}]


def test_a_call_that_would_be_too_large_is_split(monkeypatch):
    monkeypatch.setattr(slopes, "CHUNK", 43 * 10)

    assert all_agree(make_case(1))


def test_only_the_gradients_given_are_perturbed():
    f, params, grads = make_case(2)

    def other_parameters_stay(stacked):
        assert (stacked["W1"] == params["W1"]).all()
        return f(stacked)

    assert list(gradcheck.check(other_parameters_stay, params, {"b2": grads["b2"]})) == ["b2"]


def relu_sum(stacked):
    """sum of max(0, w) + w^2: kinks where an entry is 0."""
    return np.sum(np.maximum(0.0, stacked["w"]) + stacked["w"] ** 2, axis=1)


@pytest.mark.parametrize("at_kink", [0.0, 0.25, 1.0])
def test_at_a_kink_any_subgradient_passes(at_kink):
    w = np.array([0.0, 1.0, -1.0])

    agreement = gradcheck.check(relu_sum, {"w": w}, {"w": np.array([at_kink, 3.0, -2.0])})["w"]

    assert agreement.agrees
    assert agreement.kinks == 1


@pytest.mark.parametrize("at_kink", [-0.01, 1.01])
def test_at_a_kink_only_subgradients_pass(at_kink):
    w = np.array([0.0, 1.0, -1.0])

    agreement = gradcheck.check(relu_sum, {"w": w}, {"w": np.array([at_kink, 3.0, -2.0])})["w"]

    assert not agreement.agrees
    assert agreement.worst == (0,)


@pytest.mark.parametrize("distance", [1e-6, -3e-6, 5e-6, -9e-6, 1.2e-5, -1.9e-5])
def test_a_kink_within_a_step_does_not_fail_the_right_slope(distance):
    w = np.array([distance, 2.0])

    agreement = gradcheck.check(relu_sum, {"w": w}, {"w": (w > 0) + 2 * w})["w"]

    assert agreement.agrees


def test_a_wrong_entry_next_to_a_kink_is_still_caught():
    w = np.array([0.0, 1.0, -1.0])

    agreement = gradcheck.check(relu_sum, {"w": w}, {"w": np.array([0.0, 3.0015, -2.0])})["w"]

    assert not agreement.agrees
    assert agreement.worst == (1,)


@given(seed=st.integers(0, 2**32))
def test_property_relu_nets_pass(seed):
    assert all_agree(make_case(seed, (3, 6, 6, 2), hidden=RELU))


def test_a_smooth_bend_is_not_a_kink():
    f, at = (lambda s: np.sum(1e3 * s["w"] ** 2, axis=1)), {"w": np.array([0.3, -0.7])}

    assert gradcheck.check(f, at, {"w": 2e3 * at["w"] * 1.0005})["w"].kinks == 0


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
def test_it_refuses_a_function_that_is_not_finite(strange):
    with pytest.raises(NotFinite, match="at the given point") as at_point:
        gradcheck.check(lambda s: np.full(len(s["w"]), strange), {"w": np.ones(2)}, {"w": np.ones(2)})
    with pytest.raises(NotFinite, match="near the given w") as beside:
        gradcheck.check(
            lambda s: np.where(s["w"][:, 0] > 1, strange, 0.0), {"w": np.ones(2)}, {"w": np.ones(2)}
        )

    assert at_point.value.name == ""
    assert beside.value.name == "w"


@pytest.mark.parametrize("strange", [np.nan, np.inf])
def test_a_gradient_that_is_not_finite_never_agrees(strange):
    f, params, grads = make_case(3)
    grads["b1"][2] = strange

    with np.errstate(invalid="ignore"):
        agreement = gradcheck.check(f, params, grads)

    assert not agreement["b1"].agrees
    assert agreement["W1"].agrees


def test_the_worst_entry_is_given_with_both_values():
    f, params, grads = make_case(3)
    grads["W1"][2, 1] += 0.5

    agreement = gradcheck.check(f, params, grads)["W1"]

    assert agreement.worst == (2, 1)
    assert agreement.got - agreement.want == pytest.approx(0.5, abs=1e-8)


def test_the_noise_of_a_case_is_reported():
    quiet = gradcheck.check(*make_case(3))["W1"]
    f, params, grads = make_case(3)
    loud = gradcheck.check(lambda s: np.asarray(f(s)) + 1e9, params, grads)["W1"]

    assert quiet.noise < 1e-6
    assert loud.noise > 0.1


@given(a=st.floats(-1e308, 1e308), b=st.floats(-1e308, 1e308))
def test_property_comparing_never_overflows_and_errors_are_between_0_and_1(a, b):
    with np.errstate(over="raise", invalid="raise"):
        agreement = gradcheck.compare(np.array([a, 0.0]), np.array([b, 0.0]), 1e-9)

    assert 0 <= agreement.error <= 1 + 1e-15
    assert agreement.agrees == (abs(a - b) <= 1e-9 * (abs(a) + abs(b))) or a == pytest.approx(b, rel=1e-8)


def test_slopes_have_the_shapes_of_their_parameters():
    f, params, grads = make_case(9)

    for name, slope in gradcheck.slopes(f, params).items():
        np.testing.assert_allclose(slope, grads[name], atol=1e-8)


@given(seed=st.integers(0, 2**32), size=st.floats(1e-3, 1e3))
def test_property_a_zero_gradient_at_a_minimum_passes(seed, size):
    w = np.random.default_rng(seed).normal(size=6) * size

    agreement = gradcheck.check(lambda s: np.sum((s["w"] - w) ** 2, axis=1), {"w": w}, {"w": np.zeros(6)})[
        "w"
    ]

    assert agreement.agrees
    assert agreement.noise == 0
