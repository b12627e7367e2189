"""What a change may bring to a place: names, sizes, slopes, and expressions of the function itself."""

from __future__ import annotations

import ast
import functools
import re
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from grader.candidate.search.functions import Unit

MOST = 160
LONGEST = 48  # characters
MOST_KEYS = 12  # of one dict
MOST_FUNCTIONS, MOST_ARGUMENTS = 3, 5  # of the file's functions, and what they are applied to
NUMERIC = (bool, int, float, np.ndarray, np.generic)
_PURE = re.compile(
    r"(np|numpy|math)\.[\w.]+|len|abs|sum|max|min|float|int|[\w.\[\]\"'()]+\.(sum|dot|copy|mean|max|min|reshape|astype)"
)


_ITEM = re.compile(r"\w+\[[^\[\]]+\]")


@functools.lru_cache(maxsize=64)
def own_expressions(unit: Unit) -> list[str]:
    """The texts of the function's short expressions, without those that call functions of the file."""
    texts: dict[str, None] = {}
    for node in ast.walk(unit.node):
        if not isinstance(
            node, ast.BinOp | ast.Subscript | ast.Attribute | ast.Call | ast.UnaryOp | ast.Compare
        ):
            continue
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            continue
        text = unit.source.text(node)
        if len(text) <= LONGEST and "\n" not in text and is_pure(node):
            texts[f"({text})" if isinstance(node, ast.BinOp | ast.UnaryOp | ast.Compare) else text] = None
    return list(texts)


def is_pure(node: ast.AST) -> bool:
    """Whether the expression can be computed anew at any time: it calls nothing of the file."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and not _PURE.fullmatch(ast.unparse(part.func)):
            return False
        if isinstance(
            part, ast.NamedExpr | ast.Lambda | ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp
        ):
            return False
    return True


def ingredients(names: Mapping[str, Any], own: Sequence[str], attributes: Sequence[str]) -> list[str]:
    """The texts of what may be brought to a place with these names and values in scope, plain ones first."""
    plain, sizes, slopes = [], [], []
    for name, value in names.items():
        if name.startswith("<") or not name.isidentifier():
            continue
        if isinstance(value, (*NUMERIC, list, tuple, dict)):
            plain.append(name)
        if isinstance(value, dict):
            plain += [f"{name}[{key!r}]" for key in _keys(value)]
        if isinstance(value, list | tuple):
            sizes.append(f"len({name})")
        if isinstance(value, np.ndarray):
            slopes += _slopes(name, value)
            sizes += [f"{name}.shape[{axis}]" for axis in range(min(value.ndim, 3))]
        elif isinstance(value, float):
            slopes += _slopes(name, value)
    parts = [(f"{name}[{key!r}]", value[key]) for name, value in names.items() for key in _keys(value)]
    slopes += [text for part, value in parts[:MOST_KEYS] for text in _slopes(part, value)]
    texts = [*plain, *attributes, *own, *sizes, *slopes]
    return list(dict.fromkeys(texts))[:MOST]


def _keys(value: Any) -> list[str | int]:
    """The keys of a dict whose values are numbers or arrays; none of anything else."""
    if not isinstance(value, dict):
        return []
    first = [key for key in list(value)[:MOST_KEYS] if isinstance(key, str | int)]
    return [key for key in first if isinstance(value[key], NUMERIC)]


def slopes_of_items(own: Sequence[str], value_of: Callable[[str], Any]) -> list[str]:
    """The slopes of logistic, tanh and ReLU units from items that the function reads, such as `h[layer]`."""
    items = [text for text in own if _ITEM.fullmatch(text)][:MOST_KEYS]
    return [slope for text in items for slope in _slopes(text, value_of(text))]


def applied(functions: Mapping[str, int], names: Mapping[str, Any]) -> list[str]:
    """The file's functions of one argument, applied to the arrays and numbers in scope: such as the slope of
    an activation, where a function computes it."""
    ones = [name for name, count in functions.items() if count == 1][:MOST_FUNCTIONS]
    values = [name for name, value in names.items() if name.isidentifier() and _is_float(value)]
    return [f"{function}({value})" for function in ones for value in values[:MOST_ARGUMENTS]]


def _is_float(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f")


def attributes(names: Mapping[str, Any]) -> list[str]:
    """The texts of the numbers that the objects with these names hold."""
    texts = []
    for name, value in names.items():
        holds = getattr(value, "__dict__", None)
        slots = getattr(type(value), "__slots__", ())
        held = list(holds) if type(holds) is dict else list(slots if isinstance(slots, list | tuple) else ())
        if isinstance(value, (*NUMERIC, type, types.ModuleType, types.FunctionType)):
            continue
        keys = [key for key in held if isinstance(key, str) and key.isidentifier()]
        texts += [f"{name}.{k}" for k in keys[:MOST_KEYS] if isinstance(getattr(value, k, None), NUMERIC)]
    return texts


def _slopes(name: str, value: Any) -> list[str]:
    """The slopes of logistic, tanh and ReLU units, from their values."""
    kind = getattr(value, "dtype", np.dtype(type(value))).kind
    return [f"({name} * (1 - {name}))", f"(1 - {name} ** 2)", f"({name} > 0)"] if kind == "f" else []
