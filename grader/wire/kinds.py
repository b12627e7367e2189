"""Objects that are no plain values themselves: as the plain value they stand for, or why they can't be sent.

A number, an array or a sequence in another form is taken as such if nothing of it is lost. Everything else is
refused with a reason that says what to return instead. The table is in docs/packs.md, "What a function may
return".
"""

from __future__ import annotations

import array
import types
from collections import deque
from collections.abc import Callable, ItemsView, KeysView, Set, ValuesView
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from grader.wire.format import MAX_NUMBERS, NotAValue

LAZY = (types.GeneratorType, map, zip, filter, reversed, enumerate, KeysView, ValuesView, ItemsView)
UNFINISHED = (types.CoroutineType, types.AsyncGeneratorType)
CALLED = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)
BYTES = (bytes, bytearray)


def plain(x: Any) -> Any:
    """The plain value that `x` stands for. Raises NotAValue with the reason if there is none."""
    for kinds, read in _READERS:
        if isinstance(x, kinds):
            return read(x)
    raise NotAValue(type(x).__name__, _reason(x))


def dtype_fault(x: np.ndarray[Any, Any]) -> NotAValue:
    """The error for an array or a numpy scalar whose dtype can't be sent."""
    name = {"V": "records", "U": "text", "S": "bytes"}.get(x.dtype.kind, f"dtype {x.dtype.name}")
    return NotAValue(f"array of {name}" if x.ndim else f"single {x.dtype.name}", "expected float64")


def _real(x: Fraction | Decimal) -> float:
    try:
        return float(x)
    except (OverflowError, ValueError) as e:
        raise NotAValue(type(x).__name__, "it is too large for a float") from e


def _buffer(x: memoryview | array.array[Any]) -> np.ndarray[Any, Any]:
    try:
        entries = np.array(x)
    except (ValueError, TypeError, BufferError) as e:
        raise NotAValue(type(x).__name__, "its entries can't be read as numbers") from e
    if entries.dtype.kind not in "fiub":
        raise dtype_fault(entries)
    return entries


def _range(x: range) -> list[int]:
    if len(x) > MAX_NUMBERS:
        raise NotAValue("range", f"it has more than {MAX_NUMBERS} numbers; use an array")
    return list(x)


def _scalar(x: np.generic[Any]) -> Any:
    raise dtype_fault(np.asarray(x))


_READERS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (np.str_, lambda x: str.__str__(x)),
    ((Fraction, Decimal), _real),
    (deque, list),
    (range, _range),
    ((memoryview, array.array), _buffer),
    (complex, lambda x: _scalar(np.complex128(x))),
    (str, lambda x: str.__str__(x)),
    (int, lambda x: int.__int__(x)),
    (float, lambda x: float.__float__(x)),
    (dict, lambda x: dict(dict.items(x))),
    (list, lambda x: list(list.__iter__(x))),
    (tuple, lambda x: tuple(tuple.__iter__(x))),
)


_REASONS: tuple[tuple[Any, str], ...] = (
    (LAZY, "it has not been computed yet; put list(...) around it"),
    (UNFINISHED, "an async function must be awaited; write it without async"),
    (CALLED, "it was not called; write its brackets and arguments"),
    (type, "a class itself, not one of its objects"),
    (Set, "it has no order; put sorted(...) around it"),
    (BYTES, "text is written in quotes without b, numbers are an array"),
)
DTYPES = ("object", "complex64", "complex128", "complex256", "float128", "datetime64", "timedelta64")
OUR_WORDS = frozenset(
    [
        "expected float64",
        *(reason for _, reason in _REASONS),
        *(kind.__name__ for kinds in (LAZY, UNFINISHED, CALLED) for kind in kinds),
        *(f"{form} {name}" for name in DTYPES for form in ("array of dtype", "single")),
        *(f"array of {name}" for name in ("records", "text", "bytes")),
    ]
)
"""What a refusal says in words of ours: of a few kinds, whatever the value is."""


def _reason(x: Any) -> str:
    return next((reason for kinds, reason in _REASONS if isinstance(x, kinds)), "")
