"""From a header and a body to a value: every limit is checked before memory is allocated."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

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

# Without hooks the JSON scanner is fast; ints and floats are checked later, when the tree is read.
_SCAN = json.JSONDecoder().raw_decode


class Header(NamedTuple):
    """A checked header; the body is not read or allocated yet."""

    kind: str
    tree: Value
    floats: int
    arrays: list[tuple[str, tuple[int, ...]]]


def parse_header(raw: bytes, bounds: Bounds) -> Header:
    """The header, after a check of its JSON and of every announced size. Raises BadFrame."""
    try:
        text = raw.decode()
        head, end = _SCAN(text)
    except (ValueError, RecursionError) as e:
        raise BadFrame("the header is not JSON") from e
    if end != len(text):
        raise BadFrame("text after the header's JSON")
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
        dtype, shape, size = _parse_array(row)
        arrays.append((dtype, shape))
        total += size
        if total > bounds.body:
            raise BadFrame(f"more than {bounds.body} bytes of numbers")
    return Header(kind, head["v"], floats, arrays)


def _parse_array(row: Value) -> tuple[str, tuple[int, ...], int]:
    if type(row) is not list or len(row) != 2:
        raise BadFrame("an array's row")
    dtype, shape = row
    if type(dtype) is not str or dtype not in ITEM_SIZES:
        raise BadFrame("an array's dtype")
    if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
        raise BadFrame("an array's shape")
    count = nonzero = 1
    for n in shape:
        if type(n) is not int or not 0 <= n <= MAX_LENGTH:
            raise BadFrame("an array's length")
        count *= n
        nonzero *= n or 1
    # numpy refuses shapes whose nonzero lengths multiply beyond the address space, even if empty
    if nonzero > MAX_LENGTH:
        raise BadFrame("an array's size")
    return dtype, tuple(shape), count * ITEM_SIZES[dtype]


class _Decoder:
    """Builds a value from the tree of a checked header and from the body."""

    def __init__(self, header: Header, pool: bytearray, arrays: list[Any], bounds: Bounds, own: bool) -> None:
        self.floats: Sequence[float] = struct.unpack(f"<{header.floats}d", pool) if pool else ()
        self.arrays, self.bounds, self.own = arrays, bounds, own
        self.used_floats = 0
        self.used_arrays = 0
        self.used_scalars = 0
        self.header = header

    def value(self) -> Value:
        """The whole value. Raises BadFrame."""
        result = self._value(self.header.tree, 0)
        if self.used_floats != len(self.floats) or self.used_arrays != len(self.arrays):
            raise BadFrame("numbers that the tree does not use")
        return result

    def _value(self, t: Value, depth: int) -> Value:
        kind = type(t)
        if kind is str:
            return t if t.isascii() else clean(t)
        if kind is int:
            return _checked_int(t)
        if t is None or kind is bool:
            return t
        if depth > self.bounds.depth + 2:
            raise BadFrame("the tree is too deep")
        if kind is not list or not t or type(t[0]) is not str:
            raise BadFrame("a node of the tree")
        if t == ["f"]:
            return self._take_float()
        tag, items = t[0], t[1:]
        if tag == "a" and len(items) == 1:
            return self._take_array(items[0])
        if tag == "d":
            return self._dict(items, depth + 1)
        if tag == "t":
            return tuple([self._value(item, depth + 1) for item in items])
        if tag == "l":
            return [self._value(item, depth + 1) for item in items]
        return self._rare_value(tag, items)

    def _rare_value(self, tag: str, items: list[Value]) -> Value:
        match tag:
            case "n" if len(items) == 1:
                return self._scalar(items[0])
            case "F" | "N" if len(items) == 2 and items[0] in ("l", "t"):
                numbers = self._take_floats(items[1]) if tag == "F" else self._scalars(items[1])
                return list(numbers) if items[0] == "l" else tuple(numbers)
            case "s" if self.own and len(items) == 1 and type(items[0]) is int:
                return Seed(_checked_int(items[0]))
            case "b" if self.own and len(items) == 1:
                return self._take_array(items[0]).tobytes()
        raise BadFrame("a node of the tree")

    def _take_float(self) -> float:
        at = self.used_floats
        if at >= len(self.floats):
            raise BadFrame("a block of floats")
        self.used_floats = at + 1
        return self.floats[at]

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

    def _scalars(self, index: Value) -> list[Any]:
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
            name, item = pair
            key = _checked_int(name) if type(name) is int else name if name.isascii() else clean(name)
            if key in result:
                raise BadFrame("a dict's key twice")
            # texts, most values of our own messages, take the short way
            result[key] = item if type(item) is str and item.isascii() else self._value(item, depth)
        return result


def _checked_int(number: int) -> int:
    if not INT_MIN <= number <= INT_MAX:
        raise BadFrame("an int of more than 64 bits")
    return number


def clean(text: str) -> str:
    """The text with single surrogates replaced, so that it can always be encoded."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def allocate(header: Header) -> tuple[bytearray, list[Any]]:
    """Memory for the body: the bytes of the floats, and the empty arrays. Raises BadFrame."""
    pool = bytearray(header.floats * 8)
    try:
        return pool, [np.empty(shape, dtype) for dtype, shape in header.arrays]
    except (ValueError, MemoryError) as e:
        raise BadFrame("an array that does not fit into memory") from e


def finish(header: Header, pool: bytearray, arrays: list[Any], bounds: Bounds, own: bool) -> Message:
    """The message of a header and a body that was read. Raises BadFrame."""
    for i, (dtype, _) in enumerate(header.arrays):
        if dtype == "|b1":  # the byte of a bool may have any value
            arrays[i] = np.asarray(arrays[i].view(np.uint8) != 0)
    return Message(header.kind, _Decoder(header, pool, arrays, bounds, own).value())
