"""What a failed `gradcheck` with nothing but a loss says of other gradients."""

import numpy as np
import pytest

from grader.kit import Checks, Mismatch, Recorder
from grader.kit.slopes import Remembered
from grader.kit.student import Function

POINT = {"w": np.array([0.5, -1.0, 2.0]), "b": np.array([0.3])}


class Keeping:
    """A candidate whose calls are kept; its function `loss` is a sum of squares."""

    keeps = True
    calls_made = 0

    def call(self, path, mode, args, kwargs, **more):
        self.calls_made += 1
        w, b = args[0]["w"], args[0]["b"]
        return (w**2).sum(axis=-1) + b[..., 0] if mode == "many" else float((w**2).sum() + b[0])

    def note(self, *args, **kwargs):
        pass


def loss(params):
    return float((params["w"] ** 2).sum() + params["b"][0])


def targets(of, grads):
    candidate = Keeping()
    recorder = Recorder()
    with pytest.raises(Mismatch):
        Checks(recorder, candidate).gradcheck(grads, of=of(candidate), args=(POINT,))
    return recorder.targets


RIGHT = {"w": 2.0 * POINT["w"], "b": np.ones(1)}


def test_a_loss_of_the_pack_tells_which_gradients_are_right():
    wrong = {**RIGHT, "w": POINT["w"]}

    (target,) = targets(lambda _: loss, wrong)

    assert target.got is wrong
    assert target.rights(wrong) == {"['w']": False, "['b']": True}
    assert target.rights(RIGHT) == {"['w']": True, "['b']": True}
    assert target.rights({**RIGHT, "b": np.zeros(1)}) == {"['w']": True, "['b']": False}
    assert target.rights(None) == {"['w']": False, "['b']": False}


def test_the_loss_is_not_called_after_the_test():
    calls = []

    def counted(params):
        calls.append(1)
        return loss(params)

    (target,) = targets(lambda _: counted, {**RIGHT, "w": POINT["w"]})
    before = len(calls)
    target.rights(RIGHT)
    target.rights({"w": np.zeros(3), "b": np.zeros(1)})

    assert len(calls) == before


@pytest.mark.parametrize(
    "of",
    [
        lambda candidate: Function(candidate, "loss"),
        lambda candidate: lambda params: candidate.call("loss", "plain", (params,), {}),
    ],
    ids=["the student's loss", "a loss that calls the student's"],
)
def test_a_loss_of_the_students_own_tells_nothing_of_other_gradients(of):
    assert targets(of, {**RIGHT, "w": POINT["w"]}) == []


def test_a_closed_loss_has_no_other_values():
    remembered = Remembered(loss, 0, Keeping())
    assert remembered(POINT) == remembered(POINT) == loss(POINT)
    assert remembered.__name__ == "loss"
    remembered.closed = True

    assert remembered(POINT) == loss(POINT)
    with pytest.raises(Exception, match="not measured"):
        remembered({**POINT, "b": np.zeros(1)})
