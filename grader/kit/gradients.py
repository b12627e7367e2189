"""Judges a student's gradients, parameter by parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from grader.kit import words
from grader.kit.anyof import AnyOf
from grader.kit.arrays import Taken, take
from grader.kit.comparing import short_digits
from grader.kit.loss_function import LossFault, Point, chosen, loss_name, point_of, stacked_loss
from grader.values import Number
from grader.values.numbers import apart, measure
from reference.arrays import Array
from reference.gradcheck import FLOAT32, Agreement, NotFinite, Precision, check, compare
from reference.notation import gradient

NOISE_SHARE = 0.1  # above it, slopes say nothing: neither of a pack's solution nor of a huge constant loss


@dataclass(frozen=True)
class Asked:
    """The question: gradients of `of(*args)` with respect to `args[wrt]`, see Checks.gradcheck."""

    of: Any
    args: tuple[Any, ...]
    wrt: int
    names: tuple[str, ...] | None
    precision: Precision


class Departure(NamedTuple):
    """A gradient that departs from the reference, the right one, and the threshold."""

    got: Array
    want: Array
    threshold: float


class Meant(NamedTuple):
    """A right answer under its label, and how each gradient compares with it."""

    label: str
    want: Mapping[str, Array]
    found: Mapping[str, Agreement]


@dataclass
class Verdicts:
    """The judgements so far: a sentence for each parameter that departs, and every figure."""

    checked: tuple[str, ...]
    faults: dict[str, str] = field(default_factory=dict)
    numbers: list[Number] = field(default_factory=list)
    about_all: str = ""  # what is said once for every parameter
    departing: dict[str, Departure] = field(default_factory=dict)  # from the reference

    @property
    def message(self) -> str:
        """The first parameter's sentence, and which others depart or agree; "" if all agree."""
        first = next((name for name in self.checked if name in self.faults), None)
        if self.about_all:
            return self.about_all
        if first is None:
            return ""
        others = [name for name in self.checked if name != first]
        return f"{self.faults[first]} {self._about(others)}".strip()

    def _about(self, others: Sequence[str]) -> str:
        depart = [gradient(name) for name in others if name in self.faults]
        agree = [gradient(name) for name in others if name not in self.faults]
        parts = []
        if depart:
            parts.append(f"{words.listing(depart)} {'depart' if len(depart) > 1 else 'departs'} too")
        if agree:
            parts.append(f"{words.listing(agree)} {'agree' if len(agree) > 1 else 'agrees'}")
        return f"{'; '.join(parts)}." if parts else ""


def judge(grads: Any, asked: Asked, reference: Any) -> Verdicts:
    """Every parameter by structure, shape, NaN, then against slopes and reference.

    Raises ValueError or TypeError where the question itself can't be right.
    """
    answers = _answers(reference)
    if asked.of is None and not answers:
        raise TypeError("gradcheck: give a loss, a reference or both to compare with")
    if not isinstance(asked.wrt, int):
        raise TypeError("gradcheck: wrt is the number of one argument; several together are a tuple, as one")
    point = point_of(asked.args[asked.wrt] if asked.args else answers[0][1], asked.names)
    verdicts = Verdicts(chosen(point, asked.names))
    wants = [(label, _reference(answer, point)) for label, answer in answers]
    every = _take_all(grads, point, verdicts, asked.precision)
    taken = {name: every[name] for name in verdicts.checked if name in every}
    if asked.of is not None and taken:
        _against_slopes(taken, asked, point, verdicts)
    if wants and taken:
        _against_reference(taken, _meant(every, wants, asked.precision), len(wants), verdicts)
    return verdicts


def _answers(reference: Any) -> tuple[tuple[str, Any], ...]:
    if isinstance(reference, AnyOf):
        return reference.answers
    return () if reference is None else (("", reference),)


def _reference(answer: Any, point: Point) -> dict[str, Array]:
    """One right answer by name. Raises ValueError if it doesn't fit the parameters."""
    given = point_of(answer, None if point.by_key else tuple(point.arrays)).arrays
    for name in point.arrays:
        if name not in given or given[name].shape != point.arrays[name].shape:
            raise ValueError(f"gradcheck: the reference has no {name} of shape {point.arrays[name].shape}")
        if not np.isfinite(given[name]).all():
            raise ValueError(f"gradcheck: the reference of {name} is NaN or infinite")
    return given


def _take_all(grads: Any, point: Point, verdicts: Verdicts, precision: Precision) -> dict[str, Taken]:
    """The gradients that have numbers in the shape of their parameter, checked or not; faults
    of the others, if they are checked."""
    given, fault = _by_name(grads, point)
    if given is None:
        verdicts.about_all = fault
        return {}
    fine = {}
    for name, parameter in point.arrays.items():
        if name in given:
            taken = take(given[name], parameter.shape, gradient(name), float32=precision is FLOAT32)
        else:
            taken = Taken(None, f"The gradients have no {name!r}; they hold {words.quoted(given)}.")
        if taken.values is not None:
            fine[name] = taken
        elif name in verdicts.checked:
            verdicts.faults[name] = taken.fault
    return fine


