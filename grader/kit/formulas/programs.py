"""A formula as it came from a candidate: first checked completely (it is not trusted), then computed."""

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
    """A formula that can be computed: `steps` in postfix order, `keys` of the symbols in it."""

    name: str
    line: int
    text: str
    steps: tuple[Step, ...]
    keys: frozenset[str]


def checked(reply: Any, table: SymbolTable, target: Symbol) -> Program:
    """The program that a candidate returned for the target. Raises Mismatch with the message for the student:
    there is no formula, it can't be read, or it uses a symbol that is not allowed."""
    if not isinstance(reply, dict) or reply.get("found") is not True:
        message = reply.get("message") if isinstance(reply, dict) else None
        unreadable = f"`{target.shown}` could not be read."
        raise Mismatch(message[:LONGEST] if isinstance(message, str) else unreadable)
    steps: Any = reply.get("program")
    name, line, text = reply.get("name"), reply.get("line"), reply.get("text")
    if not isinstance(steps, tuple | list) or not 0 < len(steps) <= MOST_STEPS:
        _unreadable(target)
    if not isinstance(name, str) or not isinstance(text, str) or type(line) is not int:
        _unreadable(target)
    program = tuple(_step(step, table, target) for step in steps)
    _check_stack(program, target)
    keys = frozenset(operand.symbol.key for _, operand in program if isinstance(operand, Place))
    _check_indices(program, target)
    return Program(name[:60], line, text[:200], program, keys)


def run(program: Program, table: SymbolTable, points: int) -> Evaluation:
    """The formula computed on the values of the table; its value is the last on the stack."""
    evaluation = Evaluation(table, points)
    for kind, operand in program.steps:
        if kind == "number" and isinstance(operand, float):
            evaluation.number(operand)
        elif isinstance(operand, Place):
            evaluation.symbol(operand)
        elif kind == "negative":
            evaluation.negative()
        elif kind == "call":
            evaluation.call(str(operand))
        elif kind == "sum":
            evaluation.total(str(operand))
        else:
            evaluation.operate(kind)
    return evaluation


def _unreadable(target: Symbol) -> NoReturn:
    raise Mismatch(f"`{target.shown}` came back in a form that can't be read.")


def _step(step: Any, table: SymbolTable, target: Symbol) -> Step:
    """One step, checked, in the form that `run` takes."""
    if not isinstance(step, tuple | list) or not step or not isinstance(step[0], str):
        _unreadable(target)
    kind, operands = step[0], step[1:]
    if kind == "number" and operands and type(operands[0]) is float and math.isfinite(operands[0]):
        return kind, operands[0]
    if (
        kind == "symbol"
        and len(operands) > 1
        and isinstance(operands[0], str)
        and isinstance(operands[1], str)
    ):
        return _symbol(operands[0][:80], operands[1][:80], table, target)
    if kind == "call" and operands and isinstance(operands[0], str) and operands[0] in FUNCTIONS:
        return kind, operands[0]
    if kind == "sum" and operands and isinstance(operands[0], str):
        return kind, _index(operands[0], table, target)
    if kind in (*_TWO, "negative"):
        return kind, ""
    _unreadable(target)


def _symbol(key: str, written: str, table: SymbolTable, target: Symbol) -> Step:
    place = table.find(key)
    if place is not None:
        return "symbol", place
    if key in CONSTANTS:
        return "number", CONSTANTS[key]
    raise Mismatch(table.unknown(target.shown, key, written))


def _index(letter: str, table: SymbolTable, target: Symbol) -> str:
    if letter in table.letters:
        return letter
    known = ", ".join(f"{i} (1 to {size})" for i, size in table.letters.items())
    allowed = f"the indices are {known}" if known else "it has no indices to sum over"
    raise Mismatch(f"`{letter[:40]}` is not an index in `{target.shown}`; {allowed}.")


def _check_stack(steps: tuple[Step, ...], target: Symbol) -> None:
    """Raise Mismatch if a step has too few operands, or if more than one value is left at the end."""
    height = 0
    for kind, _ in steps:
        needs = 2 if kind in _TWO else 1 if kind in ("negative", "call", "sum") else 0
        if height < needs:
            _unreadable(target)
        height += 1 - needs
    if height != 1:
        _unreadable(target)


def _check_indices(steps: tuple[Step, ...], target: Symbol) -> None:
    """Raise Mismatch for an index that belongs to no sum and is not an index of the target."""
    free: list[frozenset[str]] = []
    for kind, operand in steps:
        if isinstance(operand, Place):
            free.append(frozenset(i for i in operand.at if isinstance(i, str)))
        elif kind == "number":
            free.append(frozenset())
        elif kind in _TWO:
            right = free.pop()
            free.append(free.pop() | right)
        elif kind == "sum":
            free.append(free.pop() - {str(operand)})
    loose = sorted(free[0] - set(target.indices))
    if loose:
        rule = f"only {' and '.join(target.indices)} may" if target.indices else "no index may"
        fault = f"The index {loose[0]} in `{target.shown}` belongs to no sum; {rule} be used without one"
        raise Mismatch(f"{fault}. sum({loose[0]}, ...) sums over it.")
