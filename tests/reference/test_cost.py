import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import cost, mlp

SIZES = st.lists(st.integers(1, 6), min_size=2, max_size=6)


class Counted(np.ndarray):
    """An array that counts the add-multiplies of its matrix products."""

    total = 0

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        plain = [np.asarray(i) if isinstance(i, Counted) else i for i in inputs]
        result = getattr(ufunc, method)(*plain, **kwargs)
        if ufunc is np.matmul:
            Counted.total += int(np.prod(plain[0].shape)) * plain[1].shape[-1]
        return np.asarray(result).view(Counted)


@pytest.fixture
def counting(monkeypatch):
    """The add-multiplies of mlp.py, measured with counting arrays."""
    monkeypatch.setattr(mlp, "as_float64", lambda values: values.view(Counted))


def net(sizes, batch):
    rng = np.random.default_rng(0)
    return (
        mlp.init_params(rng, sizes),
        rng.normal(size=(batch, sizes[0])),
        rng.normal(size=(batch, sizes[-1])),
    )


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize("sizes", [(3, 1), (2, 8, 1), (4, 5, 6, 3), (1, 1, 1, 1, 1)])
@pytest.mark.parametrize("batch", [1, 7])
def test_the_counts_are_those_of_the_products_in_the_vector_form(sizes, batch):
    params, x, t = net(sizes, batch)

    Counted.total = 0
    passed = mlp.forward(params, x)
    went_forward = Counted.total
    Counted.total = 0
    mlp.backward(params, passed, (passed.y - t).view(Counted))

    assert went_forward == cost.count_forward(sizes, batch)
    assert Counted.total == cost.count_backward(sizes, batch, input_signal=True)


@given(sizes=SIZES, batch=st.integers(1, 9))
def test_property_each_weight_costs_one_forward_and_two_backward_without_the_inputs_signal(sizes, batch):
    params = net(sizes, batch)[0]
    weights = sum(value.size for name, value in params.items() if name.startswith("W"))

    assert cost.count_forward(sizes, batch) == batch * weights
    assert cost.count_backward(sizes, batch, input_signal=True) == 2 * batch * weights
    assert cost.count_backward(sizes, batch) == batch * (2 * weights - sizes[0] * sizes[1])


@given(width=st.integers(1, 50), layers=st.integers(1, 20))
def test_property_the_cost_is_linear_in_depth_and_quadratic_in_width(width, layers):
    one, more = (cost.count_forward((width,) * (n + 1)) for n in (layers, 3 * layers))
    wide = cost.count_forward((3 * width,) * (layers + 1))

    assert more == 3 * one
    assert wide == 9 * one
    back = cost.count_backward((width,) * (layers + 1), input_signal=True)
    assert cost.count_backward((width,) * (3 * layers + 1), input_signal=True) == 3 * back
    assert cost.count_backward((3 * width,) * (layers + 1), input_signal=True) == 9 * back


def test_finite_differences_cost_two_forward_passes_for_each_parameter():
    sizes = (3, 4, 2)

    assert cost.count_parameters(sizes) == 3 * 4 + 4 + 4 * 2 + 2
    assert cost.count_finite_differences(sizes, batch=5) == 2 * 26 * cost.count_forward(sizes, 5)


@pytest.mark.parametrize("sizes", [(3,), (), (2, 0, 1), (2, -1)])
def test_it_refuses_sizes_that_are_not_a_net(sizes):
    with pytest.raises(ValueError, match="sizes"):
        cost.count_forward(sizes)
