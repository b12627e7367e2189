"""Changes in which statements run, in which order, and on which condition."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.candidate.edits.source import Edit, Location, Source


def statement(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """`pass` instead of an update (+=), an assignment to an item or attribute, or a call as a statement."""
    match node:
        case ast.AugAssign() | ast.Expr(ast.Call()) | ast.Continue():
            yield source.put(node, "pass")
        case ast.Assign([ast.Subscript() | ast.Attribute()]):
            yield source.put(node, "pass")


def first_argument(node: ast.AST, source: Source, place: Location) -> Iterator[Edit]:
    """The first argument of the function instead of its return value."""
    if isinstance(node, ast.Return) and node.value is not None and place.first:
        yield source.put(node.value, place.first)


def order(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """b, a instead of a, b: in a return value, and in the arguments of the file's own functions."""
    match node:
        case ast.Return(ast.Tuple([left, right]) as pair):
            yield source.put(pair, f"{source.atom(right)}, {source.atom(left)}")
        case ast.Call(ast.Name(name), [left, right, *_]) if name in source.functions:
            start, end = source.span(left)[0], source.span(right)[1]
            gap = source.raw[source.span(left)[1] : source.span(right)[0]].decode("utf-8")
            if "(" not in gap and ")" not in gap:
                yield Edit(start, end, f"{source.text(right)}{gap}{source.text(left)}")


def condition(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """The opposite condition; `or` instead of `and`; False instead of True."""
    match node:
        case ast.If(test) | ast.IfExp(test):
            yield source.put(test, f"not {source.atom(test)}")
        case ast.BoolOp(ast.And(), [left, right]):
            yield from source.between(left, right, "and", "or")
        case ast.BoolOp(ast.Or(), [left, right]):
            yield from source.between(left, right, "or", "and")
        case ast.Constant(bool(value)):
            yield source.put(node, str(not value))
        case ast.Call(ast.Attribute(attr="where"), [test, yes, no]):
            texts = (source.text(test), source.text(no), source.text(yes))
            yield source.put(node, f"{source.text(node.func)}({', '.join(texts)})")
