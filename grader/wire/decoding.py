"""From a header and a body to a value: every bound is checked before it costs memory."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from grader.wire.format import (
    INT_MAX,
    INT_MIN,
    ITEM_SIZES,
    MAX_DIMENSIONS,
    MAX_LENGTH,
    MAX_NUMBERS,
    BadFrame,
    Bounds,
    Message,
    Seed,
    Value,
)


def _refuse(text: str) -> NoReturn:
    raise BadFrame(f"number {text[:20]!r} in the header")


def _parse_int(text: str) -> int:
    if len(text) > 20 or not INT_MIN <= (number := int(text)) <= INT_MAX:
        raise BadFrame("an int of more than 64 bits")
    return number


@dataclass(frozen=True)
class Header:
    """A checked header: nothing of the body is read or allocated yet."""

    kind: str
    tree: Value
    floats: int
    arrays: tuple[tuple[str, tuple[int, ...]], ...]
    sizes: tuple[int, ...]


def parse_header(raw: bytes, bounds: Bounds) -> Header:
    """Check a header's JSON and every announced size. Raises BadFrame."""
    try:
        head = json.loads(raw, parse_int=_parse_int, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as e:
        raise BadFrame("the header is not JSON") from e
    if type(head) is not dict or head.keys() != {"k", "v", "f", "a"}:
        raise BadFrame("the header's keys")
    kind, floats, listed = head["k"], head["f"], head["a"]
    if type(kind) is not str or len(kind) > 40:
        raise BadFrame("the kind")
    if type(floats) is not int or not 0 <= floats <= min(bounds.body // 8, MAX_NUMBERS):
        raise BadFrame("the count of floats")
    if type(listed) is not list or len(listed) > bounds.arrays:
        raise BadFrame("the list of arrays")
    arrays, total = [], floats * 8
    for row in listed:
        arrays.append(_parse_array(row))
        total += arrays[-1][2]
        if total > bounds.body:
            raise BadFrame(f"more than {bounds.body} bytes of numbers")
    shapes, sizes = tuple((d, s) for d, s, _ in arrays), tuple(n for _, _, n in arrays)
    return Header(kind, head["v"], floats, shapes, sizes)


def _parse_array(row: Value) -> tuple[str, tuple[int, ...], int]:
    if type(row) is not list or len(row) != 2:
        raise BadFrame("an array's row")
    dtype, shape = row
    if type(dtype) is not str or dtype not in ITEM_SIZES:
        raise BadFrame("an array's dtype")
    if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
        raise BadFrame("an array's shape")
    if any(type(n) is not int or not 0 <= n <= MAX_LENGTH for n in shape):
        raise BadFrame("an array's length")
    # numpy refuses shapes whose nonzero lengths multiply beyond the address space, even if empty
    if math.prod(n for n in shape if n) > MAX_LENGTH:
        raise BadFrame("an array's size")
    return dtype, tuple(shape), math.prod(shape) * ITEM_SIZES[dtype]


class _Decoder:
    """Rebuilds a value from a checked header's tree and the body."""

    def __init__(self, header: Header, pool: bytearray, arrays: list[Any], bounds: Bounds, own: bool) -> None:
        self.floats: Sequence[float] = struct.unpack(f"<{header.floats}d", pool)
        self.arrays, self.bounds, self.own = arrays, bounds, own
        self.used_floats = 0
        self.used_arrays = 0
        self.used_scalars = 0
        self.header = header

    def value(self) -> Value:
        result = self._value(self.header.tree, 0)
        if self.used_floats != len(self.floats) or self.used_arrays != len(self.arrays):
            raise BadFrame("numbers that the tree does not use")
        return result

    def _value(self, t: Value, depth: int) -> Value:
        if t is None or type(t) in (bool, int):
            return t
        if type(t) is str:
            return clean(t)
        if depth > self.bounds.depth + 2:
            raise BadFrame("the tree is too deep")
        if type(t) is not list or not t or type(t[0]) is not str:
            raise BadFrame("a node of the tree")
        rest = t[1:]
        match t[0]:
            case "f" if not rest:
                return self._take_floats(1)[0]
            case "a" if len(rest) == 1:
                return self._take_array(rest[0])
            case "l":
                return [self._value(item, depth + 1) for item in rest]
            case "t":
                return tuple([self._value(item, depth + 1) for item in rest])
            case "d":
                return self._dict(rest, depth)
            case "n" if len(rest) == 1:
                return self._scalar(rest[0])
            case "F" | "N" if len(rest) == 2 and rest[0] in ("l", "t"):
                items = self._take_floats(rest[1]) if t[0] == "F" else self._row(rest[1])
                return list(items) if rest[0] == "l" else tuple(items)
            case "s" if self.own and len(rest) == 1 and type(rest[0]) is int:
                return Seed(rest[0])
            case "b" if self.own and len(rest) == 1:
                return self._take_array(rest[0]).tobytes()
        raise BadFrame("a node of the tree")

    def _take_floats(self, n: Value) -> Sequence[float]:
        start = self.used_floats
        if type(n) is not int or not 0 <= n <= len(self.floats) - start:
            raise BadFrame("a block of floats")
        self.used_floats += n
        return self.floats[start : self.used_floats]

    def _take_array(self, index: Value) -> Value:
        if type(index) is not int or index != self.used_arrays or index >= len(self.arrays):
            raise BadFrame("an array's index")
        self.used_arrays += 1
        return self.arrays[index]

    def _scalar(self, index: Value) -> Value:
        array = self._take_array(index)
        if array.ndim:
            raise BadFrame("a scalar's shape")
        return array[()]

    def _row(self, index: Value) -> list[Any]:
        array = self._take_array(index)
        self.used_scalars += array.size
        if array.ndim != 1 or self.used_scalars > MAX_NUMBERS:
            raise BadFrame("a block's shape")
        return list(array)

    def _dict(self, pairs: list[Value], depth: int) -> dict[str | int, Value]:
        result: dict[str | int, Value] = {}
        for pair in pairs:
            if type(pair) is not list or len(pair) != 2 or type(pair[0]) not in (str, int):
                raise BadFrame("a dict's pair")
            key = clean(pair[0]) if type(pair[0]) is str else pair[0]
            if key in result:
                raise BadFrame("a dict's key twice")
            result[key] = self._value(pair[1], depth + 1)
        return result


def clean(text: str) -> str:
    """The text with lone surrogates replaced, so that it can always be encoded."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def allocate(header: Header) -> tuple[bytearray, list[Any]]:
    pool = bytearray(header.floats * 8)
    try:
        arrays = [np.empty(shape, dtype) for dtype, shape in header.arrays]
    except (ValueError, MemoryError) as e:
        raise BadFrame("an array that does not fit into memory") from e
    return pool, arrays


def finish(header: Header, pool: bytearray, arrays: list[Any], bounds: Bounds, own: bool) -> Message:
    for i, array in enumerate(arrays):
        if array.dtype == np.bool_:  # a bool's byte may hold anything
            arrays[i] = np.asarray(array.view(np.uint8) != 0)
    return Message(header.kind, _Decoder(header, pool, arrays, bounds, own).value())
