"""Changes in formulas: signs, terms, factors, constants, indices, comparisons."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.candidate.edits.source import Edit, Location, Source

_BOUNDARY = {ast.Gt: ">= <", ast.GtE: "> <=", ast.Lt: "<= >", ast.LtE: "< >=", ast.Eq: "!=", ast.NotEq: "=="}
_WRITTEN = {ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!="}


def sign(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """a + b instead of a - b and the reverse; -a * b instead of a * b; x instead of -x."""
    match node:
        case ast.BinOp(left, ast.Add(), right) if not _joins_text(node):
            yield from source.between(left, right, "+", "-")
        case ast.BinOp(left, ast.Sub(), right):
            yield from source.between(left, right, "-", "+")
        case ast.BinOp(_, ast.Mult() | ast.Div() | ast.MatMult(), _):
            yield source.put(node, f"-{source.text(node)}")
        case ast.UnaryOp(ast.USub(), operand):
            yield source.put(node, source.atom(operand))
        case ast.AugAssign(target, ast.Add(), value):
            yield from source.between(target, value, "+=", "-=")
        case ast.AugAssign(target, ast.Sub(), value):
            yield from source.between(target, value, "-=", "+=")


def term(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """a or b instead of a + b."""
    match node:
        case ast.BinOp(left, ast.Add(), right) if not _joins_text(node):
            yield source.put(node, source.atom(left))
            yield source.put(node, source.atom(right))
        case ast.BinOp(left, ast.Sub(), right):
            yield source.put(node, source.atom(left))
            yield source.put(node, f"-{source.atom(right)}")


def factor(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """a or b instead of a * b; a instead of a / b or a ** b."""
    match node:
        case ast.BinOp(left, ast.Mult(), right):
            yield source.put(node, source.atom(left))
            yield source.put(node, source.atom(right))
        case ast.BinOp(left, ast.Div() | ast.Pow(), _):
            yield source.put(node, source.atom(left))


def quotient(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """a / b instead of a * b and the reverse; a * b instead of a @ b."""
    match node:
        case ast.BinOp(left, ast.Mult(), right):
            yield from source.between(left, right, "*", "/")
        case ast.BinOp(left, ast.Div(), right):
            yield from source.between(left, right, "/", "*")
        case ast.BinOp(left, ast.MatMult(), right):
            yield from source.between(left, right, "@", "*")


def off_by_one(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """n + 1 or n - 1 instead of n: an integer, the end of a range or of a slice, an index."""
    match node:
        case ast.Constant(int(n)) if not isinstance(n, bool) and id(node) not in source.axes:
            yield source.put(node, str(n + 1))
            yield source.put(node, str(n - 1) if n > 0 else f"({n - 1})")
        case ast.Call(ast.Name("range"), args) if args and not any(isinstance(a, ast.Starred) for a in args):
            end = args[min(1, len(args) - 1)]
            yield source.put(end, f"{source.atom(end)} - 1")
            yield source.put(end, f"{source.atom(end)} + 1")
            if len(args) == 1:
                yield source.put(end, f"1, {source.text(end)}")
        case ast.Slice(lower, upper, _) if lower or upper:
            for bound in (lower, upper):
                if bound is not None and not isinstance(bound, ast.Constant):
                    yield source.put(bound, f"{source.atom(bound)} - 1")
                    yield source.put(bound, f"{source.atom(bound)} + 1")
            yield source.put(node, ":")
        case ast.Subscript(_, ast.Name(name) as index, ast.Load()) if name in source.counters:
            yield source.put(index, f"{name} - 1")
            yield source.put(index, f"{name} + 1")


def constant(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """2c instead of a float c, 1.0 instead of 0.0; small tolerances and large numbers are not changed."""
    match node:
        case ast.Constant(float(c)) if c == 0 or 1e-3 < abs(c) < 1e6:
            yield source.put(node, repr(2 * c or 1.0))


def boundary(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """Another comparison: >= or < instead of >, and so on."""
    if isinstance(node, ast.Compare):
        operands = (node.left, *node.comparators)
        for left, op, right in zip(operands, node.ops, node.comparators, strict=False):
            for other in _BOUNDARY.get(type(op), "").split():
                yield from source.between(left, right, _WRITTEN[type(op)], other)


def _joins_text(node: ast.BinOp) -> bool:
    return any(
        isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )
