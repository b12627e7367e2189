"""Compares a returned value of any structure with the expected value."""

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

LEAST_OF_FLOAT32, MOST_OF_FLOAT32 = 1e-8, 1e-6  # its rounding is 6e-8 of a value


@dataclass(frozen=True)
class Tolerance:
    """Two arrays agree if |a - b| <= relative (|a| + |b|) + absolute, in 2-norms; `kind` as in `take`.
    Without `values`, only the shape and the kind of numbers are compared, and that they are finite."""

    relative: float
    absolute: float = 0.0
    kind: str = "f"
    float32: bool = False
    values: bool = True


@dataclass(frozen=True)
class Difference:
    """The result of a comparison: sentences about what differs, numbers for the report, and `distance`
    (a relative error; more than 1 if the entries could not be compared one by one)."""

    faults: tuple[str, ...] = ()
    numbers: tuple[Number, ...] = ()
    distance: float = 0.0


def find(got: Any, want: Any, name: str, tolerance: Tolerance) -> Difference:
    """The differences between `got` and `want`: a number, array, None, bool, text, or dicts, lists and
    tuples of them, or AnyOf. Raises ValueError if `want` holds nothing to compare."""
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
    differences = [find(got, answer, name, tolerance) for _, answer in want.answers]
    best = min(
        range(len(differences)), key=lambda i: (len(differences[i].faults) > 0, differences[i].distance)
    )
    finding = differences[best]
    if not finding.faults or len(differences) == 1:
        return finding
    if finding.distance <= 1 and all(isinstance(a, int | float | np.number) for _, a in want.answers):
        return Difference((_no_number(got, want, name, finding),), finding.numbers, finding.distance)
    if finding.distance > 1:
        return finding
    label = want.answers[best][0]
    shown = f"The expected value shown{f' ({label})' if label else ''}"
    nearest = f"{shown} is the nearest of {len(differences)} accepted answers."
    return Difference(
        (f"{finding.faults[0]} {nearest}", *finding.faults[1:]),
        finding.numbers,
        finding.distance,
    )


def _no_number(got: Any, want: AnyOf, name: str, finding: Difference) -> str:
    """The sentence for a number that equals none of several, with the digits in which it differs."""
    accepted = []
    for label, answer in want.answers:
        text = apart(float(answer), float(got))[0]
        accepted.append(f"{text} ({label})" if label else text)
    shown = max((apart(float(got), float(a))[0] for _, a in want.answers), key=len)
    number, dtype = finding.numbers[-1], np.asarray(got).dtype
    start = f"{name} is {shown}, expected {' or '.join(accepted)}; {_measured(number)}."
    if dtype.kind == "f" and dtype.itemsize < 8:
        return f"{start} Its dtype is {dtype.name}, expected float64."
    return f"{start}{single_precision(number.value)}"


def single_precision(error: float) -> str:
    """A sentence, with a blank before it, if the error is as small as float32 makes it; else ""."""
    if not LEAST_OF_FLOAT32 <= error <= MOST_OF_FLOAT32:
        return ""
    return " An array of float32 on the way gives errors of this size."


def _measured(number: Number) -> str:
    return f"relative error {measure(number.value)}, threshold {measure(number.threshold)}"


def _mapping(got: Any, want: Mapping[Any, Any], name: str, tolerance: Tolerance) -> Difference:
    _refuse_empty(want, name)
    if not isinstance(got, dict):
        return Difference(
            (f"{words.is_or_returned(name, got)}, expected a dict with {words.quoted(want)}.",), (), 9
        )
    differences = []
    for key, item in want.items():
        if key in got:
            differences.append(find(got[key], item, f"{name}[{key!r}]", tolerance))
        else:
            differences.append(
                Difference((f"{name} has no {key!r}; it contains {words.quoted(got)}.",), (), 9)
            )
    return _together(differences)


def _sequence(got: Any, want: Sequence[Any], name: str, tolerance: Tolerance) -> Difference:
    _refuse_empty(want, name)
    expected = f"a {type(want).__name__} of {len(want)} items"
    if not isinstance(got, list | tuple) or len(got) != len(want):
        return Difference((f"{words.is_or_returned(name, got)}, expected {expected}.",), (), 9)
    return _together(
        [find(g, w, f"{name}[{i}]", tolerance) for i, (g, w) in enumerate(zip(got, want, strict=True))]
    )


def _together(differences: Sequence[Difference]) -> Difference:
    return Difference(
        tuple(fault for d in differences for fault in d.faults),
        tuple(number for d in differences for number in d.numbers),
        max(d.distance for d in differences),
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


def _refuse_empty(want: Any, name: str) -> None:
    if len(want) == 0:
        raise ValueError(f"same: the expected value of {name} is empty, so there is nothing to compare")


def _numeric(got: Any, want: Any, name: str, tolerance: Tolerance) -> Difference:
    b = np.asarray(want, dtype=np.float64)
    if not b.size or not np.isfinite(b).all():
        raise ValueError(
            f"same: the expected value of {name} is empty, NaN or infinite: there is nothing to compare"
        )
    taken = take(got, b.shape, name, kind=tolerance.kind, float32=tolerance.float32)
    if taken.values is None:
        return Difference((taken.fault,), (), 5)
    if not tolerance.values:
        return Difference()
    agreement = compare(taken.values, b, tolerance.relative, tolerance.absolute)
    number = Number(name, agreement.error, agreement.threshold, agreement.agrees)
    fault = "" if agreement.agrees else _wrong_values(name, taken, agreement, b)
    return Difference((fault,) if fault else (), (number,), agreement.error)


def _wrong_values(name: str, taken: Taken, agreement: Agreement, want: Array) -> str:
    got, expected = apart(agreement.got, agreement.want)
    errors = f"relative error {measure(agreement.error)}, threshold {measure(agreement.threshold)}"
    if taken.short:
        return short_digits(name, taken.short, agreement)
    more = single_precision(agreement.error)
    if not want.ndim:
        return f"{name} is {got}, expected {expected}; {errors}.{more}"
    worst = words.entry(name, agreement.worst)
    detail = f"Worst entry: {worst} is {got}, expected {expected}.{more}"
    return f"{name} differs from the expected value: {errors}. {detail}"


def short_digits(name: str, dtype: str, agreement: Agreement) -> str:
    """The sentence for values that differ and whose dtype has too few digits."""
    errors = f"relative error {measure(agreement.error)}, threshold {measure(agreement.threshold)}"
    start = f"{name} has dtype {dtype}, expected float64"
    differ = f"{start}, and its values differ: {errors}."
    if agreement.error <= FLOAT32.sharp:
        differ = f"{start}: its values agree to fewer digits ({errors})."
    if agreement.probed:
        return differ
    got, want = apart(agreement.got, agreement.want)
    worst = f"Worst entry: {words.entry(name, agreement.worst)}" if len(agreement.worst) else f"{name}"
    return f"{differ} {worst} is {got}, expected {want}."
