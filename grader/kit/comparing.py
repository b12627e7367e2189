"""Compares a returned value with the expected one, of whatever structure, into findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.kit import words
from grader.kit.anyof import AnyOf
from grader.kit.arrays import Taken, take
from grader.values import Number
from grader.values.numbers import apart, measure
from reference.arrays import Array
from reference.gradcheck import FLOAT32, Agreement, compare


@dataclass(frozen=True)
class Tolerance:
    """|a - b| <= relative (|a| + |b|) + absolute, in 2-norms; `kind` as in `take`.
    Without `values`, numbers are not compared beyond shape, kind and being finite."""

    relative: float
    absolute: float = 0.0
    kind: str = "f"
    float32: bool = False
    values: bool = True


@dataclass(frozen=True)
class Difference:
    """What one comparison found: sentences about what differs, figures, and how far off it is
    (a relative error; more than 1 where there was nothing to compare entry by entry)."""

    faults: tuple[str, ...] = ()
    numbers: tuple[Number, ...] = ()
    distance: float = 0.0


def find(got: Any, want: Any, name: str, tolerance: Tolerance) -> Difference:
    """Compare `got` with `want`: a number, array, None, bool, text, or dicts, lists and tuples
    of them, or AnyOf. Raises ValueError where `want` leaves nothing to compare."""
    if isinstance(want, AnyOf):
        return _any_of(got, want, name, tolerance)
    if isinstance(want, Mapping):
        return _mapping(got, want, name, tolerance)
    if isinstance(want, list | tuple):
        return _sequence(got, want, name, tolerance)
    if want is None or isinstance(want, str | bool | np.bool_):
        return _exact(got, want, name)
    return _numeric(got, want, name, tolerance)


def _any_of(got: Any, want: AnyOf, name: str, tolerance: Tolerance) -> Difference:
    found = [find(got, answer, name, tolerance) for _, answer in want.answers]
    best = min(range(len(found)), key=lambda i: (len(found[i].faults) > 0, found[i].distance))
    finding = found[best]
    if not finding.faults or len(found) == 1:
        return finding
    if finding.distance <= 1 and all(isinstance(a, int | float | np.number) for _, a in want.answers):
        return Difference((_no_number(got, want, name, finding),), finding.numbers, finding.distance)
    if finding.distance > 1:
        return finding
    label = want.answers[best][0]
    whom = f"{f'({label}) ' if label else ''}is the nearest of {len(found)} accepted answers"
    return Difference(
        (f"{finding.faults[0]} What was expected {whom}.", *finding.faults[1:]),
        finding.numbers,
        finding.distance,
    )


def _no_number(got: Any, want: AnyOf, name: str, finding: Difference) -> str:
    accepted = []
    for label, answer in want.answers:
        text = apart(float(answer), float(got))[0]
        accepted.append(f"{text} ({label})" if label else text)
    shown = min((apart(float(got), float(a))[0] for _, a in want.answers), key=len)
    return f"{name} is {shown}, expected {' or '.join(accepted)}; {_measured(finding.numbers[-1])}."


def _measured(number: Number) -> str:
    return f"relative error {measure(number.value)}, threshold {measure(number.threshold)}"


def _mapping(got: Any, want: Mapping[Any, Any], name: str, tolerance: Tolerance) -> Difference:
    _something(want, name)
    if not isinstance(got, dict):
        return Difference(
            (f"{words.is_or_returned(name, got)}, expected a dict with {words.quoted(want)}.",), (), 9
        )
    found = []
    for key, item in want.items():
        if key in got:
            found.append(find(got[key], item, f"{name}[{key!r}]", tolerance))
        else:
            found.append(Difference((f"{name} has no {key!r}; it holds {words.quoted(got)}.",), (), 9))
    return _together(found)


def _sequence(got: Any, want: Sequence[Any], name: str, tolerance: Tolerance) -> Difference:
    _something(want, name)
    expected = f"a {type(want).__name__} of {len(want)} items"
    if not isinstance(got, list | tuple) or len(got) != len(want):
        return Difference((f"{words.is_or_returned(name, got)}, expected {expected}.",), (), 9)
    return _together(
        [find(g, w, f"{name}[{i}]", tolerance) for i, (g, w) in enumerate(zip(got, want, strict=True))]
    )


def _together(found: Sequence[Difference]) -> Difference:
    return Difference(
        tuple(fault for f in found for fault in f.faults),
        tuple(number for f in found for number in f.numbers),
        max(f.distance for f in found),
    )


def _exact(got: Any, want: Any, name: str) -> Difference:
    if isinstance(got, np.ndarray) and got.shape == () and not isinstance(want, str):
        got = got[()]
    if want is None and got is None:
        return Difference()
    if isinstance(want, str) and isinstance(got, str):
        if got == want:
            return Difference()
        return Difference((f"{name} is {_cut(got)}, expected {_cut(want)}.",), (), 1)
    if isinstance(want, bool | np.bool_) and isinstance(got, bool | np.bool_):
        return (
            Difference()
            if bool(got) == bool(want)
            else Difference((f"{name} is {got}, expected {want}.",), (), 1)
        )
    expected = repr(want) if want is None or isinstance(want, bool) else words.described(want)
    return Difference((f"{words.is_or_returned(name, got)}, expected {expected}.",), (), 9)


def _cut(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def _something(want: Any, name: str) -> None:
    if len(want) == 0:
        raise ValueError(f"same: nothing is expected of {name}, so there is nothing to compare")


def _numeric(got: Any, want: Any, name: str, tolerance: Tolerance) -> Difference:
    b = np.asarray(want, dtype=np.float64)
    if not b.size or not np.isfinite(b).all():
        raise ValueError(f"same: what is expected of {name} is empty, NaN or infinite: nothing to compare")
    taken = take(got, b.shape, name, kind=tolerance.kind, float32=tolerance.float32)
    if taken.values is None:
        return Difference((taken.fault,), (), 5)
    if not tolerance.values:
        return Difference()
    found = compare(taken.values, b, tolerance.relative, tolerance.absolute)
    number = Number(name, found.error, found.threshold, found.agrees)
    fault = "" if found.agrees else _departs(name, taken, found, b)
    return Difference((fault,) if fault else (), (number,), found.error)


def _departs(name: str, taken: Taken, found: Agreement, want: Array) -> str:
    got, expected = apart(found.got, found.want)
    errors = f"relative error {measure(found.error)}, threshold {measure(found.threshold)}"
    if taken.short:
        return short_digits(name, taken.short, found)
    if not want.ndim:
        return f"{name} is {got}, expected {expected}; {errors}."
    worst = words.entry(name, found.worst)
    return f"{name} departs: {errors}. Worst entry: {worst} is {got}, expected {expected}."


def short_digits(name: str, dtype: str, found: Agreement) -> str:
    """The sentence for values whose dtype keeps too few digits, and that differ."""
    errors = f"relative error {measure(found.error)}, threshold {measure(found.threshold)}"
    if found.error <= FLOAT32.sharp:
        return f"{name} has dtype {dtype}, expected float64: its values agree to fewer digits ({errors})."
    return f"{name} has dtype {dtype}, expected float64, and its values differ: {errors}."
