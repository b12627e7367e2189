"""What a pack's test asks of a formula, and the sentence if it isn't that."""

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
NOISE = 1e-5  # a value of which more than this may be rounding says nothing
HUGE = 1e150  # no larger, so that differences can be computed
LONGEST = 900
_TIMES = {-1.0: "−1 times", 2.0: "twice", 0.5: "half", -2.0: "−2 times", -0.5: "−½ times"}


@dataclass(frozen=True)
class Judged:
    """Values against expected ones, (points, sizes of the free indices) all."""

    got: Array
    want: Array
    error: Array
    tolerance: Array
    undefined: Array
    drowned: Array

    @property
    def counts(self) -> Array:
        return ~(self.undefined | self.drowned)

    @property
    def departs(self) -> Array:
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
        """Fail unless the handed-in line `name = ...` is a formula for `want`, in whatever form.

        `of` names the symbols it may be written in: "w b x t", or a dict with the interval that a
        symbol is drawn from (None: about -2 to 2, at three scales; "shares": positive and adding up to 1
        over its last index). `indices` says how far each index
        letter runs, e.g. {"k": 2, "i": 3}; then `w2_ki` has two, and a name that ends in indices
        (h_bar_i) asks for every value of them. `want` takes the symbols' values by name without
        their indices, arrays (points,) or (points, sizes), and returns (points, sizes of the name's).
        Raises Mismatch, and ValueError if the question has no finite answers.
        """
        letters = dict(indices or {})
        declared: dict[str, From] = dict.fromkeys(of.split()) if isinstance(of, str) else dict(of)
        table = SymbolTable([symbol(s, letters, drawn) for s, drawn in declared.items()], letters)
        asked = symbol(name, letters)
        program = checked(student.formula(name), table, asked)
        table.draw(self._rng)
        right = _expected(want, table, asked)
        evaluation = run(program, table, POINTS)
        judged = _judged(evaluation.stack[-1], right, table, asked)
        self._keep(judged, name)
        if judged.departs.any():
            self._departs(judged, program, table, asked, _idle(want, table, program, asked, right))
        if judged.counts.reshape(POINTS, -1).all(axis=1).sum() < POINTS / 2:
            _says_nothing(judged, evaluation, program, table, asked)

    def _keep(self, judged: Judged, name: str) -> None:
        counts = judged.counts
        apart, size = abs(judged.got - judged.want), abs(judged.got) + abs(judged.want)
        relative = (apart / np.where(size > 0, size, 1.0))[counts]
        worst = float(relative.max()) if relative.size else float("nan")
        agrees = bool(counts.any() and not judged.departs.any())
        self._recorder.number(Number(f"{name}, largest relative error", worst, RELATIVE, agrees))

    def _departs(
        self, judged: Judged, program: Program, table: SymbolTable, asked: Symbol, idle: str
    ) -> NoReturn:
        apart = np.where(judged.departs, abs(judged.got - judged.want) / (abs(judged.want) + 1e-12), -1.0)
        apart = np.minimum(apart, 0.1)  # of points that are far off, the first
        at = tuple(int(i) for i in np.unravel_index(int(np.argmax(apart)), apart.shape))
        got, expected = numbers.apart(float(judged.got[at]), float(judged.want[at]))
        where = _where(at, table, asked, program)
        said = f"{program.name} departs {where}: its value is {got}, expected {expected}."
        _fail(said + _ratio(judged) + idle, program)


def _expected(want: Callable[..., Any], table: SymbolTable, asked: Symbol) -> Array:
    """The right values. Raises ValueError if there are none."""
    values = np.asarray(want(**{s.argument: table.values[s.key] for s in table.symbols}), np.float64)
    shape = (POINTS, *(table.letters[i] for i in asked.indices))
    if values.shape != shape or not np.isfinite(values).all():
        raise ValueError(f"formula: {asked.shown} is to be finite, of shape {shape}; it has {values.shape}")
    return values


