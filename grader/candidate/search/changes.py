"""The changes that are tried at a place: what may undo a mistake, the plain ones first."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.candidate.edits.drawing import KINDS
from grader.candidate.edits.source import Edit, Source
from grader.candidate.search.ingredients import NUMERIC
from grader.candidate.search.places import Place

_CONSTANTS = ("0", "1", "2", "0.5", "-1", "None", "True", "False")
_UNARY = ("np.exp", "np.log", "np.tanh", "np.abs", "np.sqrt", "np.square", "np.sign")
_PAIRS = (
    ("exp", "log"), ("exp", "tanh"), ("maximum", "minimum"), ("dot", "outer"), ("outer", "multiply"),
    ("dot", "multiply"), ("matmul", "outer"), ("zeros", "ones"), ("zeros_like", "ones_like"),
    ("tanh", "arctan"), ("log", "log1p"), ("exp", "expm1"),
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """An edit of the text, its kind, and its cost: the more a change says, the later it is tried. `text` is
    the new expression of its place, "" for a change of statements. With a `sign`, it is the old one, the
    sign, and `beside`."""

    kind: str
    cost: float
    edit: Edit
    text: str = ""
    sign: str = ""
    beside: str = ""


def rewritten(place: Place, kind: str, cost: float, text: str, sign: str = "", beside: str = "") -> Change:
    """The change that replaces the whole expression."""
    start, end = place.span
    return Change(kind, cost, Edit(start, end, _in_parentheses(place, text)), text, sign, beside)


def _in_parentheses(place: Place, text: str) -> str:
    """The text, in parentheses where an operator beside it could bind tighter."""
    tight = (
        ast.BinOp,
        ast.UnaryOp,
        ast.Attribute,
        ast.Compare,
        ast.BoolOp,
        ast.Subscript,
        ast.IfExp,
        ast.Starred,
    )
    if not isinstance(place.parent, tight) or (
        isinstance(place.parent, ast.Subscript) and place.slot == "slice"
    ):
        return text
    return (
        text if re.fullmatch(r"[\w.\[\]'\"]+|\w+\([^()]*\)|\(.*\)", text) and _is_atom(text) else f"({text})"
    )


@functools.lru_cache(maxsize=20_000)
def _is_atom(text: str) -> bool:
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return False
    atoms = ast.Name | ast.Call | ast.Attribute | ast.Subscript | ast.Constant
    whole = (
        text.startswith("(")
        and text.endswith(")")
        and isinstance(node, ast.BinOp | ast.Compare | ast.UnaryOp)
    )
    return isinstance(node, atoms) or (whole and _closes_at_end(text))


def _closes_at_end(text: str) -> bool:
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if not depth:
            return at == len(text) - 1
    return False


def operators(place: Place) -> Iterator[Change]:
    """The changes of operators, signs, axes, indices and so on that the kinds of mutants know."""
    source, start = place.unit.source, place.span[0]
    called = [place.node.func] if isinstance(place.node, ast.Call) else []  # it is no place of its own
    for kind, operator in KINDS.items():
        for edit in (e for node in (place.node, *called) for e in operator(node, source, place.location)):
            begin, end = place.span
            if begin <= edit.start and edit.end <= end:
                old = source.raw[begin:end]
                new = old[: edit.start - start] + edit.text.encode() + old[edit.end - start :]
                yield Change(kind, 1.0, edit, new.decode())


def plain(place: Place, functions: Mapping[str, int]) -> Iterator[Change]:
    """Changes that bring nothing from elsewhere."""
    node, source = place.node, place.unit.source
    yield from _operators_exchanged(place)
    yield from _calls(place, functions)
    known, number = _literal(node)
    if known:
        for text in (*_CONSTANTS, *_near(number)):
            yield rewritten(place, "constant", 1.2, text)
    if place.slot == "iter":
        yield rewritten(place, "missing function", 1.6, f"reversed({source.text(node)})")
    if isinstance(node, ast.JoinedStr):
        text = source.text(node)
        for found in re.finditer(r"\{(\w+)\}", text):
            for shift in (" + 1", " - 1"):
                new = f"{text[: found.end() - 1]}{shift}{text[found.end() - 1 :]}"
                yield rewritten(place, "off by one", 1.0, new)
        for found in re.finditer(r"\{(\w+) ?([+-]) ?1\}", text):
            yield rewritten(
                place, "off by one", 1.0, f"{text[: found.start()]}{{{found[1]}}}{text[found.end() :]}"
            )


def _literal(node: ast.expr) -> tuple[bool, Any]:
    """Whether the expression is a number (also a negative one) or None as it stands there, and which."""
    match node:
        case ast.Constant(int() | float() | None as number):
            return True, number
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as number)):
            return True, -number
    return False, None


def _near(value: Any) -> list[str]:
    if value is None or isinstance(value, bool) or not np.isfinite(value):
        return []
    near = [value + 1, value - 1] if float(value).is_integer() else []  # a fraction is no count
    near += [-value, 2 * value, value / 2]
    return [repr(v) for v in (*near, *([1 / value] if value else []))]


_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**",
}  # fmt: skip


def _operators_exchanged(place: Place) -> Iterator[Change]:
    """Another operator, and the operands exchanged."""
    node, source = place.node, place.unit.source
    if not isinstance(node, ast.BinOp):
        return
    left, right = source.atom(node.left), source.atom(node.right)
    own = _OPERATORS.get(type(node.op), "")
    for sign in _OPERATORS.values():
        if sign != own:
            yield rewritten(place, "operator", 1.1, f"{left} {sign} {right}")
    if own in ("-", "/", "@"):
        yield rewritten(place, "operands exchanged", 1.1, f"{right} {own} {left}")
    if own in ("@", "*"):
        for text in (
            f"{left}.T @ {right}",
            f"{left} @ {right}.T",
            f"{right}.T @ {left}",
            f"{right} @ {left}.T",
        ):
            yield rewritten(place, "transpose", 1.1, text)
        yield rewritten(place, "operator", 1.2, f"np.outer({left}, {right})")


def _calls(place: Place, functions: Mapping[str, int]) -> Iterator[Change]:
    """Another function, other arguments, another way to sum up."""
    node, source = place.node, place.unit.source
    if not isinstance(node, ast.Call):
        return
    called, arguments = source.text(node.func), [source.text(a) for a in node.args]
    keywords = [source.text(k) for k in node.keywords]
    name = called.rpartition(".")[2]

    def call(to: str, values: Sequence[str], named: Sequence[str] = keywords) -> str:
        return f"{to}({', '.join((*values, *named))})"

    for at in range(len(arguments) - 1):
        order = [*arguments[:at], arguments[at + 1], arguments[at], *arguments[at + 2 :]]
        yield rewritten(place, "order", 1.2, call(called, order))
    if name == "range" and len(arguments) == 2:
        yield rewritten(place, "off by one", 1.2, call(called, arguments[1:]))
    if isinstance(node.func, ast.Name):
        for other, count in functions.items():
            if other != name and count in (len(arguments), place.unit.source.functions.get(name)):
                yield rewritten(place, "another function", 1.3, call(other, arguments))
        if len(arguments) == 1:
            yield rewritten(place, "dropped function", 1.2, arguments[0])
    for pair in _PAIRS:
        if name in pair:
            other = pair[1 - pair.index(name)]
            yield rewritten(
                place, "another function", 1.3, call(called.removesuffix(name) + other, arguments)
            )
    if name in ("sum", "mean", "max", "min", "argmax", "prod"):
        yield from _reductions(place, called, arguments, node)


def _reductions(place: Place, called: str, arguments: Sequence[str], node: ast.Call) -> Iterator[Change]:
    source = place.unit.source
    name, of_module = (
        called.rpartition(".")[2],
        called in ("np.sum", "np.mean", "np.max", "np.min", "np.argmax", "np.prod"),
    )
    values = arguments[: int(of_module)]
    others = [source.text(k) for k in node.keywords if k.arg not in ("axis", "keepdims")]
    for to in dict.fromkeys((name, "sum", "mean", "max")):
        for axis in ("", "axis=0", "axis=1", "axis=-1"):
            for keep in ("", "keepdims=True"):
                text = ", ".join(part for part in (*values, axis, keep, *others) if part)
                yield rewritten(
                    place,
                    "axis" if to == name else "sum or mean",
                    1.0 if to == name else 1.2,
                    f"{called.removesuffix(name)}{to}({text})",
                )
    if isinstance(node.func, ast.Attribute):
        inner = arguments[0] if of_module and arguments else source.atom(node.func.value)
        yield rewritten(place, "dropped function", 1.2, inner)


def around(place: Place, value: Any, functions: Mapping[str, int]) -> Iterator[Change]:
    """Changes that put something around the expression, whose value this was."""
    text = place.unit.source.atom(place.node)
    if isinstance(value, list | tuple) and len(value) > 1:
        yield rewritten(place, "order", 1.4, f"{text}[::-1]")
    if not isinstance(value, NUMERIC) or isinstance(value, bool | np.bool_):
        return
    yield rewritten(place, "sign", 1.3, f"-{text}")
    size = np.ndim(value)
    if size == 2:
        yield rewritten(place, "transpose", 1.5, f"{text}.T")
    if size:
        for axis in range(size):
            yield rewritten(place, "sum", 1.8, f"{text}.sum(axis={axis})")
            yield rewritten(place, "sum", 1.9, f"{text}.sum(axis={axis}, keepdims=True)")
            yield rewritten(place, "mean", 2.0, f"{text}.mean(axis={axis})")
        yield rewritten(place, "sum", 1.9, f"np.sum({text})")
        yield rewritten(place, "missing division", 2.0, f"{text} / {text}.sum()")
        yield rewritten(place, "missing division", 2.0, f"{text} / {text}.sum(axis=-1, keepdims=True)")
    if size == 1:
        yield rewritten(place, "shape", 1.9, f"{text}[:, None]")
        yield rewritten(place, "shape", 1.9, f"{text}[None, :]")
    if isinstance(place.node, ast.Constant):
        return
    for new in (
        f"1 - {text}",
        f"1 + {text}",
        f"{text} ** 2",
        f"2 * {text}",
        f"0.5 * {text}",
        f"1 / {text}",
        f"{text} + 1",
        f"{text} - 1",
    ):
        yield rewritten(place, "factor or term", 1.8, new)
    for name, count in functions.items():
        if count == 1:
            yield rewritten(place, "missing function", 1.8, f"{name}({text})")
    for name in _UNARY:
        yield rewritten(place, "missing function", 2.0, f"{name}({text})")


def brought(place: Place, value: Any, texts: Sequence[str], fits: Callable[[str], Any]) -> Iterator[Change]:
    """Changes that bring one of these texts: in place of the expression, or beside it. `fits` gives the value
    of a text at this place, None if it has none."""
    own = place.unit.source.atom(place.node)
    whole = place.unit.source.text(place.node)
    shape = np.shape(value) if isinstance(value, NUMERIC) else None
    for text in texts:
        other = fits(text)
        if other is None or text == whole:
            continue
        yield rewritten(
            place,
            "another name" if text.isidentifier() else "another expression",
            1.6 if text.isidentifier() else 1.9,
            text,
        )
        if shape is None or not isinstance(other, NUMERIC):
            continue
        if isinstance(place.node, ast.Constant) and not isinstance(value, float):
            if isinstance(value, int) and isinstance(other, int | np.integer):
                for new in (f"{own} + {text}", f"{text} - {own}", f"{own} * {text}"):
                    yield rewritten(place, "factor or term", 2.0, new)
            continue
        for sign in "*/+-":
            if text != own or sign in "*+":
                yield rewritten(place, _BROUGHT[sign], 2.0, f"{own} {sign} {text}", sign, text)
        if np.ndim(other) == 2 or np.ndim(value) == 2:
            for product in (f"{own} @ {text}", f"{text} @ {own}", f"{own} @ {text}.T", f"{text}.T @ {own}"):
                yield rewritten(place, "missing product", 2.4, product)


def copied(place: Place, value: Any) -> Iterator[Change]:
    """A copy in the place of an array that has a name: its value is the same, but nobody else changes it."""
    if isinstance(value, np.ndarray) and isinstance(place.node, ast.Name | ast.Subscript | ast.Attribute):
        yield rewritten(place, "copy", 1.2, f"{place.unit.source.atom(place.node)}.copy()")


_BROUGHT = {"*": "missing factor", "/": "missing division", "+": "missing term", "-": "missing term"}


def functions_of(source: Source) -> dict[str, int]:
    """The functions of the file by name, with the number of their arguments."""
    return source.functions
