"""Hessian-vector products: right ones of any kind earn every point; a Hessian or a difference does not."""

from decimal import Decimal
from pathlib import Path

import pytest

from grader.values import Verdict
from tests.helpers.mistakes import wrong_text

PACK = Path(__file__).parents[2] / "assignments/hvp"
SOLUTION = (PACK / "solution/hvp.py").read_text()


@pytest.mark.parametrize("style", ["complex_step", "dual_numbers", "einsum", "lists"])
def test_it_gives_full_marks_to_right_answers_in_another_style(hand_in, answer, lost, style):
    report = hand_in("hvp", answer(f"hvp/{style}"))

    assert lost(report) == {}


# Answers that have the properties of a Hessian, or its shapes, and are none.
NO_HESSIANS = {
    "v itself": ("(1 * v_w, 1 * v_b)", "v", {"test_symmetric", "test_linear"}),
    "zero": ("(0 * v_w, 0 * v_b)", "{k: 0 * v[k] for k in v}", set()),
    "the gradient": ("logistic_gradient(w, b, x, t)", "mlp_gradient(params, x, t)", set()),
    "NaN": ("(v_w / 0, v_b * float('nan'))", "{k: v[k] / 0 for k in v}", set()),
    "a pair of nothing": ("(None, None)", "dict.fromkeys(v)", set()),
    "text": ("('w', 'b')", "dict.fromkeys(v, 'H v')", set()),
}
ALONE = {"test_logistic_gradient", "test_mlp_gradient", "test_arguments_unchanged"}


@pytest.mark.parametrize("case", NO_HESSIANS.values(), ids=NO_HESSIANS)
def test_what_is_no_product_earns_next_to_nothing(hand_in, case):
    line, net, kept = case
    text = f"\n\ndef logistic_hvp(w, b, v_w, v_b, x, t):\n    return {line}\n"
    text += f"\n\ndef mlp_hvp(params, v, x, t):\n    return {net}\n"

    report = hand_in("hvp", {"hvp.py": f"{SOLUTION}{text}"})

    assert {r.id for r in report.results if r.earned} - ALONE == kept
    assert not report.internal


def test_the_message_of_the_memory_limit_says_what_a_hessian_takes(hand_in):
    report = hand_in("hvp", {"hvp.py": wrong_text(PACK, "logistic_hessian_built")})

    result = next(r for r in report.results if r.id == "test_logistic_without_hessian")
    assert (result.verdict, result.earned) == (Verdict.MEMORY, Decimal(0))
    assert "20,000 by 20,000 numbers takes 3.2 GB, and a test has 256 MB" in result.message


def test_a_broken_gradient_costs_the_products_nothing(hand_in, lost):
    text = (
        "\n\ndef logistic_gradient(w, b, x, t):\n    raise KeyError\n\n\nmlp_gradient = logistic_gradient\n"
    )

    report = hand_in("hvp", {"hvp.py": f"{SOLUTION}{text}"})

    assert set(lost(report)) == {"test_logistic_gradient", "test_mlp_gradient", "test_arguments_unchanged"}
