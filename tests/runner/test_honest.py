# ruff: noqa: E501 - each program is on one line
"""Honest code in any style gets its points in every mode."""

from __future__ import annotations

from typing import Any

import pytest

from grader.values import Verdict
from tests.runner import kit
from tests.runner.honest import HONEST

PACK = kit.pack("""
import numpy as np

def case(rng):
    params = {"W1": rng.normal(size=(5, 4)), "b1": rng.normal(size=5), "W2": rng.normal(size=(3, 5)), "b2": rng.normal(size=3)}
    return params, rng.normal(size=(6, 4)), rng.normal(size=(6, 3))

def test_net(student, rng, same, gradcheck):
    params, x, t = case(rng)
    h = 1 / (1 + np.exp(-(x @ params["W1"].T + params["b1"])))
    y = h @ params["W2"].T + params["b2"]
    same(student.forward(params, x)["y"], y, "y")
    same(student.loss(params, x, t), 0.5 * np.sum((y - t) ** 2), "loss")
    gradcheck(student.backward(params, x, t), of=student.loss, args=(params, x, t))
""")


@pytest.fixture(scope="session")
def outcomes(runner: kit.Running) -> dict[str, Any]:
    return kit.grade_each(runner.client, PACK, HONEST, kit.plan("test_net"))


@pytest.mark.parametrize("name", HONEST)
def test_honest_code_passes(outcomes: dict[str, Any], name: str) -> None:
    outcome = outcomes[name]

    assert outcome.verdict == Verdict.PASSED, outcome
    assert outcome.evidence.ended == ""


def test_the_same_code_with_one_mistake_fails(runner: kit.Running) -> None:
    wrong = HONEST["plain"].replace(b"(1 - c", b"(1 + c")

    outcome = kit.grade_test(runner.client, PACK, wrong, "test_net")

    assert outcome.verdict == Verdict.FAILED
    assert "differs from the measured slopes" in outcome.message


def test_there_are_enough_programs() -> None:
    assert len(HONEST) >= 50
