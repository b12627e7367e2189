"""What every place of a function computes in a call, and what moves if its numbers move a little."""

from __future__ import annotations

import ast
import contextlib
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.candidate.search.functions import Unit, compiled, swapped
from grader.candidate.search.places import Place
from grader.candidate.search.values import Digest, parts

SEEN = "<seen>"  # no program can have such a name
Run = Callable[[], Any]


@dataclass
class Seen:
    """What was seen at a place: how often it ran, its first value, and the parts of the call's value that
    depend on it (None if this can't be known)."""

    hits: int = 0
    value: Any = None
    moves: frozenset[str] | None = None


def look(
    unit: Unit, places: Sequence[Place], call: Run, before: Mapping[str, Digest], most: int
) -> list[Seen]:
    """Run the call with all places as they are, then once for each of at most `most` with its numbers changed
    a little. `before` are the digests of the parts of the call's value."""
    code, known = _recorded(unit, places)
    seen = [Seen() for _ in places]

    def note(at: int, value: Any) -> Any:
        one = seen[at]
        one.hits += 1
        if one.hits == 1:
            one.value = value
        return value

    with contextlib.suppress(BaseException):
        _run(unit, code, call, note)
    for at in [at for at in known if seen[at].hits and _is_real(seen[at].value)][:most]:
        seen[at].moves = _moves(unit, code, call, at, before)
    return seen


def _recorded(unit: Unit, places: Sequence[Place]) -> tuple[types.CodeType, list[int]]:
    """The unit's code in which each place tells its value, and the numbers of these places: without those
    at which no call can stand."""
    known = list(range(len(places)))
    with contextlib.suppress(SyntaxError, ValueError):
        return _with_notes(unit, places, known), known
    known = [at for at in known if _can_note(unit, places, at)]
    return _with_notes(unit, places, known), known


def _can_note(unit: Unit, places: Sequence[Place], at: int) -> bool:
    try:
        _with_notes(unit, places, [at])
    except (SyntaxError, ValueError):
        return False
    return True


def _with_notes(unit: Unit, places: Sequence[Place], known: Sequence[int]) -> types.CodeType:
    for at in known:
        note = ast.fix_missing_locations(ast.Call(ast.Name(SEEN, ast.Load()), [ast.Constant(at)], []))
        note.args.append(places[at].node)
        places[at].put(note)
    try:
        return compiled(unit)
    finally:
        for at in known:
            places[at].put(places[at].node)


def _run(unit: Unit, code: types.CodeType, call: Run, note: Callable[[int, Any], Any]) -> Any:
    unit.function.__globals__[SEEN] = note
    with swapped(unit.function, code):
        return call()


def _moves(
    unit: Unit, code: types.CodeType, call: Run, place: int, before: Mapping[str, Digest]
) -> frozenset[str] | None:
    """The parts of the call's value that change if the numbers of this place change a little; None if they
    can't be changed a little."""
    random = np.random.default_rng(1)

    def moved(at: int, value: Any) -> Any:
        if at != place:
            return value
        now = np.asarray(value, dtype=float)
        size = float(np.abs(now).max(initial=0.0)) or 1.0
        new = now + 1e-3 * size * random.uniform(0.5, 1.0, now.shape)
        return new if now.ndim else float(new)

    try:
        with np.errstate(all="ignore"):
            after = parts(_run(unit, code, call, moved))
    except BaseException:
        return None
    return frozenset(name for name in before if after.get(name) != before[name])


def _is_real(value: Any) -> bool:
    return isinstance(value, float | np.floating) or (
        isinstance(value, np.ndarray) and value.dtype.kind == "f"
    )
