"""The slopes of a pack's own loss, remembered, so that other gradients can be compared with them later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from grader.kit import nearly
from grader.kit.candidate import Candidate
from grader.kit.gradients import Question, judge
from grader.kit.loss_function import LossFault, Point, loss_name, point_of, stacked_loss
from grader.kit.nearly import Nearly
from grader.kit.student import Function
from grader.kit.targets import Target, of_gradients
from grader.wire import NotAValue, encode
from reference.gradcheck import NotFinite, slopes

MOST_ENTRIES = 500
ROUGH = 0.005  # what the quick look takes for the error of a slope; where a loss has kinks it may be large
ASIDE = 1e6  # so wrong are gradients for which slopes are measured in all ways


class Remembered:
    """A loss that keeps its values, by the argument it is differentiated by. When it is `closed` it is not
    called any more: it raises LossFault for any other argument. `calls_student`, if it was seen to call the
    student's code itself."""

    def __init__(self, of: Callable[..., Any], wrt: int, candidate: Candidate) -> None:
        self._of, self._wrt, self._candidate = of, wrt, candidate
        self._values: dict[bytes, Any] = {}
        self._lists: dict[bytes, list[Any]] = {}
        self.closed = self.calls_student = False
        self.__name__ = loss_name(of)

    def __call__(self, *args: Any) -> Any:
        key = self._key(args[self._wrt])
        if key is None:
            return self._called(args)
        if key not in self._values:
            self._values[key] = self._called(args)
        return self._values[key]

    @staticmethod
    def _key(at: Any) -> bytes | None:
        try:
            return b"".join(map(bytes, encode("at", at, own=True)))
        except NotAValue:
            return None

    def many(self, *args: Any, over: int) -> list[Any]:
        """Its values at each entry of the argument `over`, whose arrays have one axis more."""
        key = self._key(args[over])
        if key is None or key not in self._lists:
            at = args[over]
            values = [self(*args[:over], _entry(at, i), *args[over + 1 :]) for i in range(_length(at))]
            if key is None:
                return values
            self._lists[key] = values
        return self._lists[key]

    def _called(self, args: tuple[Any, ...]) -> Any:
        if self.closed:
            raise LossFault("the loss was not measured there")
        before = self._candidate.calls_made
        value = self._of(*args)
        self.calls_student |= self._candidate.calls_made > before
        return value


def _entry(stacked: Any, i: int) -> Any:
    """The arguments with the number `i` of stacked ones."""
    if isinstance(stacked, dict):
        return {name: array[i] for name, array in stacked.items()}
    return type(stacked)(a[i] for a in stacked) if isinstance(stacked, list | tuple) else stacked[i]


def _length(stacked: Any) -> int:
    """How many arguments are stacked."""
    arrays = list(stacked.values()) if isinstance(stacked, dict) else stacked
    return len(arrays[0] if isinstance(stacked, dict | list | tuple) else arrays)


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
    quick = _quick_look(grads, question, point)
    loss.closed = True
    return replace(of_gradients(grads, question, None), nearly=quick)


def _quick_look(grads: Any, question: Question, point: Point) -> Nearly:
    """The quick look at gradients beside the measured slopes, where each entry is measured anyway."""
    if sum(array.size for array in point.arrays.values()) > MOST_ENTRIES:
        return nearly.always
    f = stacked_loss(question.of, question.args, question.wrt, point, question.precision)
    try:
        measured = slopes(f, point.arrays, question.precision)
    except (LossFault, NotFinite):
        return nearly.always
    return nearly.of_gradients(grads, point.rebuild(measured), ROUGH, ROUGH)
