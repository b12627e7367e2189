"""Numbers that stand outside of functions, and that the functions which ran read: constants of a module or a
class, and default values of arguments."""

from __future__ import annotations

import ast
import contextlib
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from grader.candidate.edits.source import Edit, Source
from grader.candidate.search.changes import Change, operators, plain
from grader.candidate.search.functions import Unit
from grader.candidate.search.ingredients import is_pure
from grader.candidate.search.places import Place, expressions_in

MOST = 40  # constants of one search
LONGEST = 120  # characters
DEARER = 0.3  # than a change in a function


@dataclass(frozen=True, eq=False)
class Constant:
    """An expression outside of functions: `put` stores another value where the functions read it."""

    file: str
    source: Source
    node: ast.expr
    parent: ast.AST
    scope: Mapping[str, Any]
    value: Any
    put: Callable[[Any], None]
    name: str = ""

    @property
    def lines(self) -> Mapping[int, int]:
        """No line of it ran in the call."""
        return {}

    @contextlib.contextmanager
    def changed(self, edit: Edit) -> Iterator[None]:
        """Functions read the value of the changed text inside the block. Raises what the text raises."""
        start, end = self.source.span(self.node)
        raw = self.source.raw
        text = (raw[start : edit.start] + edit.text.encode() + raw[edit.end : end]).decode()
        self.put(eval(compile(f"({text})", self.file, "eval", dont_inherit=True), dict(self.scope)))
        try:
            yield
        finally:
            self.put(self.value)

    def changes(self) -> Iterator[Change]:
        """The changes of the expression that bring nothing from elsewhere."""
        for node, parent, slot, index in expressions_in(self.node, self.parent):
            place = Place(cast(Unit, self), node, parent, slot, index, inner=True)  # for its source
            for change in (*operators(place), *plain(place, {})):
                yield Change(change.kind, change.cost + DEARER, change.edit, change.text)


def constants_of(units: Sequence[Unit]) -> list[Constant]:
    """The constants that these functions read, in the order of the files."""
    found: list[Constant] = []
    for file in dict.fromkeys(unit.file for unit in units):
        inside = [unit for unit in units if unit.file == file]
        read = {name for unit in inside for name in _names_read(unit.function.__code__)}
        found += _assigned(inside[0], read)
        found += [default for unit in inside for default in _defaults(unit)]
    return found[:MOST]


def _names_read(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names_read(constant)


def _assigned(unit: Unit, read: set[str]) -> Iterator[Constant]:
    """The constants of the unit's module, and of the classes in it."""
    scope, tree = unit.function.__globals__, unit.source.tree
    yield from _in_body(unit, tree.body, scope, scope.__setitem__, read)
    for node in tree.body:
        owner = scope.get(node.name) if isinstance(node, ast.ClassDef) else None
        if isinstance(node, ast.ClassDef) and type(owner) is type:

            def put(name: str, value: Any, owner: type = owner) -> None:
                setattr(owner, name, value)

            yield from _in_body(unit, node.body, vars(owner), put, read)


def _in_body(
    unit: Unit,
    body: Sequence[ast.stmt],
    values: Mapping[str, Any],
    put: Callable[[str, Any], None],
    read: set[str],
) -> Iterator[Constant]:
    targets = [_target(node) for node in body]
    for node, name in zip(body, targets, strict=True):
        value = getattr(node, "value", None)
        is_known = name in read and name in values and targets.count(name) == 1
        if isinstance(value, ast.expr) and is_known and _is_plain(value, unit.source):

            def store(new: Any, name: str = name) -> None:
                put(name, new)

            scope = unit.function.__globals__
            yield Constant(unit.file, unit.source, value, node, scope, values[name], store)


def _target(node: ast.stmt) -> str:
    match node:
        case ast.Assign([ast.Name(name)]) | ast.AnnAssign(ast.Name(name)):
            return name
    return ""


def _is_plain(value: ast.expr, source: Source) -> bool:
    """Whether it is a number, or a short expression that can be computed at any time."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, int | float | None)
    return len(source.text(value)) <= LONGEST and is_pure(value)


def _defaults(unit: Unit) -> Iterator[Constant]:
    """The default values of the unit's arguments."""
    values, nodes = unit.function.__defaults__ or (), unit.node.args.defaults
    if len(values) != len(nodes):
        return
    for at, node in enumerate(nodes):
        if not _is_plain(node, unit.source):
            continue

        def put(new: Any, at: int = at) -> None:
            unit.function.__defaults__ = (*values[:at], new, *values[at + 1 :])

        scope = unit.function.__globals__
        yield Constant(unit.file, unit.source, node, unit.node.args, scope, values[at], put, unit.name)
