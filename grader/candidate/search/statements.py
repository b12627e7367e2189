"""Changes of statements: dropped, in another order, in or out of a loop, accumulated or assigned."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from grader.candidate.edits.drawing import KINDS
from grader.candidate.edits.source import Edit, Location, Source
from grader.candidate.search.changes import Change
from grader.candidate.search.functions import Unit


def statements(unit: Unit) -> Iterator[Change]:
    """The changes of the statements of a unit that ran."""
    for body in _bodies(unit.node):
        for at, node in enumerate(body):
            if node.lineno not in unit.lines or isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            yield from _of_one(node, unit)
            if at + 1 < len(body) and not isinstance(body[at + 1], ast.FunctionDef):
                yield from _exchanged(node, body[at + 1], unit.source)
            if isinstance(node, ast.For | ast.While):
                yield from _out_of(node, unit.source)
                if at + 1 < len(body):
                    yield from _into(node, body[at + 1], unit.source)


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for part in ast.walk(node):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(part, name, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                yield body


def _of_one(node: ast.stmt, unit: Unit) -> Iterator[Change]:
    source = unit.source
    for kind, operator in KINDS.items():
        for edit in operator(node, source, Location(unit.name)):
            if kind != "first argument returned":
                yield Change(kind, 1.2, edit)
    match node:
        case ast.Assign([ast.Name() | ast.Subscript() | ast.Attribute() as target], value):
            name = source.text(target)
            yield Change("accumulated", 1.4, Edit(source.span(target)[1], source.span(value)[0], " += "))
            yield (
                Change("in place", 1.6, Edit(source.span(target)[1], source.span(value)[0], "[...] = "))
                if isinstance(target, ast.Name)
                else Change("dropped statement", 1.6, source.put(node, "pass"))
            )
            yield Change(
                "accumulated", 1.8, Edit(source.span(target)[1], source.span(value)[0], f" = {name} - ")
            )
            yield from _without_array_kept(node, target, value, source)
        case ast.AugAssign(target, _, value):
            name = source.text(target)
            gap = (source.span(target)[1], source.span(value)[0])
            yield Change("assigned", 1.3, Edit(*gap, " = "))
            yield Change(
                "new array",
                1.3,
                source.put(
                    node,
                    f"{name} = {name} {_sign(node, source)} ({source.text(value)})",
                ),
            )
            for sign in ("+=", "-=", "*=", "/="):
                yield Change("operator", 1.2, Edit(*gap, f" {sign} "))
        case ast.Return(ast.Tuple(values)) if 2 <= len(values) <= 4:
            texts = [source.text(v) for v in values]
            for order in itertools.permutations(texts):
                yield Change("order", 1.2, source.put(node, f"return {', '.join(order)}"))
        case ast.Return() | ast.Break() | ast.Continue():
            yield Change("dropped statement", 1.6, source.put(node, "pass"))
        case ast.If(orelse=[]):
            yield Change("condition", 1.5, source.put(node.test, "True"))
    if isinstance(node, ast.Assign | ast.Expr) and not _is_text(node):
        yield Change("dropped statement", 1.7, source.put(node, "pass"))


def _without_array_kept(
    node: ast.Assign, target: ast.expr, value: ast.expr, source: Source
) -> Iterator[Change]:
    """`x += y` in place of `x = x + y`, and `x = y` in place of `x[...] = y`."""
    match value:
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right) if source.text(
            left
        ) == source.text(target):
            sign = source.raw[source.span(left)[1] : source.span(right)[0]].decode().strip(" ()")
            yield Change(
                "in place", 1.6, source.put(node, f"{source.text(target)} {sign}= {source.text(right)}")
            )
    match target:
        case ast.Subscript(ast.Name(name), ast.Constant(value=kept)) if kept is ...:
            yield Change("new array", 1.6, Edit(source.span(target)[0], source.span(target)[1], name))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _sign(node: ast.AugAssign, source: Source) -> str:
    gap = source.raw[source.span(node.target)[1] : source.span(node.value)[0]].decode()
    return gap.strip().removesuffix("=").strip() or "+"


def _exchanged(first: ast.stmt, second: ast.stmt, source: Source) -> Iterator[Change]:
    if _is_text(first) or isinstance(second, ast.Return):
        return
    (start, end), (begin, stop) = source.span(first), source.span(second)
    gap = source.raw[end:begin].decode()
    yield Change(
        "order of statements", 1.5, Edit(start, stop, f"{source.text(second)}{gap}{source.text(first)}")
    )


def _out_of(loop: ast.For | ast.While, source: Source) -> Iterator[Change]:
    """The last statement of a loop after the loop."""
    last = loop.body[-1]
    if (
        len(loop.body) > 1
        and last.lineno == last.end_lineno
        and not isinstance(last, ast.Break | ast.Continue)
    ):
        start, end = source.span(last)
        begin = source.begin_of(start)
        indent = " " * loop.col_offset
        yield Change("statement in the loop", 1.5, Edit(begin, end, f"{indent}{source.text(last)}"))


def _into(loop: ast.For | ast.While, after: ast.stmt, source: Source) -> Iterator[Change]:
    """The statement after a loop at its end."""
    if after.lineno == after.end_lineno:
        start, end = source.span(after)
        begin = source.begin_of(start)
        yield Change(
            "statement after the loop",
            1.5,
            Edit(begin, end, f"{' ' * loop.body[0].col_offset}{source.text(after)}"),
        )
