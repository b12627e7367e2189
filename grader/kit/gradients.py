"""Checks a student's gradients, parameter by parameter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from grader.kit import words
from grader.kit.anyof import AnyOf
from grader.kit.arrays import Taken, take
from grader.kit.comparing import short_digits, single_precision
from grader.kit.loss_function import LossFault, Point, chosen, loss_name, point_of, stacked_loss
from grader.values import Number
from grader.values.numbers import apart, measure
from reference.arrays import Array
from reference.gradcheck import FLOAT32, Agreement, NotFinite, Precision, check, compare
from reference.notation import gradient

ZERO_SHARE = 1e-6  # of the largest slopes: noise below it can't hide a slope that matters
NOISE_SHARE = 0.1  # above it, slopes prove nothing (a huge constant loss, for example)


@dataclass(frozen=True)
class Question:
    """What is checked: the gradients of `of(*args)` with respect to `args[wrt]`, see Checks.gradcheck."""

    of: Any
    args: tuple[Any, ...]
    wrt: int
    names: tuple[str, ...] | None
    precision: Precision


class WrongGradient(NamedTuple):
    """A gradient that differs from the reference, the right one, and the threshold."""

    got: Array
    want: Array
    threshold: float


class Match(NamedTuple):
    """An accepted answer with its label, and how each gradient compares with it."""

    label: str
    want: Mapping[str, Array]
    agreements: Mapping[str, Agreement]


@dataclass
class Verdicts:
    """The results so far: a sentence for each wrong gradient, and all measured numbers."""

    checked: tuple[str, ...]
    faults: dict[str, str] = field(default_factory=dict)
    numbers: list[Number] = field(default_factory=list)
    about_all: str = ""  # one message for all parameters together
    wrong: dict[str, WrongGradient] = field(default_factory=dict)  # those that differ from the reference
    slopes_only: bool = False  # compared with the slopes of a loss, which may be what is wrong

    @property
    def message(self) -> str:
        """The first wrong parameter's sentence, and which others are wrong or right; "" if all are right."""
        first = next((name for name in self.checked if name in self.faults), None)
        if self.about_all:
            return self.about_all
        if first is None:
            return ""
        others = [name for name in self.checked if name != first]
        return f"{self.faults[first]} {self._about(others)}".strip()

    def _about(self, others: Sequence[str]) -> str:
        wrong = [gradient(name) for name in others if name in self.faults]
        right = [gradient(name) for name in others if name not in self.faults]
        parts = []
        if wrong:
            many = len(wrong) > 1
            verb = f"differ{'' if many else 's'}" if self.slopes_only else f"{'are' if many else 'is'} wrong"
            parts.append(f"{words.listing(wrong)} {verb} too")
        if right:
            many = len(right) > 1
            verb = f"agree{'' if many else 's'}" if self.slopes_only else f"{'are' if many else 'is'} right"
            parts.append(f"{words.listing(right)} {verb}")
        return f"{'; '.join(parts)}." if parts else ""


def judge(grads: Any, question: Question, reference: Any) -> Verdicts:
    """The verdict on every parameter: structure, shape and NaN, then slopes and reference.

    Raises ValueError or TypeError if the question itself is wrong.
    """
    answers = _answers(reference)
    if question.of is None and not answers:
        raise TypeError("gradcheck: give a loss, a reference, or both")
    if not isinstance(question.wrt, int):
        raise TypeError("gradcheck: wrt is the index of one argument; pass several parameters as one tuple")
    point = point_of(question.args[question.wrt] if question.args else answers[0][1], question.names)
    verdicts = Verdicts(chosen(point, question.names))
    wants = [(label, _reference(answer, point)) for label, answer in answers]
    every = _take_all(grads, point, verdicts, question.precision)
    verdicts.slopes_only = not answers and not verdicts.faults
    taken = {name: every[name] for name in verdicts.checked if name in every}
    zero = {name for _, want in wants for name, array in want.items() if not array.any()}
    if question.of is not None and taken:
        _against_slopes(taken, question, point, verdicts, zero)
    if wants and taken:
        _against_reference(taken, _nearest(every, wants, question.precision), len(wants), verdicts)
    return verdicts


def _answers(reference: Any) -> tuple[tuple[str, Any], ...]:
    if isinstance(reference, AnyOf):
        return reference.answers
    return () if reference is None else (("", reference),)


def _reference(answer: Any, point: Point) -> dict[str, Array]:
    """An accepted answer by parameter name. Raises ValueError if it doesn't fit the parameters."""
    arrays = point_of(answer, None if point.by_key else tuple(point.arrays)).arrays
    for name in point.arrays:
        if name not in arrays or arrays[name].shape != point.arrays[name].shape:
            raise ValueError(f"gradcheck: the reference has no {name} of shape {point.arrays[name].shape}")
        if not np.isfinite(arrays[name]).all():
            raise ValueError(f"gradcheck: the reference of {name} is NaN or infinite")
    return arrays


def _take_all(grads: Any, point: Point, verdicts: Verdicts, precision: Precision) -> dict[str, Taken]:
    """The gradients that are numbers in the shape of their parameter, checked or not; adds a fault
    for each of the others that is to be checked."""
    returned, fault = _by_name(grads, point)
    if returned is None:
        verdicts.about_all = fault
        return {}
    fine = {}
    for name, parameter in point.arrays.items():
        if name in returned:
            taken = take(returned[name], parameter.shape, gradient(name), float32=precision is FLOAT32)
        else:
            taken = Taken(None, f"The gradients have no {name!r}; they contain {words.quoted(returned)}.")
        if taken.values is not None:
            fine[name] = taken
        elif name in verdicts.checked:
            verdicts.faults[name] = taken.fault
    return fine


