"""The texts with numbers that the pack's tests and our kit contain: no program chose these numbers.

A word of the letters a to f may be a hexadecimal number, so texts with one count too.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

_WORD = re.compile(r"[^\W\d_]{3}")
_NUMBER = re.compile(r"\d|(?<!\w)[a-fA-F]{4,}(?!\w)")
_DEPTH = 3  # of collections in a module's names


def texts_of(folder: str) -> frozenset[str]:
    """The texts that have a number and a word, of all modules in this folder and of the kit; pieces of
    f-strings too."""
    modules = [m for m in list(sys.modules.values()) if str(getattr(m, "__file__", "")).startswith(folder)]
    return _of_kit() | {text for module in modules for text in _texts(module) if _counts(text)}


@functools.cache
def _of_kit() -> frozenset[str]:
    modules = [m for name, m in list(sys.modules.items()) if name.startswith(("grader.kit", "reference."))]
    return frozenset(text for module in modules for text in _texts(module) if _counts(text))


def _counts(text: str) -> bool:
    return len(text) < 2000 and bool(_NUMBER.search(text) and _WORD.search(text))


def _texts(module: ModuleType) -> Iterator[str]:
    for value in list(vars(module).values()):
        if isinstance(value, FunctionType):
            yield from _of_code(value.__code__)
        elif isinstance(value, type) and value.__module__ == module.__name__:
            for member in vars(value).values():
                function = getattr(member, "__func__", getattr(member, "fget", member))
                if isinstance(function, FunctionType):
                    yield from _of_code(function.__code__)
        else:
            yield from _of_value(value)


def _of_code(code: CodeType) -> Iterator[str]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _of_code(constant)
        else:
            yield from _of_value(constant)


def _of_value(value: Any, depth: int = _DEPTH) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, dict):
        for item in value.values():
            yield from _of_value(item, depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _of_value(item, depth - 1)
