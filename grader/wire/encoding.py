"""From a value to the buffers of a frame."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.wire.format import (
    BOUNDS,
    INT_MAX,
    INT_MIN,
    ITEM_SIZES,
    MAGIC,
    MAX_DIMENSIONS,
    MAX_NUMBERS,
    PREFIX,
    RUN,
    Bounds,
    NotAValue,
    Seed,
    Value,
    raw_bytes,
)
from grader.wire.kinds import dtype_fault, plain


class _Encoder:
    """Turns one value into a tree, a pool of floats and a list of arrays.

    Tags: f float, F block of floats (list or tuple), n numpy scalar, N block of equal-typed
    numpy scalars, a array, t tuple, l list, d dict of [key, value] pairs, s Seed, b bytes.
    """

    def __init__(self, bounds: Bounds, own: bool) -> None:
        self.bounds, self.own = bounds, own
        self.floats: list[float] = []
        self.arrays: list[np.ndarray[Any, Any]] = []
        self.announced: list[Value] = []

    def tree(self, x: Value, depth: int = 0) -> Value:
        kind = type(x)
        if kind is str or x is None or kind is bool:
            return x
        if kind is np.ndarray:
            return ["a", self._array(x)]
        if kind is float:
            self.floats.append(x)
            return ["f"]
        if kind is int:
            return _checked_int(x)
        if depth > self.bounds.depth:
            raise NotAValue(kind.__name__, f"nested deeper than {self.bounds.depth}")
        if kind is dict:
            return self._dict(x, depth)
        if kind is list or kind is tuple:
            return self._sequence(x, "l" if kind is list else "t", depth)
        return self._unusual(x, depth)

    def _unusual(self, x: Value, depth: int) -> Value:
        """A subclass is sent as its base class, a numpy scalar as itself, what stands for a plain value as
        that value; others raise NotAValue."""
        if isinstance(x, np.number | np.bool_):
            return ["n", self._array(np.asarray(x))]
        if isinstance(x, np.ndarray):
            return ["a", self._array(np.asarray(x))]
        if isinstance(x, Seed) and self.own:
            return ["s", _checked_int(x.n)]
        if isinstance(x, bytes | bytearray | memoryview) and self.own:
            return ["b", self._array(np.frombuffer(x, np.uint8))]
        return self.tree(plain(x), depth + 1)

    def _array(self, x: np.ndarray[Any, Any]) -> int:
        if not x.flags.c_contiguous:
            x = np.ascontiguousarray(x).reshape(x.shape)
        dtype = x.dtype.str
        if dtype not in ITEM_SIZES:
            dtype = x.dtype.newbyteorder("<").str
            if dtype not in ITEM_SIZES:
                raise dtype_fault(x)
            x = x.astype(dtype)
        if x.ndim > MAX_DIMENSIONS:
            raise NotAValue(f"array with {x.ndim} dimensions", f"at most {MAX_DIMENSIONS} are allowed")
        if len(self.arrays) >= self.bounds.arrays:
            raise NotAValue("value", f"more than {self.bounds.arrays} arrays")
        self.arrays.append(x)
        self.announced.append([dtype, x.shape])
        return len(self.arrays) - 1

    def _sequence(self, x: Sequence[Value], tag: str, depth: int) -> Value:
        if len(x) > MAX_NUMBERS:
            raise NotAValue(f"{type(x).__name__} of {len(x)} items", "use an array")
        if len(x) >= RUN:
            kinds = set(map(type, x))
            if kinds == {float}:
                self.floats.extend(x)
                return ["F", tag, len(x)]
            if len(kinds) == 1 and issubclass(kinds.pop(), np.number | np.bool_):
                return ["N", tag, self._array(np.array(x))]
        items: list[Value] = [tag]
        try:
            for item in x:
                items.append(self.tree(item, depth + 1))
        except NotAValue as e:
            e.where = f"[{len(items) - 1}]{e.where}"
            raise
        return items

    def _dict(self, x: dict[Value, Value], depth: int) -> Value:
        pairs: list[Value] = ["d"]
        for key, item in x.items():
            name = key if type(key) is str else _checked_key(key)
            kind = type(item)
            if kind is str or kind is bool:  # with floats, most values of our own messages
                pairs.append([name, item])
                continue
            if kind is float:
                self.floats.append(item)
                pairs.append([name, ["f"]])
                continue
            try:
                pairs.append([name, self.tree(item, depth + 1)])
            except NotAValue as e:
                e.where = f"[{name!r}]{e.where}"
                raise
        return pairs


def _checked_key(key: Value) -> str | int:
    if isinstance(key, str):
        return str(key)
    if isinstance(key, int | np.integer) and not isinstance(key, bool):
        return _checked_int(int(key))
    raise NotAValue(f"dict key of type {type(key).__name__}")


def _checked_int(x: int) -> int:
    if not INT_MIN <= x <= INT_MAX:
        raise NotAValue("int", "it needs more than 64 bits")
    return int(x)


Buffers = list[bytes | memoryview]
_JSON = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False)  # a tree has no cycles


def encode(kind: str, value: Value, *, own: bool = False, bounds: Bounds = BOUNDS) -> Buffers:
    """The buffers of one frame, to be written in this order.

    `own` allows types that only our own messages contain: bytes and `Seed`. Raises NotAValue.
    """
    encoder = _Encoder(bounds, own)
    tree = encoder.tree(value)
    head = {"k": kind, "v": tree, "f": len(encoder.floats), "a": encoder.announced}
    header = _JSON.encode(head).encode()
    if len(encoder.floats) > MAX_NUMBERS:
        raise NotAValue("value", f"it has more than {MAX_NUMBERS} single floats; use an array")
    if len(header) > bounds.header:
        raise NotAValue(
            "value", f"its structure takes {len(header)} bytes; at most {bounds.header} are allowed"
        )
    size = sum([a.nbytes for a in encoder.arrays]) + 8 * len(encoder.floats)
    if size > bounds.body:
        raise NotAValue("value", f"its numbers take {size} bytes; at most {bounds.body} are allowed")
    parts: Buffers = [PREFIX.pack(MAGIC, len(header)) + header]
    if encoder.floats:
        parts.append(struct.pack(f"<{len(encoder.floats)}d", *encoder.floats))
    parts += [raw_bytes(a) for a in encoder.arrays if a.size]
    return parts
