"""Changes of every occurrence of an expression: in one statement, or of an axis in the whole function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from grader.candidate.edits.source import Edit
from grader.candidate.search.changes import Change
from grader.candidate.search.functions import Unit

_AXIS = re.compile(r"axis\s*=\s*(-?\d)")
_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)


def repeated(unit: Unit) -> Iterator[Change]:
    """The changes of what a statement says more than once, and of all axes."""
    names = names_of(unit)
    for node in ast.walk(unit.node):
        if isinstance(node, _SIMPLE) and node.lineno in unit.lines:
            yield from _in_statement(node, names, unit)
    yield from _axes(unit)


def names_of(unit: Unit) -> list[str]:
    """The names that the function takes or assigns."""
    names = [a.arg for a in (*unit.node.args.posonlyargs, *unit.node.args.args)]
    names += [n.id for n in ast.walk(unit.node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return list(dict.fromkeys(names))


def _in_statement(node: ast.stmt, names: list[str], unit: Unit) -> Iterator[Change]:
    source = unit.source
    places: dict[str, list[ast.expr]] = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Name | ast.Call | ast.Subscript | ast.Attribute) and isinstance(
            getattr(part, "ctx", ast.Load()), ast.Load
        ):
            places.setdefault(source.text(part), []).append(part)
    for text, nodes in places.items():
        if len(nodes) < 2 or text in ("np", "self"):
            continue
        first = nodes[0]
        others = [name for name in names if name != text]
        if isinstance(first, ast.Call) and len(first.args) == 1:
            others.insert(0, source.text(first.args[0]))
        others += [f"{name}({text})" for name, count in source.functions.items() if count == 1]
        for other in others:
            yield Change("another name", 1.1, _replaced(node, nodes, other, unit))


def _replaced(node: ast.stmt, nodes: list[ast.expr], text: str, unit: Unit) -> Edit:
    """The statement with this text in the place of the nodes, which do not overlap."""
    source = unit.source
    start, end = source.span(node)
    raw = source.raw[start:end]
    for begin, stop in sorted(map(source.span, nodes), reverse=True):
        raw = raw[: begin - start] + text.encode() + raw[stop - start :]
    return Edit(start, end, raw.decode())


def _axes(unit: Unit) -> Iterator[Change]:
    """The other axis wherever the function sums over one, from the first such place to the last."""
    start, end = unit.source.span(unit.node)
    raw = unit.source.raw[start:end].decode()
    found = list(_AXIS.finditer(raw))
    for axis in dict.fromkeys(match[1] for match in found):
        same = [match for match in found if match[1] == axis]
        if len(same) < 2:
            continue
        for other in {"0": "1", "1": "0", "-1": "0"}.get(axis, ""):
            first, last = same[0].start(), same[-1].end()
            text = re.sub(rf"axis\s*=\s*{axis}(?!\d)", f"axis={other}", raw[first:last])
            before = start + len(raw[:first].encode())
            yield Change("axis", 1.1, Edit(before, before + len(raw[first:last].encode()), text))
