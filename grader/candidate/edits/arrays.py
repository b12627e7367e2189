"""Changes in the use of arrays: axes, transposes, a similar function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.candidate.edits.source import Edit, Location, Source

_ALONG = "sum mean max min prod argmax argmin cumsum std var any all concatenate stack flip sort argsort norm"
_REDUCERS = frozenset(_ALONG.split())
_SIMILAR_PAIRS = """
    maximum minimum  max min  argmax argmin  sin cos  sinh cosh  zeros ones  zeros_like ones_like
    any all  floor ceil  hstack vstack  triu tril  logical_and logical_or  argsort sort  rows columns"""
_PAIRS = _SIMILAR_PAIRS.split()
_SIMILAR = {**dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))}
_SIMILAR |= {b: a for a, b in _SIMILAR.items()} | {"tanh": "arctan", "log": "log1p", "expm1": "exp"}
_NO_EFFECT = "abs absolute sqrt exp log square sign transpose swapaxes copy sorted reversed"
_DROPPED = frozenset(_NO_EFFECT.split())


def axis(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """Another axis or no axis; keepdims=False instead of True and the reverse."""
    if not isinstance(node, ast.Call):
        return
    for keyword in node.keywords:
        if keyword.arg == "axis":
            yield from _other_axes(keyword.value, source)
            yield _without(node, keyword, source)
        elif keyword.arg == "keepdims" and isinstance(keyword.value, ast.Constant):
            yield source.put(keyword.value, str(not keyword.value.value))
    if isinstance(node.func, ast.Attribute) and node.func.attr in _REDUCERS:
        of_module = isinstance(node.func.value, ast.Name) and node.func.value.id == "np"
        for argument in node.args[int(of_module) : int(of_module) + 1]:
            yield from _other_axes(argument, source)


def _other_axes(value: ast.expr, source: Source) -> Iterator[Edit]:
    try:
        known = ast.literal_eval(value)
    except ValueError:
        return
    if isinstance(known, int) and not isinstance(known, bool):
        yield source.put(value, {0: "1", 1: "0", -1: "0", -2: "-1"}.get(known, str(known - 1)))
    elif isinstance(known, tuple):
        for number in known:
            yield source.put(value, repr(number))


def _without(call: ast.Call, keyword: ast.keyword, source: Source) -> Edit:
    """The call without this argument and without the comma before or after it."""
    order = sorted((*call.args, *call.keywords), key=source.span)
    at = order.index(keyword)
    start, end = source.span(keyword)
    if at > 0:
        start = source.span(order[at - 1])[1]
        start += source.raw[start:end].index(b",")
    elif len(order) > 1:
        end = source.span(order[1])[0]
    return Edit(start, end, "")


def transpose(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """x instead of x.T; a.T @ b, a @ b.T or b @ a instead of a @ b; x[None, :] instead of x[:, None]."""
    match node:
        case ast.Attribute(value, "T"):
            yield source.put(node, source.atom(value))
        case ast.BinOp(left, ast.MatMult(), right):
            for side in (left, right):
                if not (isinstance(side, ast.Attribute) and side.attr == "T"):
                    yield source.put(side, f"{source.atom(side)}.T")
            yield source.put(node, f"{source.atom(right)} @ {source.atom(left)}")
        case ast.Call(ast.Attribute(attr="outer" | "dot" | "matmul"), [left, right]):
            yield source.put(node, f"{source.text(node.func)}({source.text(right)}, {source.text(left)})")
        case ast.Subscript(_, ast.Tuple([left, right]) as index) if "None" in source.text(index):
            yield source.put(index, f"{source.text(right)}, {source.text(left)}")


def average(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """A mean instead of a sum, and the reverse."""
    if isinstance(node, ast.Attribute) and node.attr in ("sum", "mean"):
        other = "mean" if node.attr == "sum" else "sum"
        yield source.put(node, f"{source.text(node).removesuffix(node.attr)}{other}")


def similar_function(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """np.minimum instead of np.maximum and so on; another function of the same file."""
    match node:
        case ast.Attribute(_, name, ast.Load()) if name in _SIMILAR:
            yield source.put(node, f"{source.text(node).removesuffix(name)}{_SIMILAR[name]}")
        case ast.Call(ast.Name(name) as called) if name in source.functions:
            same = [n for n, count in source.functions.items() if count == source.functions[name]]
            other = same[(same.index(name) + 1) % len(same)]
            yield source.put(called, other)
        case ast.Call(ast.Name(name) as called) if name in _SIMILAR:
            yield source.put(called, _SIMILAR[name])


def dropped_call(node: ast.AST, source: Source, _: Location) -> Iterator[Edit]:
    """x instead of np.abs(x), x.copy() and similar calls."""
    match node:
        case ast.Call(ast.Attribute(ast.Name("np" | "math"), name), [first, *_]) if name in _DROPPED:
            yield source.put(node, source.atom(first))
        case ast.Call(ast.Name(name), [first]) if name in _DROPPED:
            yield source.put(node, source.atom(first))
        case ast.Call(ast.Attribute(value, name)) if name in _DROPPED:
            yield source.put(node, source.atom(value))
