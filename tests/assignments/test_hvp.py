"""Hessian-vector products: correct ones of any kind earn all points; a Hessian or a difference does not."""

from decimal import Decimal
from pathlib import Path

import pytest

from grader.values import Verdict
from tests.helpers.mistakes import wrong_text

PACK = Path(__file__).parents[2] / "assignments/hvp"
SOLUTION = (PACK / "solution/hvp.py").read_text()


@pytest.mark.parametrize("style", ["complex_step", "dual_numbers", "einsum", "lists"])
def test_correct_answers_in_another_style_earn_all_points(submit, answer, lost, style):
    report = submit("hvp", answer(f"hvp/{style}"))

    assert lost(report) == {}


# Answers with some properties of a Hessian-vector product, or with its shapes, that are wrong.
NOT_PRODUCTS = {
    "v itself": ("(1 * v_w, 1 * v_b)", "v", {"test_symmetric", "test_linear"}),
    "zero": ("(0 * v_w, 0 * v_b)", "{k: 0 * v[k] for k in v}", set()),
    "the gradient": ("logistic_gradient(w, b, x, t)", "mlp_gradient(params, x, t)", set()),
    "NaN": ("(v_w / 0, v_b * float('nan'))", "{k: v[k] / 0 for k in v}", set()),
    "a pair of nothing": ("(None, None)", "dict.fromkeys(v)", set()),
    "text": ("('w', 'b')", "dict.fromkeys(v, 'H v')", set()),
}
INDEPENDENT = {"test_logistic_gradient", "test_mlp_gradient", "test_arguments_unchanged"}


@pytest.mark.parametrize("case", NOT_PRODUCTS.values(), ids=NOT_PRODUCTS)
def test_a_wrong_product_earns_almost_nothing(submit, case):
    logistic, net, passing = case
    text = f"\n\ndef logistic_hvp(w, b, v_w, v_b, x, t):\n    return {logistic}\n"
    text += f"\n\ndef mlp_hvp(params, v, x, t):\n    return {net}\n"

    report = submit("hvp", {"hvp.py": f"{SOLUTION}{text}"})

    assert {r.id for r in report.results if r.earned} - INDEPENDENT == passing
    assert not report.internal


def test_the_message_of_the_memory_limit_says_how_large_a_hessian_is(submit):
    report = submit("hvp", {"hvp.py": wrong_text(PACK, "logistic_hessian_built")})

    result = next(r for r in report.results if r.id == "test_logistic_without_hessian")
    assert (result.verdict, result.earned) == (Verdict.MEMORY, Decimal(0))
    assert "20,000 by 20,000 numbers takes 3.2 GB, and a test has 256 MB" in result.message


def test_a_broken_gradient_does_not_affect_the_products(submit, lost):
    text = (
        "\n\ndef logistic_gradient(w, b, x, t):\n    raise KeyError\n\n\nmlp_gradient = logistic_gradient\n"
    )

    report = submit("hvp", {"hvp.py": f"{SOLUTION}{text}"})

    assert set(lost(report)) == {"test_logistic_gradient", "test_mlp_gradient", "test_arguments_unchanged"}
