"""What a change may bring to a place: names, sizes, slopes, and expressions of the function itself."""

from __future__ import annotations

import ast
import functools
import re
import types
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.candidate.search.functions import Unit

MOST = 160
LONGEST = 48  # characters
MOST_KEYS = 12  # of one dict
NUMERIC = (bool, int, float, np.ndarray, np.generic)
_PURE = re.compile(
    r"(np|numpy|math)\.[\w.]+|len|abs|sum|max|min|float|int|[\w.\[\]\"'()]+\.(sum|dot|copy|mean|max|min|reshape|astype)"
)


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
        if len(text) <= LONGEST and "\n" not in text and _is_pure(node):
            texts[f"({text})" if isinstance(node, ast.BinOp | ast.UnaryOp | ast.Compare) else text] = None
    return list(texts)


def _is_pure(node: ast.AST) -> bool:
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
            keys = [key for key in list(value)[:MOST_KEYS] if isinstance(key, str | int)]
            plain += [f"{name}[{key!r}]" for key in keys if isinstance(value[key], NUMERIC)]
        if isinstance(value, list | tuple):
            sizes.append(f"len({name})")
        if isinstance(value, np.ndarray):
            slopes += _slopes(name, value)
            sizes += [f"{name}.shape[{axis}]" for axis in range(min(value.ndim, 3))]
        elif isinstance(value, float):
            slopes += _slopes(name, value)
    texts = [*plain, *attributes, *own, *sizes, *slopes]
    return list(dict.fromkeys(texts))[:MOST]


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
