"""Compares a student's formula with the right one, and writes the message if it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from grader.kit import words
from grader.kit.formulas.evaluating import Evaluation, Value
from grader.kit.formulas.programs import Program, checked, run
from grader.kit.formulas.symbols import POINTS, From, Symbol, SymbolTable, symbol
from grader.kit.recorder import Mismatch, Recorder
from grader.values import Number, numbers
from reference.arrays import Array

RELATIVE = 1e-9
NOISE = 1e-5  # a value of which a larger part may be rounding error is not compared
HUGE = 1e150  # values are clipped to it, so that differences can be computed
LONGEST = 900
_TIMES = {-1.0: "−1 times", 2.0: "twice", 0.5: "half", -2.0: "−2 times", -0.5: "−½ times"}


@dataclass(frozen=True)
class Judged:
    """The values and the expected values, all of shape (points, sizes of the free indices)."""

    got: Array
    want: Array
    error: Array
    tolerance: Array
    undefined: Array
    noisy: Array

    @property
    def counts(self) -> Array:
        """Where the values can be compared."""
        return ~(self.undefined | self.noisy)

    @property
    def wrong(self) -> Array:
        """Where they are compared and differ."""
        return self.counts & (abs(self.got - self.want) > self.tolerance)


class Formulas:
    """The `formula` fixture of one case."""

    def __init__(self, recorder: Recorder, rng: np.random.Generator) -> None:
        self._recorder, self._rng = recorder, rng

    def formula(
        self,
        student: Any,
        name: str,
        want: Callable[..., Any],
        of: str | Mapping[str, From],
        indices: Mapping[str, int] | None = None,
    ) -> None:
        """Fail unless the submitted line `name = ...` is a formula for `want`, in any form.

        `of` names the symbols that may be used: "w b x t", or a dict with the interval from which each
        symbol is drawn (None: about -2 to 2, at three scales; "shares": positive and adding up to 1
        over its last index). `indices` gives the size of each index letter, e.g. {"k": 2, "i": 3}; then
        `w2_ki` has two indices, and a name that ends in indices (h_bar_i) is compared for all their
        values. `want` takes the symbols' values by name, without indices, as arrays (points,) or
        (points, sizes), and returns an array (points, sizes of the name's indices).
        Raises Mismatch, and ValueError if the expected values are not finite.
        """
        letters = dict(indices or {})
        declared: dict[str, From] = dict.fromkeys(of.split()) if isinstance(of, str) else dict(of)
        table = SymbolTable([symbol(s, letters, drawn) for s, drawn in declared.items()], letters)
        target = symbol(name, letters)
        program = checked(student.formula(name), table, target)
        table.draw(self._rng)
        right = _expected(want, table, target)
        evaluation = run(program, table, POINTS)
        judged = _judged(evaluation.stack[-1], right, table, target)
        self._record(judged, name)
        if judged.wrong.any():
            self._fail_wrong(judged, program, table, target, _missing(want, table, program, right))
        if judged.counts.reshape(POINTS, -1).all(axis=1).sum() < POINTS / 2:
            _fail_undefined(judged, evaluation, program, table, target)

    def _record(self, judged: Judged, name: str) -> None:
        counts = judged.counts
        apart, size = abs(judged.got - judged.want), abs(judged.got) + abs(judged.want)
        relative = (apart / np.where(size > 0, size, 1.0))[counts]
        worst = float(relative.max()) if relative.size else float("nan")
        agrees = bool(counts.any() and not judged.wrong.any())
        self._recorder.number(Number(f"{name}, largest relative error", worst, RELATIVE, agrees))

    def _fail_wrong(
        self, judged: Judged, program: Program, table: SymbolTable, target: Symbol, missing: str
    ) -> NoReturn:
        apart = np.where(judged.wrong, abs(judged.got - judged.want) / (abs(judged.want) + 1e-12), -1.0)
        apart = np.minimum(apart, 0.1)  # so that the first of the points with a large error is shown
        at = tuple(int(i) for i in np.unravel_index(int(np.argmax(apart)), apart.shape))
        got, expected = numbers.apart(float(judged.got[at]), float(judged.want[at]))
        where = _where(at, table, target, program)
        message = f"`{program.name}` is wrong {where}: its value is {got}, expected {expected}."
        _fail(message + _ratio(judged) + missing, program)


def _expected(want: Callable[..., Any], table: SymbolTable, target: Symbol) -> Array:
    """The right values. Raises ValueError if they are not finite or have the wrong shape."""
    values = np.asarray(want(**{s.argument: table.values[s.key] for s in table.symbols}), np.float64)
    shape = (POINTS, *(table.letters[i] for i in target.indices))
    if values.shape != shape or not np.isfinite(values).all():
        raise ValueError(f"formula: {target.shown} must be finite and of shape {shape}, not {values.shape}")
    return values


def _judged(computed: Value, want: Array, table: SymbolTable, target: Symbol) -> Judged:
    """The formula's values and the right ones, on the axes of the target's indices."""
    letters = list(table.letters)
    shape = (POINTS, *(table.letters[i] if i in target.indices else 1 for i in letters))
    order = [1 + letters.index(i) for i in target.indices]
    bound = [1 + i for i, letter in enumerate(letters) if letter not in target.indices]

    def on_axes(values: Any) -> Any:
        return np.broadcast_to(values, shape).transpose(0, *order, *bound).reshape(want.shape)

    value, error = on_axes(computed.value), 8.0 * on_axes(computed.error)
    with np.errstate(all="ignore"):
        unreal = abs(value.imag) > RELATIVE * abs(value) + error
        undefined = ~np.isfinite(value) | ~np.isfinite(error) | unreal
        got = np.clip(np.where(undefined, 0.0, value.real), -HUGE, HUGE)
        error = np.minimum(np.where(undefined, 0.0, error), HUGE)
        scale = abs(want) + 1e-6 * abs(want).max()
        tolerance = RELATIVE * (abs(got) + abs(want)) + error
    return Judged(got, want, error, tolerance, undefined, error > NOISE * scale)


def _where(at: tuple[int, ...], table: SymbolTable, target: Symbol, program: Program) -> str:
    """ "at i = 2 where w = 0.5 and x = −1": the point, the symbols of the formula first."""
    free = [f"{i} = {n + 1}" for i, n in zip(target.indices, at[1:], strict=True)]
    symbols = sorted(table.symbols, key=lambda s: s.key not in program.keys)
    entries = [entry for s in symbols for entry in _entries(s, table, at[0])]
    shown = entries if len(entries) <= 8 else [*entries[:7], "so on"]
    end = " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
    return f"{'at ' + ', '.join(free) + ' ' if free else ''}where {end}"


def _entries(s: Symbol, table: SymbolTable, point: int) -> list[str]:
    values = table.values[s.key][point]
    if not s.indices:
        return [f"{s.shown} = {_short(values)}"]
    stem = s.shown.rpartition("_")[0]
    places = np.ndindex(*values.shape)
    return [f"{stem}_{''.join(str(i + 1) for i in at)} = {_short(values[at])}" for at in places]


def _short(x: Any) -> str:
    return f"{float(x):g}".replace("-", "\u2212")


def _ratio(judged: Judged) -> str:
    """A sentence if the value is the same simple multiple of the expected one at every point."""
    chosen = judged.counts & (judged.want != 0)
    if not chosen.any():
        return ""
    ratios = judged.got[chosen] / judged.want[chosen]
    for times, phrase in _TIMES.items():
        if np.all(abs(ratios - times) <= 1e-6):
            return f" At every point it is {phrase} the expected value."
    return ""


def _missing(want: Callable[..., Any], table: SymbolTable, program: Program, right: Array) -> str:
    """A sentence about the symbols that the right formula depends on and this one doesn't contain."""
    lacking = []
    for s in table.symbols:
        if s.key not in program.keys:
            values = {o.argument: table.values[o.key] for o in table.symbols}
            moved = np.asarray(want(**{**values, s.argument: np.roll(table.values[s.key], 1, axis=0)}))
            if not np.allclose(moved, right, rtol=1e-9, atol=0.0):
                lacking.append(s.shown)
    verb = "is" if len(lacking) == 1 else "are"
    return f" {words.listing(lacking)} {verb} missing from it." if lacking else ""


def _fail_undefined(
    judged: Judged, evaluation: Evaluation, program: Program, table: SymbolTable, target: Symbol
) -> NoReturn:
    """Fail: the formula has a value that can be compared at too few points."""
    bad = judged.undefined | judged.noisy
    point = int(np.argwhere(bad)[0][0])
    count = int(bad.reshape(POINTS, -1).any(axis=1).sum())
    here = _where((point, *[0] * len(target.indices)), table, target, program)
    if judged.undefined.any():
        why = evaluation.reasons.get(point, "its value is not a real number")
        _fail(
            f"`{program.name}` has no value {here}: {why}. {count} of {POINTS} points are like that.", program
        )
    why = "it is a difference of large numbers, and rounding leaves no correct digits of it"
    _fail(f"`{program.name}` can't be checked {here}: {why}.", program)


def _fail(message: str, program: Program) -> NoReturn:
    text = f"{message}\nline {program.line}: {program.text}"
    raise Mismatch(text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}...")