def _by_name(grads: Any, point: Point) -> tuple[Mapping[Any, Any] | None, str]:
    """A student's gradients by parameter name, or None and a sentence about the wrong structure."""
    names = tuple(point.arrays)
    if isinstance(grads, dict):
        return grads, ""
    if not point.by_key and len(names) == 1 and not isinstance(grads, list | tuple):
        return {names[0]: grads}, ""
    expected = f"a dict with {words.quoted(names)}" if point.by_key else f"{len(names)} arrays"
    if not point.by_key and isinstance(grads, list | tuple) and len(grads) == len(names):
        return dict(zip(names, grads, strict=True)), ""
    begin = "None was returned" if grads is None else f"The gradients are {words.described(grads)}"
    return None, f"{begin}, expected {expected}."


def _against_slopes(
    taken: Mapping[str, Taken], question: Question, point: Point, verdicts: Verdicts, zero: Collection[str]
) -> None:
    """Compare with the slopes of the loss; `zero` are the parameters whose right gradient is zero."""
    name = loss_name(question.of)
    f = stacked_loss(question.of, question.args, question.wrt, point, question.precision)
    try:
        agreements = check(f, point.arrays, _values(taken), question.precision)
    except LossFault as fault:
        verdicts.about_all = str(fault)
        return
    except NotFinite as error:
        changed = f"where {error.name} is changed by {measure(question.precision.eps)}"
        at = changed if error.name else "at the given arguments"
        verdicts.about_all = f"{name} is {measure(error.value)} {at}, so its slopes can't be measured."
        return
    # a zero is known as well as the slopes of the other parameters are
    clear = min(agreement.noise for agreement in agreements.values()) <= ZERO_SHARE
    for parameter, agreement in agreements.items():
        _record(
            verdicts, parameter, taken[parameter], agreement, f"the measured slopes of {name}", "measured"
        )
        is_zero = not _values(taken)[parameter].any() and (clear or parameter in zero)
        if agreement.noise > NOISE_SHARE and not is_zero:
            _noisy(verdicts, parameter, name, agreement)


def _nearest(
    every: Mapping[str, Taken], wants: Sequence[tuple[str, dict[str, Array]]], precision: Precision
) -> Match:
    """The accepted answer that the gradients, taken together, are nearest to: the first, if several are."""

    def distance(match: Match) -> tuple[int, float]:
        agreements = match.agreements.values()
        return sum(not a.agrees for a in agreements), round(sum(a.error for a in agreements), 6)

    grads = _values(every)
    matches: list[Match] = []
    for label, want in wants:
        matches.append(Match(label, want, _compare_all(grads, want, precision)))
        if distance(matches[-1]) == (0, 0.0):  # none of the others can be nearer
            break
    return min(matches, key=distance)


def _against_reference(
    taken: Mapping[str, Taken],
    match: Match,
    answers: int,
    verdicts: Verdicts,
) -> None:
    label, want, agreements = match
    basis = f"the reference{f' ({label}, the nearest of {answers})' if label and answers > 1 else ''}"
    for parameter, array in taken.items():
        agreement = agreements[parameter]
        _record(verdicts, parameter, array, agreement, basis, "expected")
        if array.values is not None and not agreement.agrees:
            verdicts.wrong[parameter] = WrongGradient(array.values, want[parameter], agreement.threshold)


def _noisy(verdicts: Verdicts, parameter: str, loss: str, agreement: Agreement) -> None:
    """Add a fault: slopes smaller than the rounding noise of the loss agree with any gradient."""
    name = f"rounding noise in the slopes of {loss} by {parameter}, of their size"
    verdicts.numbers.append(Number(name, agreement.noise, NOISE_SHARE, False))
    reason = f"the slopes of {loss} with respect to {parameter} are too small for its rounding noise"
    rule = "its values are too large, or it does not depend on the parameter"
    verdicts.faults.setdefault(parameter, f"{gradient(parameter)} can't be checked: {reason}; {rule}.")


def _values(taken: Mapping[str, Taken]) -> dict[str, Array]:
    return {name: t.values for name, t in taken.items() if t.values is not None}


def _compare_all(
    grads: Mapping[str, Array], want: Mapping[str, Array], precision: Precision
) -> dict[str, Agreement]:
    """Each gradient compared with the reference. The allowed noise is rounding alone, on the scale of
    the largest gradient, since contributions may cancel."""
    largest = max(float(np.linalg.norm(w)) for w in want.values())
    return {
        name: compare(a, want[name], precision.sharp, 4.0 * precision.u * largest * float(np.sqrt(a.size)))
        for name, a in grads.items()
    }


def _record(
    verdicts: Verdicts, parameter: str, taken: Taken, agreement: Agreement, basis: str, verb: str
) -> None:
    """Record the measured error, and a sentence if this is the parameter's first fault."""
    short = gradient(parameter)
    name = f"{short} against {basis.split(' (')[0]}"
    verdicts.numbers.append(Number(name, agreement.error, agreement.threshold, agreement.agrees))
    if agreement.agrees or parameter in verdicts.faults:
        return
    if taken.short:
        verdicts.faults[parameter] = short_digits(short, taken.short, agreement)
        return
    errors = f"relative error {measure(agreement.error)}, threshold {measure(agreement.threshold)}"
    more = single_precision(agreement.error) if verb == "expected" else ""
    verdicts.faults[parameter] = (
        f"{short} differs from {basis}: {errors}. {_worst(short, agreement, verb)}{more}"
    )


def _worst(short: str, agreement: Agreement, verb: str) -> str:
    got, want = apart(agreement.got, agreement.want)
    if agreement.probed:
        return f"Along random direction {agreement.worst[0]} it predicts a slope of {got}, {verb} {want}."
    return f"Worst entry: {words.entry(short, agreement.worst)} is {got}, {verb} {want}."
