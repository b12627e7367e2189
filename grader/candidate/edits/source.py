"""A program's text and its syntax tree, so that an edit changes one place and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_ATOMS = (ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.Constant, ast.List, ast.Dict)


@dataclass(frozen=True)
class Edit:
    """Bytes `start` to `end` of the UTF-8 text become `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Location:
    """The place of a node: `function`, the function around it ("" outside any function; a method is
    `Class.method`), and `first`, the first argument of that function ("" if it has none)."""

    function: str = ""
    first: str = ""


class Source:
    """One file. Raises SyntaxError, ValueError or RecursionError if it can't be parsed."""

    def __init__(self, text: str) -> None:
        self.raw = text.encode("utf-8")
        self.tree = ast.parse(text)
        self._lines = [0]
        for line in self.raw.split(b"\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        nodes = list(ast.walk(self.tree))
        self.functions = {
            node.name: len(node.args.args) for node in self.tree.body if isinstance(node, ast.FunctionDef)
        }
        axes = (
            k.value for node in nodes if isinstance(node, ast.Call) for k in node.keywords if k.arg == "axis"
        )
        self.axes = {id(node) for value in axes for node in ast.walk(value)}  # `arrays.axis` changes them
        self.counters = {
            node.target.id
            for node in nodes
            if isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Name)
            if isinstance(node.iter, ast.Call) and ast.unparse(node.iter.func) in ("range", "reversed")
        }

    def line(self, offset: int) -> int:
        """The number of the line that contains this byte, from 1."""
        return self.raw.count(b"\n", 0, offset) + 1

    def begin_of(self, offset: int) -> int:
        """The first byte of the line that contains this byte."""
        return self.raw.rfind(b"\n", 0, offset) + 1

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The first byte of a node and the byte after its last, without parentheses around it.

        Raises ValueError for a node without a position.
        """
        if not isinstance(node, ast.expr | ast.stmt | ast.keyword):
            raise ValueError(f"{type(node).__name__} has no position")
        last = (node.end_lineno or node.lineno, node.end_col_offset or 0)
        return self._lines[node.lineno - 1] + node.col_offset, self._lines[last[0] - 1] + last[1]

    def text(self, node: ast.AST) -> str:
        """The node's text in the program."""
        start, end = self.span(node)
        return self.raw[start:end].decode("utf-8")

    def atom(self, node: ast.AST) -> str:
        """The node's text, in parentheses if an operator beside it could bind tighter."""
        return self.text(node) if isinstance(node, _ATOMS) else f"({self.text(node)})"

    def put(self, node: ast.AST, text: str) -> Edit:
        """The edit that replaces the node by this text."""
        return Edit(*self.span(node), text)

    def between(self, left: ast.AST, right: ast.AST, old: str, new: str) -> Iterator[Edit]:
        """The edit that replaces the operator between two operands; none if a comment is between them."""
        start, end = self.span(left)[1], self.span(right)[0]
        gap = self.raw[start:end]
        if gap.count(old.encode()) == 1 and b"#" not in gap:
            at = start + gap.index(old.encode())
            yield Edit(at, at + len(old), new)

    def places(self) -> Iterator[tuple[ast.AST, Location]]:
        """Every node where an edit can change what the program computes, in the order of the text."""
        yield from _below(self.tree, Location())


def _below(node: ast.AST, place: Location) -> Iterator[tuple[ast.AST, Location]]:
    for child in _children(node):
        if isinstance(child, _NOT_EDITED) or _is_text(child) or _is_script(child):
            continue
        inner = _entered(child, place)
        yield child, inner
        yield from _below(child, inner)


_NOT_EDITED = (ast.Import, ast.ImportFrom, ast.Raise, ast.Assert, ast.JoinedStr, ast.arg, ast.expr_context)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """The children of a node, without annotations, decorators, base classes and type parameters."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases", "type_params"):
            continue
        values = value if isinstance(value, list) else [value]
        yield from (child for child in values if isinstance(child, ast.AST))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_script(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def _entered(node: ast.AST, place: Location) -> Location:
    if isinstance(node, ast.ClassDef):
        return Location(node.name)
    if not isinstance(node, ast.FunctionDef):
        return place
    names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args) if arg.arg not in ("self", "cls")]
    outer = place.function if "." in place.function or place.first else ""
    name = outer or ".".join(part for part in (place.function, node.name) if part)
    return Location(name, names[0] if names else "")
