# ruff: noqa: E501 - the pack and the code are small programs
"""A diagnosis in the sandbox: the student's code is called again, and hidden inputs stay hidden."""

from __future__ import annotations

from grader.values import Fit, Verdict
from tests.runner.kit import Running, grade, pack, plan

PACK = pack(
    "import numpy as np\n"
    "from grader.kit import Net\n"
    "from reference import mlp\n"
    "def check(student, rng, gradcheck, mark):\n"
    "    params, x, t = mlp.init_params(rng, (3, 4, 2)), rng.normal(size=(5, 3)), rng.normal(size=(5, 2))\n"
    "    right = mlp.cost_signals(params, x, t).parameters\n"
    "    x = x + mark * 0.0\n"
    "    gradcheck(student.backward(params, x, t), args=(params, x, t), reference=right, diagnose=Net(student.backward, rng, (params, x, t)))\n"
    "def test_shown(student, rng, gradcheck): check(student, rng, gradcheck, 1.0)\n"
    "def test_hidden(student, rng, gradcheck): check(student, rng, gradcheck, 2.0)\n"
)
CODE = """
import numpy as np
seen = []
def backward(params, x, t):
    seen.append(round(float(x[0, 0]), 12))
    print(seen)
    h = 1 / (1 + np.exp(-(x @ params["W1"].T + params["b1"])))
    y_bar = (h @ params["W2"].T + params["b2"] - t) / len(x)
    h_bar = y_bar @ params["W2"]
    return {"W1": h_bar.T @ x, "b1": h_bar.sum(0), "W2": y_bar.T @ h, "b2": y_bar.sum(0)}
"""


def test_a_mistake_is_named_in_the_sandbox_and_hidden_draws_are_not_shown(runner: Running) -> None:
    shown, hidden, again = grade(
        runner.client,
        PACK,
        CODE,
        plan("test_shown", key=1),
        plan("test_hidden", hidden=True, key=2),
        plan("test_shown", key=1),
    ).outcomes

    for outcome in (shown, hidden):
        assert outcome.verdict == Verdict.FAILED
        assert outcome.diagnosis is not None
        assert (outcome.diagnosis.fit, outcome.diagnosis.mistakes) == (Fit.ONE, ("slope-left-out",))
    numbers = hidden.output.replace("[", " ").replace("]", " ").replace(",", " ").split()
    assert len(set(numbers)) == 1  # what is printed in further calls is not the test's
    assert not any(number in shown.output + again.output for number in numbers)


def test_correct_code_is_called_once(runner: Running) -> None:
    right = CODE.replace("h_bar.T @ x", "(h_bar * h * (1 - h)).T @ x").replace(
        "h_bar.sum(0)", "(h_bar * h * (1 - h)).sum(0)"
    )

    (outcome,) = grade(runner.client, PACK, right, plan("test_shown")).outcomes

    assert outcome.verdict == Verdict.PASSED
    assert outcome.diagnosis is None
    assert len(outcome.output.splitlines()) == 1
