"""A formula as it came from a candidate: checked, for nothing of it is believed, then run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NoReturn

from grader.kit.formulas.evaluating import FUNCTIONS, Evaluation
from grader.kit.formulas.symbols import Place, Symbol, SymbolTable
from grader.kit.recorder import Mismatch

MOST_STEPS = 400
LONGEST = 700
_TWO = ("+", "-", "*", "/", "^")
CONSTANTS = {"e": math.e, "pi": math.pi}
Step = tuple[str, str | float | Place]


@dataclass(frozen=True)
class Program:
    """A formula that can be run: `steps` in postfix order, `keys` of the symbols that stand in it."""

    name: str
    line: int
    text: str
    steps: tuple[Step, ...]
    keys: frozenset[str]


def checked(said: Any, table: SymbolTable, asked: Symbol) -> Program:
    """The program that a candidate gave for the asked name. Raises Mismatch with what is to be said:
    that there is none, that it can't be read, or which symbol has no place in it."""
    if not isinstance(said, dict) or said.get("found") is not True:
        message = said.get("message") if isinstance(said, dict) else None
        unread = f"{asked.shown} could not be read."
        raise Mismatch(message[:LONGEST] if isinstance(message, str) else unread)
    steps: Any = said.get("program")
    name, line, text = said.get("name"), said.get("line"), said.get("text")
    if not isinstance(steps, tuple | list) or not 0 < len(steps) <= MOST_STEPS:
        _unread(asked)
    if not isinstance(name, str) or not isinstance(text, str) or type(line) is not int:
        _unread(asked)
    found = tuple(_step(step, table, asked) for step in steps)
    _balanced(found, asked)
    keys = frozenset(p.symbol.key for _, p in found if isinstance(p, Place))
    _bound(found, table, asked)
    return Program(name[:60], line, text[:200], found, keys)


def run(program: Program, table: SymbolTable, points: int) -> Evaluation:
    """Every step on the values of the table; the value is the last on the stack."""
    evaluation = Evaluation(table, points)
    for kind, what in program.steps:
        if kind == "number" and isinstance(what, float):
            evaluation.number(what)
        elif isinstance(what, Place):
            evaluation.symbol(what)
        elif kind == "negative":
            evaluation.negative()
        elif kind == "call":
            evaluation.call(str(what))
        elif kind == "sum":
            evaluation.total(str(what))
        else:
            evaluation.operate(kind)
    return evaluation


def _unread(asked: Symbol) -> NoReturn:
    raise Mismatch(f"{asked.shown} came back in a form that can't be read.")


def _step(step: Any, table: SymbolTable, asked: Symbol) -> Step:
    """One step in the form that `run` takes."""
    if not isinstance(step, tuple | list) or not step or not isinstance(step[0], str):
        _unread(asked)
    kind, rest = step[0], step[1:]
    if kind == "number" and rest and type(rest[0]) is float and math.isfinite(rest[0]):
        return kind, rest[0]
    if kind == "symbol" and len(rest) > 1 and isinstance(rest[0], str) and isinstance(rest[1], str):
        return _symbol(rest[0][:80], rest[1][:80], table, asked)
    if kind == "call" and rest and isinstance(rest[0], str) and rest[0] in FUNCTIONS:
        return kind, rest[0]
    if kind == "sum" and rest and isinstance(rest[0], str):
        return kind, _index(rest[0], table, asked)
    if kind in (*_TWO, "negative"):
        return kind, ""
    _unread(asked)


def _symbol(key: str, written: str, table: SymbolTable, asked: Symbol) -> Step:
    place = table.find(key)
    if place is not None:
        return "symbol", place
    if key in CONSTANTS:
        return "number", CONSTANTS[key]
    raise Mismatch(table.unknown(asked.shown, key, written))


def _index(letter: str, table: SymbolTable, asked: Symbol) -> str:
    if letter in table.letters:
        return letter
    known = ", ".join(f"{i} (1 to {size})" for i, size in table.letters.items())
    there = f"the indices are {known}" if known else "it has no indices to sum over"
    raise Mismatch(f"`{letter[:40]}` is no index in {asked.shown}; {there}.")


def _balanced(steps: tuple[Step, ...], asked: Symbol) -> None:
    """Refuse a program that takes values that are not there, or leaves some."""
    height = 0
    for kind, _ in steps:
        needs = 2 if kind in _TWO else 1 if kind in ("negative", "call", "sum") else 0
        if height < needs:
            _unread(asked)
        height += 1 - needs
    if height != 1:
        _unread(asked)


def _bound(steps: tuple[Step, ...], table: SymbolTable, asked: Symbol) -> None:
    """Refuse an index that neither a sum nor the asked name gives a meaning."""
    free: list[frozenset[str]] = []
    for kind, what in steps:
        if isinstance(what, Place):
            free.append(frozenset(i for i in what.at if isinstance(i, str)))
        elif kind == "number":
            free.append(frozenset())
        elif kind in _TWO:
            one = free.pop()
            free.append(free.pop() | one)
        elif kind == "sum":
            free.append(free.pop() - {str(what)})
    loose = sorted(free[0] - set(asked.indices))
    if loose:
        meaning = f"only {' and '.join(asked.indices)} may" if asked.indices else "no index may"
        said = f"index {loose[0]} of {asked.shown} runs over no sum; {meaning} stand free in it"
        raise Mismatch(f"The {said}: sum({loose[0]}, ...) adds up over it.")
