import pytest
from cases import ask, curve_answers, curve_point, line_answers, line_point, product_answers, product_point


def product(student, rng, same, picture, *keys):
    point = product_point(rng)

    ask(student, rng, same, picture, "product_of_sum", point, product_answers(*point), keys)


def test_product_values(student, rng, same, picture):
    product(student, rng, same, picture, "q", "f")


@pytest.mark.parametrize("key", ["q_bar", "z_bar", "x_bar", "y_bar"])
def test_product_signals(student, rng, same, picture, key):
    product(student, rng, same, picture, key)


def line(student, rng, same, picture, *keys):
    point = line_point(rng)

    ask(student, rng, same, picture, "least_squares", point, line_answers(*point), keys)


def test_least_squares_values(student, rng, same, picture):
    line(student, rng, same, picture, "z", "y", "L")


@pytest.mark.parametrize("key", ["y_bar", "z_bar"])
def test_least_squares_intermediate(student, rng, same, picture, key):
    line(student, rng, same, picture, key)


@pytest.mark.parametrize("key", ["w_bar", "b_bar"])
def test_least_squares_parameters(student, rng, same, picture, key):
    line(student, rng, same, picture, key)


def penalised(student, rng, same, picture, *keys):
    point = (*line_point(rng), 0.3)

    ask(student, rng, same, picture, "regularised", point, line_answers(*point), keys)


def test_regularised_values(student, rng, same, picture):
    penalised(student, rng, same, picture, "z", "y", "L", "R", "L_reg")


@pytest.mark.parametrize("key", ["L_bar", "R_bar", "y_bar", "z_bar"])
def test_regularised_intermediate(student, rng, same, picture, key):
    penalised(student, rng, same, picture, key)


@pytest.mark.parametrize("key", ["w_bar", "b_bar"])
def test_regularised_parameters(student, rng, same, picture, key):
    penalised(student, rng, same, picture, key)


def curve(student, rng, same, picture, *keys):
    point = curve_point(rng)

    ask(student, rng, same, picture, "along_curve", point, curve_answers(*point), keys)


def test_curve_values(student, rng, same, picture):
    curve(student, rng, same, picture, "x", "y", "f")


@pytest.mark.parametrize("key", ["x_bar", "y_bar"])
def test_curve_intermediate(student, rng, same, picture, key):
    curve(student, rng, same, picture, key)


def test_curve_end(student, rng, same, picture):
    curve(student, rng, same, picture, "t_bar")
