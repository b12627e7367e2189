"""Derivations in the sandbox: other correct forms earn all points; a wrong line affects no other."""

from pathlib import Path

import pytest

from grader.grading.client import Client
from grader.grading.grade import Draw, grade
from grader.grading.submission import Submission
from grader.packs import load
from grader.values import Verdict

PACK = load(Path(__file__).parents[2] / "assignments/derivations")
SOLUTION = PACK.files["solution/derivations.txt"].decode()
OTHER = {
    "prod_q_bar": "z*(x + y)/(x + y)",
    "slope": "y − y²",
    "ls_z_bar": "(σ(z) − t)·exp(−z)/(1 + exp(−z))^2",
    "ls_w_bar": "x·σ'(b + x·w)·(1/(1 + e^(−w·x − b)) − t)",
    "ls_b_bar": "(½·tanh((w·x + b)/2) + ½ − t)·σ'(w·x + b)",
    "reg_w_bar": "λ·w − (t − sigmoid(w*x + b))*sigmoid(w*x + b)*sigmoid(−w*x − b)*x",
    "reg_b_bar": "dsigma(-w*x - b) * (sigma(w*x + b) - t) + lam*w - lam*w",
    "sm_y_bar_k": "-1 / (y_k / t_k)",
    "sm_z_bar_k": "1 / sum(l, exp(z_l - z_k)) - t_k",
    "sm_w_bar_kj": "x_j * (exp(z_k) / Σ_l(exp(z_l)) − t_k)",
    "curve_x_bar": "y * e^(x*y)",
    "curve_y_bar": "(e^(-x*y) + x) * e^(x*y)",
    "curve_t_bar": "2*t + exp(t^2*cos(t)) * (2*t*cos(t) - t^2*sin(t))",
    "mlp_y_bar_k": "−(t_k − y_k)",
    "mlp_h_bar_i": "ȳ_1·w2_1i + ȳ_2·w₂_2i",
    "mlp_z_bar_i": "h̄_i·σ(z_i)·(1 − σ(z_i))",
    "mlp_whole_ij": "x_j·σ'(z_i)·(sum(k, y_k·w2_ki) − sum(k, t_k·w2_ki))",
    "vjp_tanh_i": "ȳ_i·tanh'(z_i)",
    "vjp_matvec_j": "w_1j·z̄_1 + w_2j·z̄_2 + w_3j·z̄_3",
    "vjp_softmax_k": "y_k*y_bar_k - y_k*sum(l, y_l*y_bar_l)",
}


@pytest.fixture
def client(shared_runner):
    return Client(shared_runner)


def graded(client, text, draw="a team"):
    submission = Submission((("derivations.txt", text.encode()),))
    return grade(PACK, submission, client, draw=Draw(b"secret", draw))


def written(changes):
    """The solution with other formulas under these names."""
    lines = [line.split(" = ")[0] for line in SOLUTION.splitlines()]
    assert set(changes) <= set(lines)
    pairs = zip(lines, SOLUTION.splitlines(), strict=True)
    return "\n".join(f"{name} = {changes[name]}" if name in changes else line for name, line in pairs)


@pytest.mark.parametrize("draw", ["a", "b", "c"])
def test_other_correct_forms_earn_all_points(client, draw):
    report = graded(client, written(OTHER), draw)

    assert [r.message for r in report.results if r.verdict is not Verdict.PASSED] == []
    assert report.score == report.max


def test_an_unreadable_line_loses_only_its_own_points(client):
    report = graded(client, written({"mlp_h_bar_i": "sum(k, y_bar_k * w2_ki"}))

    lost = {r.id: r.points - r.earned for r in report.results if r.earned != r.points}
    assert lost == {"test_mlp_hidden": 3}


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"ls_w_bar = {'(' * n}" for n in (100, 1000, 100_000)),
        "ls_w_bar = " + "9**" * 300 + "9\nls_b_bar = 1/0",
        "\u202e\u0304\u200b=\ufffd",
        "w" * 30_000,
        "__import__('os').system('id') = 1\nls_w_bar = __import__('os')",
    ],
    ids=["brackets", "powers", "marks", "one long name", "program"],
)
def test_hostile_text_earns_nothing_and_every_test_fails_normally(client, text):
    report = graded(client, text)

    assert report.score == 0
    assert {r.verdict for r in report.results} == {Verdict.FAILED}
    assert all(r.message for r in report.results)