def _judged(found: Value, want: Array, table: SymbolTable, asked: Symbol) -> Judged:
    """The formula's values beside the right ones, on the axes of the asked name's indices."""
    letters = list(table.letters)
    shape = (POINTS, *(table.letters[i] if i in asked.indices else 1 for i in letters))
    order = [1 + letters.index(i) for i in asked.indices]
    bound = [1 + i for i, letter in enumerate(letters) if letter not in asked.indices]

    def laid(values: Any) -> Any:
        return np.broadcast_to(values, shape).transpose(0, *order, *bound).reshape(want.shape)

    value, error = laid(found.value), 8.0 * laid(found.error)
    with np.errstate(all="ignore"):
        unreal = abs(value.imag) > RELATIVE * abs(value) + error
        undefined = ~np.isfinite(value) | ~np.isfinite(error) | unreal
        got = np.clip(np.where(undefined, 0.0, value.real), -HUGE, HUGE)
        error = np.minimum(np.where(undefined, 0.0, error), HUGE)
        scale = abs(want) + 1e-6 * abs(want).max()
        tolerance = RELATIVE * (abs(got) + abs(want)) + error
    return Judged(got, want, error, tolerance, undefined, error > NOISE * scale)


def _where(at: tuple[int, ...], table: SymbolTable, asked: Symbol, program: Program) -> str:
    """ "at i = 2 where w = 0.5 and x = −1": the point, first the symbols that stand in the formula."""
    free = [f"{i} = {n + 1}" for i, n in zip(asked.indices, at[1:], strict=True)]
    symbols = sorted(table.symbols, key=lambda s: s.key not in program.keys)
    told = [t for s in symbols for t in _told(s, table, at[0])]
    shown = told if len(told) <= 8 else [*told[:7], "so on"]
    end = " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
    return f"{'at ' + ', '.join(free) + ' ' if free else ''}where {end}"


def _told(s: Symbol, table: SymbolTable, point: int) -> list[str]:
    values = table.values[s.key][point]
    if not s.indices:
        return [f"{s.shown} = {_short(values)}"]
    stem = s.shown.rpartition("_")[0]
    entries = np.ndindex(*values.shape)
    return [f"{stem}_{''.join(str(i + 1) for i in e)} = {_short(values[e])}" for e in entries]


def _short(x: Any) -> str:
    return f"{float(x):g}".replace("-", "\u2212")


def _ratio(judged: Judged) -> str:
    """That it is the same simple multiple of what is expected at every point."""
    chosen = judged.counts & (judged.want != 0)
    if not chosen.any():
        return ""
    ratios = judged.got[chosen] / judged.want[chosen]
    for times, said in _TIMES.items():
        if np.all(abs(ratios - times) <= 1e-6):
            return f" At every point it is {said} what is expected."
    return ""


def _idle(want: Callable[..., Any], table: SymbolTable, program: Program, asked: Symbol, right: Array) -> str:
    """The symbols that the right formula depends on and this one lacks."""
    lacking = []
    for s in table.symbols:
        if s.key not in program.keys:
            values = {o.argument: table.values[o.key] for o in table.symbols}
            moved = np.asarray(want(**{**values, s.argument: np.roll(table.values[s.key], 1, axis=0)}))
            if not np.allclose(moved, right, rtol=1e-9, atol=0.0):
                lacking.append(s.shown)
    verb = "does" if len(lacking) == 1 else "do"
    return f" {words.listing(lacking)} {verb} not stand in it." if lacking else ""


def _says_nothing(
    judged: Judged, evaluation: Evaluation, program: Program, table: SymbolTable, asked: Symbol
) -> NoReturn:
    """Too few points at which the formula has a value that could be judged."""
    bad = judged.undefined | judged.drowned
    point = int(np.argwhere(bad)[0][0])
    count = int(bad.reshape(POINTS, -1).any(axis=1).sum())
    here = _where((point, *[0] * len(asked.indices)), table, asked, program)
    if judged.undefined.any():
        why = evaluation.reasons.get(point, "its value is not a real number")
        _fail(
            f"{program.name} has no value {here}: {why}. {count} of {POINTS} points are like that.", program
        )
    why = "it is the difference of numbers so large that rounding leaves no digits of it"
    _fail(f"{program.name} can't be judged {here}: {why}.", program)


def _fail(said: str, program: Program) -> NoReturn:
    text = f"{said}\nline {program.line}: {program.text}"
    raise Mismatch(text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}...")
