"""The step of a pack check that sends odd values through every test."""

from dataclasses import replace

from grader.grading.client import Client
from grader.grading.grade import Draw, grade
from grader.packcheck.odd_answers import odd_answers, odd_step
from grader.packcheck.odd_source import LIKE, PLAIN, odd
from grader.values import Cause, Outcome, Verdict
from tests.helpers.packs import FakeClient, make_pack, passed

SLOW = b"""
import os
import numpy as np

def test_loss(student):
    value = float(student.loss(np.ones(2), np.zeros(2)))
    if value > 1e300: os._exit(1)  # as memory that runs out would end it
    assert value == 1.0

def test_gradient(student):
    a, b = student.gradient(np.ones(2), np.zeros(2))
    assert student.gradient(np.ones(2), np.zeros(2))[1] == 1.0

def test_other_sizes(student):
    assert {"1": 1.0}[str(round(student.loss(np.ones(2), np.zeros(2))))] == 1.0
"""


def step_of(pack, client, *, proven=True, what=None):
    chosen = [odd for odd in odd_answers(pack) if what is None or odd.what in what]
    draw = Draw(team="draw 0", files="draw 0")
    return odd_step([(odd, grade(pack, odd.submission, client, draw=draw, proven=proven)) for odd in chosen])


def test_a_test_that_can_not_be_finished_on_an_odd_value_is_refused(shared_runner):
    pack = make_pack({"tests/test_squared.py": SLOW})
    client = Client(shared_runner)

    step = step_of(pack, client, what=("1.7e308", "None", "values like the right ones"))

    assert step.say == "3 variants, a verdict on each"
    assert [fault.split(":")[0] for fault in step.faults] == ["test_loss"]
    assert "gives no verdict if all functions return 1.7e308: With what this code returns" in step.faults[0]


def test_a_test_without_a_verdict_is_refused_once_with_its_reason():
    def internal(order):
        stop = Outcome("test_loss", Verdict.INTERNAL, cause=Cause.PACK, detail="lost")
        return [stop, *(passed(plan.id) for plan in order.tests if plan.id != "test_loss")]

    step = step_of(make_pack(), FakeClient([internal]))

    assert step.faults == ("test_loss: gives no verdict if all functions return None: lost",)
    assert not step.proven


def test_every_value_is_tried_and_right_calls_between_functions_stay_right():
    source = b"def helper(x): return x + 1\ndef twice(x): return 2 * helper(x)\n"
    space = {}
    exec(odd(source, ["helper", "twice"], [*PLAIN.values(), *LIKE.values()]), space)

    given = [space["twice"](3.0) for _ in range(len(PLAIN) + len(LIKE))]

    assert given[: len(PLAIN)][0] is None
    assert given[len(PLAIN)] == (8.0, 8.0)
    assert given[-4:-1][1:] == [float("inf"), 1.7e308]
    assert space["helper"](1.0) is None  # from the first value again


def test_a_quick_check_tries_all_values_in_a_few_gradings():
    pack = make_pack()

    assert len(list(odd_answers(pack, thorough=False))) == 4
    assert len(list(odd_answers(pack))) == len(PLAIN) + 1 + 2


def test_a_pack_of_texts_has_none():
    pack = make_pack()
    rows = tuple(row.model_copy(update={"kind": "text"}) for row in pack.manifest.files)
    texts = replace(pack, manifest=pack.manifest.model_copy(update={"files": rows}))

    assert odd_step([(odd, None) for odd in odd_answers(texts)]).say == "no Python is asked for"
