"""The slopes of a pack's own loss, remembered, so that other gradients can be compared with them later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from grader.kit.candidate import Candidate
from grader.kit.gradients import Question, judge
from grader.kit.loss_function import LossFault, loss_name, point_of
from grader.kit.student import Function
from grader.kit.targets import Target, of_gradients
from grader.wire import NotAValue, encode

ASIDE = 1e6  # so wrong are gradients for which slopes are measured in all ways


class Remembered:
    """A loss that keeps its values, by the argument it is differentiated by. When it is `closed` it is not
    called any more: it raises LossFault for any other argument. `calls_student`, if it was seen to call the
    student's code itself."""

    def __init__(self, of: Callable[..., Any], wrt: int, candidate: Candidate) -> None:
        self._of, self._wrt, self._candidate = of, wrt, candidate
        self._values: dict[bytes, Any] = {}
        self.closed = self.calls_student = False
        self.__name__ = loss_name(of)

    def __call__(self, *args: Any) -> Any:
        try:
            key = b"".join(map(bytes, encode("at", args[self._wrt], own=True)))
        except NotAValue:
            return self._called(args)
        if key not in self._values:
            self._values[key] = self._called(args)
        return self._values[key]

    def _called(self, args: tuple[Any, ...]) -> Any:
        if self.closed:
            raise LossFault("the loss was not measured there")
        before = self._candidate.calls_made
        value = self._of(*args)
        self.calls_student |= self._candidate.calls_made > before
        return value


def remembering(question: Question, candidate: Candidate | None) -> Question:
    """The question with a loss that keeps its values, if the calls of this test are kept and the loss is none
    of the student's own functions."""
    own = question.of is None or isinstance(question.of, Function)
    if candidate is None or not candidate.keeps or own or hasattr(question.of, "many"):
        return question
    return replace(question, of=Remembered(question.of, question.wrt, candidate))


def of_slopes(grads: Any, question: Question) -> Target | None:
    """The target of `gradcheck` without a reference, with a part for each parameter; None if the loss is not
    remembered, or if it calls the student's code itself: then it may be the loss that is wrong."""
    loss = question.of
    if not isinstance(loss, Remembered) or loss.calls_student:
        return None
    point = point_of(question.args[question.wrt], question.names)
    aside = {name: array + ASIDE * (1.0 + np.abs(array)) for name, array in point.arrays.items()}
    judge(point.rebuild(aside), question, None)  # measures the slopes by each parameter
    loss.closed = True
    return of_gradients(grads, question, None)