def _by_name(grads: Any, point: Point) -> tuple[Mapping[Any, Any] | None, str]:
    """A student's gradients by parameter, or what is said of a structure that has no such thing."""
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


def _against_slopes(taken: Mapping[str, Taken], asked: Asked, point: Point, verdicts: Verdicts) -> None:
    name = loss_name(asked.of)
    f = stacked_loss(asked.of, asked.args, asked.wrt, point, asked.precision)
    try:
        found = check(f, point.arrays, _values(taken), asked.precision)
    except LossFault as fault:
        verdicts.about_all = str(fault)
        return
    except NotFinite as strange:
        moved = f"where {strange.name} is moved by {measure(asked.precision.eps)}"
        at = moved if strange.name else "at the given arguments"
        figure = measure(strange.value)
        verdicts.about_all = f"{name} is {figure} {at}, so its slopes can't be measured."
        return
    for parameter, agreement in found.items():
        _keep(verdicts, parameter, taken[parameter], agreement, f"the measured slopes of {name}", "measured")
        if agreement.noise > NOISE_SHARE:
            _drowned(verdicts, parameter, name, agreement)


def _meant(
    every: Mapping[str, Taken], wants: Sequence[tuple[str, dict[str, Array]]], precision: Precision
) -> Meant:
    """How the gradients compare with the right answer that they, taken together, come nearest to."""
    found = [Meant(label, want, _compare_all(_values(every), want, precision)) for label, want in wants]

    def distance(meant: Meant) -> tuple[int, float]:
        each = meant.found.values()
        return sum(not a.agrees for a in each), round(sum(a.error for a in each), 6)

    return min(found, key=distance)


def _against_reference(
    taken: Mapping[str, Taken],
    meant: Meant,
    answers: int,
    verdicts: Verdicts,
) -> None:
    label, want, found = meant
    whom = f"the reference{f' ({label}, the nearest of {answers})' if label and answers > 1 else ''}"
    for parameter, one in taken.items():
        agreement = found[parameter]
        _keep(verdicts, parameter, one, agreement, whom, "expected")
        if one.values is not None and not agreement.agrees:
            verdicts.departing[parameter] = Departure(one.values, want[parameter], agreement.threshold)


def _drowned(verdicts: Verdicts, parameter: str, loss: str, found: Agreement) -> None:
    """Slopes below the rounding noise of the loss agree with anything, so they prove nothing."""
    name = f"rounding noise in the slopes of {loss} by {parameter}, of their size"
    verdicts.numbers.append(Number(name, found.noise, NOISE_SHARE, False))
    reason = f"the slopes of {loss} by {parameter} are lost in its rounding noise"
    rule = "its values are too large for them, or it does not depend on the parameter"
    verdicts.faults.setdefault(parameter, f"{gradient(parameter)} can't be checked: {reason}; {rule}.")


def _values(taken: Mapping[str, Taken]) -> dict[str, Array]:
    return {name: t.values for name, t in taken.items() if t.values is not None}


def _compare_all(
    grads: Mapping[str, Array], want: Mapping[str, Array], precision: Precision
) -> dict[str, Agreement]:
    """Each gradient against the reference's; the noise is that of rounding alone, on the scale of
    the largest gradient, since contributions may cancel."""
    largest = max(float(np.linalg.norm(w)) for w in want.values())
    return {
        name: compare(a, want[name], precision.sharp, 4.0 * precision.u * largest * float(np.sqrt(a.size)))
        for name, a in grads.items()
    }


def _keep(verdicts: Verdicts, parameter: str, taken: Taken, found: Agreement, whom: str, verb: str) -> None:
    """Keep the figure, and a sentence if this is the first thing that departs for the parameter."""
    short = gradient(parameter)
    against = whom.split(" (")[0]
    verdicts.numbers.append(Number(f"{short} against {against}", found.error, found.threshold, found.agrees))
    if found.agrees or parameter in verdicts.faults:
        return
    if taken.short:
        verdicts.faults[parameter] = short_digits(short, taken.short, found)
        return
    errors = f"relative error {measure(found.error)}, threshold {measure(found.threshold)}"
    verdicts.faults[parameter] = f"{short} departs from {whom}: {errors}. {_worst(short, found, verb)}"


def _worst(short: str, found: Agreement, verb: str) -> str:
    got, want = apart(found.got, found.want)
    if found.probed:
        return f"Along random direction {found.worst[0]} it predicts a slope of {got}, {verb} {want}."
    return f"Worst entry: {words.entry(short, found.worst)} is {got}, {verb} {want}."
