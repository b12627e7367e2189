"""The expressions of a function that a change can replace."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from grader.candidate.edits.source import Location
from grader.candidate.search.functions import Unit

_SCOPES = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda, ast.FunctionDef)
_SKIPPED = ("annotation", "returns", "decorator_list", "type_params", "ctx", "op", "ops")


@dataclass(eq=False)
class Place:
    """An expression that ran, and where its parent holds it. `inner`: it is in a scope of its own, such as a
    comprehension, so its names are not those of the function."""

    unit: Unit
    node: ast.expr
    parent: ast.AST
    slot: str
    index: int | None
    inner: bool
    location: Location = field(default_factory=Location)

    def put(self, node: ast.expr) -> None:
        """Put another expression there, in the unit's tree."""
        if self.index is None:
            setattr(self.parent, self.slot, node)
        else:
            getattr(self.parent, self.slot)[self.index] = node

    @property
    def span(self) -> tuple[int, int]:
        """The bytes of the expression in the file."""
        return self.unit.source.span(self.node)


def places_of(unit: Unit) -> list[Place]:
    """The expressions of a unit that ran and that others can replace, in the order of the text."""
    names = [
        a.arg for a in (*unit.node.args.posonlyargs, *unit.node.args.args) if a.arg not in ("self", "cls")
    ]
    location = Location(unit.name, names[0] if names else "")
    return [
        Place(unit, node, parent, slot, index, inner, location)
        for node, parent, slot, index, inner in _below(unit.node, inner=False)
        if _ran(node, unit.lines)
    ]


def expressions_in(node: ast.expr, parent: ast.AST) -> Iterator[tuple[ast.expr, ast.AST, str, int | None]]:
    """An expression and those in it that others can replace."""
    yield node, parent, "value", None
    for child, holder, slot, index, _ in _below(node, inner=False):
        yield child, holder, slot, index


_Found = tuple[ast.expr, ast.AST, str, int | None, bool]


def _below(node: ast.AST, *, inner: bool) -> Iterator[_Found]:
    for slot, value in ast.iter_fields(node):
        if slot in _SKIPPED:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.Raise | ast.Assert):
                continue
            if _is_replaceable(child, node, slot):
                assert isinstance(child, ast.expr)
                yield child, node, slot, index, inner
            if not isinstance(child, ast.JoinedStr):
                yield from _below(child, inner=inner or isinstance(child, _SCOPES))


def _is_replaceable(child: ast.AST, parent: ast.AST, slot: str) -> bool:
    if not isinstance(child, ast.expr) or isinstance(child, ast.Starred | ast.Slice):
        return False
    if not isinstance(getattr(child, "ctx", ast.Load()), ast.Load) or isinstance(parent, ast.arguments):
        return False
    if isinstance(child, ast.Tuple) and slot == "slice" and any(isinstance(e, ast.Slice) for e in child.elts):
        return False
    if isinstance(parent, ast.Expr) and isinstance(child, ast.Constant):
        return False
    return not (isinstance(parent, ast.Call) and slot == "func")


def _ran(node: ast.expr, lines: Collection[int]) -> bool:
    return any(line in lines for line in range(node.lineno, (node.end_lineno or node.lineno) + 1))
