"""Whether an error in a pack's test comes from an operation on what the student's code returned.

The traceback says which expression of the test failed. It depends on the student's code if it calls it, or
names something that was computed from such a call: this is followed through assignments, loops and the
arguments of the test's own functions. The source is read, never run.
"""

from __future__ import annotations

import ast
import functools
import linecache
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any

from grader.kit.student import Function, Student

MODES = ("many", "inplace", "timed")
_NAMELESS = ("<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>", "<lambda>")
Origins = frozenset[str]
NONE: Origins = frozenset()


@dataclass(frozen=True)
class Operation:
    """An operation on what the student's functions `paths` returned ("" for any of them); `expected` says
    what it needs: "3 values", "a dict with 'w'"; "" if that is not known."""

    paths: Origins
    expected: str = ""


def operation(trace: TracebackType | None, folder: str) -> Operation | None:
    """The operation in the deepest frame of the pack's tests in `folder`; None if it does not depend on the
    student's code, or if our own kit raised the error: it does so for a wrong use of it."""
    found: Operation | None = None
    ours = False
    passed, known = NONE, dict[str, Origins]()
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_code.co_filename.startswith(folder):
            given = _seeds(frame, passed)
            known = {**known, **given} if frame.f_code.co_name in _NAMELESS else given
            found = _failed(frame, trace.tb_lasti, known)
            passed = found.paths if found else NONE
        ours = str(frame.f_globals.get("__name__")).startswith("grader.")
        trace = trace.tb_next
    return None if ours else found


def _seeds(frame: FrameType, passed: Origins) -> dict[str, Origins]:
    """The names in this frame that depend on the student from the start: the fixture, functions of the
    student's, and arguments computed from what they returned."""
    code = frame.f_code
    arguments = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    seeds = dict.fromkeys(arguments, passed) if passed else {}
    for name, value in frame.f_locals.items():
        if isinstance(value, Student | Function):
            seeds[name] = frozenset([value.path if isinstance(value, Function) else ""])
    return seeds


def _failed(frame: FrameType, at: int, seeds: Mapping[str, Origins]) -> Operation | None:
    tree = _tree(frame.f_code.co_filename)
    place = list(frame.f_code.co_positions())[at // 2]
    if tree is None or None in place:
        return None
    path = list(_around(tree, place))
    functions = [node for node in path if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    names = _dependent(functions[-1] if functions else tree, seeds)
    node = path[-1]
    if isinstance(getattr(node, "ctx", None), ast.Store):  # taking values apart: what they are taken from
        whole = next((n for n in reversed(path) if isinstance(n, _BINDING)), node)
        sources = [s for s, _ in _bindings(whole)]
        paths = NONE.union(*(_origins(source, names) for source in sources))
    else:
        paths = _origins(node, names)
    return Operation(paths, _expected(node)) if paths else None


@functools.cache
def _tree(file: str) -> ast.Module | None:
    try:
        return ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return None


def _around(tree: ast.AST, place: tuple[Any, ...]) -> Iterator[ast.AST]:
    """The nodes around this place (line, end line, column, end column), the smallest last."""
    first, last = (place[0], place[2]), (place[1], place[3])
    node: ast.AST | None = tree
    while node is not None:
        yield node
        inside = (n for n in _children(node) if _start(n) <= first and last <= _end(n))
        node = next(inside, None)


def _children(node: ast.AST) -> Iterator[Any]:
    """The child nodes that have a place in the text; instead of one without, its own child nodes."""
    for child in ast.iter_child_nodes(node):
        if hasattr(child, "lineno"):
            yield child
        else:
            yield from _children(child)


def _start(node: Any) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: Any) -> tuple[int, int]:
    return node.end_lineno, node.end_col_offset


_BINDING = (
    ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.With,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


def _bindings(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """(source, target) of each name that this node binds."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((value, target) for target in targets)
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.AugAssign(target=target, value=value)
        ):
            yield value, target
        case ast.NamedExpr(target=target, value=value) | ast.For(target=target, iter=value):
            yield value, target
        case ast.With(items=items):
            yield from ((i.context_expr, i.optional_vars) for i in items if i.optional_vars)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            yield from ((part.iter, part.target) for part in node.generators)
        case ast.Call(func=ast.Attribute(value=holder), args=args):  # found.append(student.f(x))
            yield from ((arg, holder) for arg in args)


def _dependent(scope: ast.AST, seeds: Mapping[str, Origins]) -> dict[str, Origins]:
    """All names of this function that depend on the student's code, with the functions they come from."""
    names = dict(seeds)
    bindings = [pair for node in ast.walk(scope) for pair in _bindings(node)]
    while True:
        before = dict(names)
        for source, target in bindings:
            origins = _origins(source, names)
            for name in _stored(target) if origins else ():
                names[name] = names.get(name, NONE) | origins
        if names == before:
            return names


def _stored(target: ast.AST) -> Iterator[str]:
    """The names that this target changes: a, b of `a, b`, and d of `d["w"]`."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _stored(part)
    elif isinstance(target, ast.Attribute | ast.Subscript | ast.Starred):
        yield from _stored(target.value)


def _origins(node: ast.AST, names: Mapping[str, Origins]) -> Origins:
    """The student's functions on which this expression depends."""
    found = NONE
    chain = _chain(node)
    if chain and chain[0] in names:
        direct = names[chain[0]]
        parts = [part for part in chain[1:] if part not in MODES]
        return frozenset([".".join(parts)]) if parts and direct == frozenset([""]) else direct
    for child in ast.iter_child_nodes(node):
        found |= _origins(child, names)
    return found


def _chain(node: ast.AST) -> list[str]:
    """The names of `a.b.c`; empty if the node is something else."""
    if isinstance(node, ast.Name):
        return [node.id]
    head = _chain(node.value) if isinstance(node, ast.Attribute) else []
    return [*head, node.attr] if head and isinstance(node, ast.Attribute) else []


def _expected(node: ast.AST) -> str:
    """What the operation needs, in words."""
    match node:
        case ast.Tuple(elts=elts) | ast.List(elts=elts) if isinstance(node.ctx, ast.Store):
            fixed = sum(not isinstance(e, ast.Starred) for e in elts)
            least = " or more" if fixed < len(elts) else ""
            return f"{fixed} value{'' if fixed == 1 else 's'}{least}"
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return f"a dict with {key!r}"
        case ast.Subscript(slice=ast.Constant(value=int(index))) if index >= 0:
            return f"{index + 1} or more values" if index else "one or more values"
    return ""
