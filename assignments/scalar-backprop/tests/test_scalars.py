import pytest
from cases import ask, curve_answers, curve_point, line_answers, line_point, product_answers, product_point


def product(student, rng, same, *keys):
    point = product_point(rng)

    ask(student, rng, same, "product_of_sum", point, product_answers(*point), keys)


def test_product_values(student, rng, same):
    product(student, rng, same, "q", "f")


@pytest.mark.parametrize("key", ["q_bar", "z_bar", "x_bar", "y_bar"])
def test_product_signals(student, rng, same, key):
    product(student, rng, same, key)


def line(student, rng, same, *keys):
    point = line_point(rng)

    ask(student, rng, same, "least_squares", point, line_answers(*point), keys)


def test_least_squares_values(student, rng, same):
    line(student, rng, same, "z", "y", "L")


@pytest.mark.parametrize("key", ["y_bar", "z_bar"])
def test_least_squares_intermediate(student, rng, same, key):
    line(student, rng, same, key)


@pytest.mark.parametrize("key", ["w_bar", "b_bar"])
def test_least_squares_parameters(student, rng, same, key):
    line(student, rng, same, key)


def penalised(student, rng, same, *keys):
    point = (*line_point(rng), 0.3)

    ask(student, rng, same, "regularised", point, line_answers(*point), keys)


def test_regularised_values(student, rng, same):
    penalised(student, rng, same, "z", "y", "L", "R", "L_reg")


@pytest.mark.parametrize("key", ["L_bar", "R_bar", "y_bar", "z_bar"])
def test_regularised_intermediate(student, rng, same, key):
    penalised(student, rng, same, key)


@pytest.mark.parametrize("key", ["w_bar", "b_bar"])
def test_regularised_parameters(student, rng, same, key):
    penalised(student, rng, same, key)


def curve(student, rng, same, *keys):
    point = curve_point(rng)

    ask(student, rng, same, "along_curve", point, curve_answers(*point), keys)


def test_curve_values(student, rng, same):
    curve(student, rng, same, "x", "y", "f")


@pytest.mark.parametrize("key", ["x_bar", "y_bar"])
def test_curve_intermediate(student, rng, same, key):
    curve(student, rng, same, key)


def test_curve_end(student, rng, same):
    curve(student, rng, same, "t_bar")
