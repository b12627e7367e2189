import pytest
from keys import KEYS


def asks(*names):
    """One case for each name."""
    return pytest.mark.parametrize("name", names)


def judge(formula, student, name):
    want, of, indices = KEYS[name]

    formula(student, name, want, of=of, indices=indices)


def test_every_line_can_be_read(student):
    unread = [said["message"] for said in map(student.formula, KEYS) if not said["found"]]

    assert not unread, unread[0] + (f"\n{len(unread) - 1} more can't be read." if unread[1:] else "")


@asks("prod_q_bar", "prod_z_bar", "prod_x_bar", "prod_y_bar")
def test_product_of_a_sum(student, formula, name):
    judge(formula, student, name)


def test_slope_by_its_value(student, formula):
    judge(formula, student, "slope")


@asks("ls_z_bar", "ls_w_bar", "ls_b_bar")
def test_least_squares(student, formula, name):
    judge(formula, student, name)


@asks("reg_w_bar", "reg_b_bar")
def test_regularised(student, formula, name):
    judge(formula, student, name)


@asks("sm_y_bar_k", "sm_z_bar_k", "sm_w_bar_kj")
def test_softmax(student, formula, name):
    judge(formula, student, name)


@asks("curve_x_bar", "curve_y_bar", "curve_t_bar")
def test_along_a_curve(student, formula, name):
    judge(formula, student, name)


@asks("mlp_y_bar_k", "mlp_w2_bar_ki", "mlp_b2_bar_k")
def test_mlp_output(student, formula, name):
    judge(formula, student, name)


@asks("mlp_h_bar_i", "mlp_z_bar_i", "mlp_w1_bar_ij", "mlp_b1_bar_i")
def test_mlp_hidden(student, formula, name):
    judge(formula, student, name)


@asks("vjp_exp_i", "vjp_tanh_i", "vjp_matvec_j")
def test_vjps(student, formula, name):
    judge(formula, student, name)


def test_mlp_in_one_line(student, formula):
    judge(formula, student, "mlp_whole_ij")


def test_vjp_of_softmax(student, formula):
    judge(formula, student, "vjp_softmax_k")
