"""Frames between processes that do not trust each other: JSON header, then raw array bytes.

A frame is `b"GCW1"`, the header's length as a little-endian u32, the header (JSON), then the
body. The header is `{"k": kind, "v": tree, "f": floats, "a": [[dtype, shape], ...]}`; the body
is `floats` float64 numbers followed by the arrays' bytes in C order. Everything is
little-endian. The tree holds None, bool, 64-bit int and str as themselves and the rest as
tagged lists (see `_Encoder`), so floats keep every bit, NaN and infinities included.

The reader decides every bound before it allocates. Nothing here can run code or name a type.
"""

from __future__ import annotations

import json
import math
import os
import select
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

MAGIC = b"GCW1"
PREFIX = struct.Struct("<4sI")
ITEM_SIZES = {
    "<f8": 8, "<f4": 4, "<f2": 2, "<i8": 8, "<i4": 4, "<i2": 2, "|i1": 1,
    "<u8": 8, "<u4": 4, "<u2": 2, "|u1": 1, "|b1": 1,
}  # fmt: skip
MAX_DIMENSIONS = 8
MAX_LENGTH = 1 << 40
INT_MIN, INT_MAX = -(1 << 63), (1 << 63) - 1
RUN = 8  # lists of at least this many equal-typed numbers travel as one block
MAX_NUMBERS = 1 << 20  # such numbers in one frame: each costs the reader an object

Value = Any  # None | bool | int | float | str | ndarray | numpy scalar | Seed | tuple | list | dict


@dataclass(frozen=True)
class Seed:
    """An argument that becomes `numpy.random.default_rng(n)` in the candidate."""

    n: int


@dataclass(frozen=True)
class Bounds:
    """What a reader accepts of one frame: bytes of header and body, arrays, tree depth."""

    header: int = 256 * 1024
    body: int = 64 * 1024 * 1024
    arrays: int = 4096
    depth: int = 16


@dataclass(frozen=True)
class Message:
    """A decoded frame."""

    kind: str
    value: Value


class WireError(Exception):
    """Any reason why a frame could not be read or written."""


class BadFrame(WireError):
    """The other side broke a rule of the format; the text names the rule."""


class Closed(WireError):
    """The other side is gone before a whole frame was read or written."""


class Late(WireError):
    """The deadline passed before a whole frame was read or written."""


class NotAValue(WireError):
    """A value that can't cross: `type_name` at `where`, e.g. "set" at "[0]['W1']"."""

    def __init__(self, type_name: str, where: str = "", why: str = "") -> None:
        super().__init__(f"{type_name} at {where or 'the top'}{': ' + why if why else ''}")
        self.type_name, self.where, self.why = type_name, where, why


# ------------------------------------------------------------------------------- encoding


class _Encoder:
    """Turns one value into a tree, a pool of floats and a list of arrays.

    Tags: f float, F block of floats (list or tuple), n numpy scalar, N block of equal-typed
    numpy scalars, a array, t tuple, l list, d dict of [key, value] pairs, s Seed, b bytes.
    """

    def __init__(self, bounds: Bounds, own: bool) -> None:
        self.bounds, self.own = bounds, own
        self.floats: list[float] = []
        self.arrays: list[np.ndarray[Any, Any]] = []

    def tree(self, x: Value, where: str = "", depth: int = 0) -> Value:
        if depth > self.bounds.depth:
            raise NotAValue(type(x).__name__, where, f"nested deeper than {self.bounds.depth}")
        kind = type(x)
        if x is None or kind is bool:
            return x
        if kind is str:
            return str(x)
        if kind is float:
            self.floats.append(x)
            return ["f"]
        if kind is np.ndarray:
            return ["a", self._array(x, where)]
        if kind is int:
            return _checked_int(x, where)
        if kind is list or kind is tuple:
            return self._sequence(x, "l" if kind is list else "t", where, depth)
        if kind is dict:
            return self._dict(x, where, depth)
        return self._unusual(x, where, depth)

    def _unusual(self, x: Value, where: str, depth: int) -> Value:
        """Subclasses travel as their base; a numpy scalar stays one; the rest is refused."""
        if isinstance(x, np.generic):
            return ["n", self._array(np.asarray(x), where)]
        if isinstance(x, np.ndarray):
            return ["a", self._array(np.asarray(x), where)]
        if isinstance(x, Seed) and self.own:
            return ["s", _checked_int(x.n, where)]
        if isinstance(x, bytes | bytearray | memoryview) and self.own:
            return ["b", self._array(np.frombuffer(x, np.uint8), where)]
        if isinstance(x, int):
            return _checked_int(int(x), where)
        for base in (float, str, dict, list, tuple):
            if isinstance(x, base):
                plain: Value = base(x)  # type: ignore[arg-type]
                return self.tree(plain, where, depth + 1)
        raise NotAValue(type(x).__name__, where)

    def _array(self, x: np.ndarray[Any, Any], where: str) -> int:
        x = np.ascontiguousarray(x).reshape(x.shape)
        if x.dtype.byteorder == ">" or (x.dtype.byteorder == "=" and not np.little_endian):
            x = x.astype(x.dtype.newbyteorder("<"))
        if x.dtype.str not in ITEM_SIZES:
            raise NotAValue(f"array of dtype {x.dtype}", where)
        if x.ndim > MAX_DIMENSIONS:
            raise NotAValue(f"array with {x.ndim} dimensions", where, f"at most {MAX_DIMENSIONS}")
        if len(self.arrays) >= self.bounds.arrays:
            raise NotAValue("value", where, f"more than {self.bounds.arrays} arrays")
        self.arrays.append(x)
        return len(self.arrays) - 1

    def _sequence(self, x: Sequence[Value], tag: str, where: str, depth: int) -> Value:
        if len(x) > MAX_NUMBERS:
            raise NotAValue(f"{type(x).__name__} of {len(x)} items", where, "use an array")
        if len(x) >= RUN:
            kinds = set(map(type, x))
            if kinds == {float}:
                self.floats.extend(x)
                return ["F", tag, len(x)]
            if len(kinds) == 1 and issubclass(kinds.pop(), np.generic):
                return ["N", tag, self._array(np.array(x), where)]
        return [tag, *[self.tree(item, f"{where}[{i}]", depth + 1) for i, item in enumerate(x)]]

    def _dict(self, x: dict[Value, Value], where: str, depth: int) -> Value:
        pairs: list[Value] = ["d"]
        for key, item in x.items():
            name: str | int
            if isinstance(key, str):
                name = str(key)
            elif isinstance(key, int | np.integer) and not isinstance(key, bool):
                name = _checked_int(int(key), where)
            else:
                raise NotAValue(f"dict key of type {type(key).__name__}", where)
            pairs.append([name, self.tree(item, f"{where}[{name!r}]", depth + 1)])
        return pairs


def _checked_int(x: int, where: str) -> int:
    if not INT_MIN <= x <= INT_MAX:
        raise NotAValue("int", where, "it needs more than 64 bits")
    return int(x)


Buffers = list[bytes | memoryview]


def encode(kind: str, value: Value, *, own: bool = False, bounds: Bounds = Bounds()) -> Buffers:
    """The buffers of one frame, to be written one after the other.

    `own` allows what only our own messages hold: bytes and `Seed`. Raises NotAValue.
    """
    encoder = _Encoder(bounds, own)
    tree = encoder.tree(value)
    announced = [[a.dtype.str, a.shape] for a in encoder.arrays]
    head = {"k": kind, "v": tree, "f": len(encoder.floats), "a": announced}
    header = json.dumps(head, separators=(",", ":"), allow_nan=False).encode()
    if len(encoder.floats) > MAX_NUMBERS:
        raise NotAValue("value", "", f"it holds more than {MAX_NUMBERS} separate floats; use an array")
    if len(header) > bounds.header:
        raise NotAValue("value", "", f"its structure takes {len(header)} bytes, at most {bounds.header}")
    size = sum(a.nbytes for a in encoder.arrays) + 8 * len(encoder.floats)
    if size > bounds.body:
        raise NotAValue("value", "", f"its numbers take {size} bytes, at most {bounds.body}")
    parts: list[bytes | memoryview] = [PREFIX.pack(MAGIC, len(header)) + header]
    if encoder.floats:
        parts.append(struct.pack(f"<{len(encoder.floats)}d", *encoder.floats))
    parts += [a.reshape(-1).view(np.uint8).data for a in encoder.arrays if a.size]
    return parts


# ------------------------------------------------------------------------------- decoding


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


def _allocate(header: Header) -> tuple[bytearray, list[Any]]:
    pool = bytearray(header.floats * 8)
    try:
        arrays = [np.empty(shape, dtype) for dtype, shape in header.arrays]
    except (ValueError, MemoryError) as e:
        raise BadFrame("an array that does not fit into memory") from e
    return pool, arrays


def _finish(header: Header, pool: bytearray, arrays: list[Any], bounds: Bounds, own: bool) -> Message:
    for i, array in enumerate(arrays):
        if array.dtype == np.bool_ and array.size:  # a bool's byte may hold anything
            arrays[i] = array.view(np.uint8) != 0
    return Message(header.kind, _Decoder(header, pool, arrays, bounds, own).value())


# -------------------------------------------------------------------------- reading, writing


class Channel:
    """Frames over one stream socket's descriptor, with one absolute deadline a frame.

    Deadlines are `time.monotonic()` seconds; None waits for ever. The descriptor may be
    blocking or not; a blocking one must have a peer that reads, or a killer.
    """

    def __init__(self, fd: int, bounds: Bounds = Bounds(), *, own: bool = False) -> None:
        self.fd, self.bounds, self.own = fd, bounds, own
        self._buffer = bytearray(65536)
        self._start = self._end = 0

    def send(self, kind: str, value: Value = None, deadline: float | None = None) -> None:
        """Write one frame. Raises NotAValue before any byte is written, Closed, Late."""
        self.write(encode(kind, value, own=self.own, bounds=self.bounds), deadline)

    def write(self, parts: list[bytes | memoryview], deadline: float | None = None) -> None:
        views = [memoryview(p).cast("B") for p in parts]
        while views:
            try:
                n = os.writev(self.fd, views[:64])
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)
                continue
            except OSError as e:
                raise Closed(str(e)) from e
            while views and n >= len(views[0]):
                n -= len(views.pop(0))
            if n:
                views[0] = views[0][n:]

    def receive(self, deadline: float | None = None) -> Message:
        """Read one frame. Raises BadFrame, Closed, Late; the channel is of no use then."""
        return _receive(self, self.bounds, self.own, deadline)

    @property
    def pending(self) -> bool:
        """Whether bytes were read that no frame has used yet."""
        return self._end > self._start

    def exactly(self, n: int, deadline: float | None) -> bytes:
        if n > len(self._buffer):
            target = bytearray(n)
            self.into(memoryview(target), deadline)
            return bytes(target)
        while self._end - self._start < n:
            if self._start:
                rest = self._buffer[self._start : self._end]
                self._buffer[: len(rest)] = rest
                self._start, self._end = 0, len(rest)
            self._end += self._read(memoryview(self._buffer)[self._end :], deadline)
        self._start += n
        return bytes(self._buffer[self._start - n : self._start])

    def into(self, target: memoryview, deadline: float | None) -> None:
        ready = min(len(target), self._end - self._start)
        target[:ready] = self._buffer[self._start : self._start + ready]
        self._start += ready
        while ready < len(target):
            ready += self._read(target[ready:], deadline)

    def _read(self, target: memoryview, deadline: float | None) -> int:
        while True:
            if deadline is not None:
                self._wait(select.POLLIN, deadline)
            try:
                n = os.readv(self.fd, [target])
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
                continue
            except OSError as e:
                raise Closed(str(e)) from e
            if not n:
                raise Closed("end of stream")
            return n

    def _wait(self, event: int, deadline: float | None) -> None:
        poll = select.poll()
        poll.register(self.fd, event)
        left = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
        if not poll.poll(left):
            raise Late("the deadline passed")


class _Bytes:
    """A source like a channel, over bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self.left = memoryview(data)

    def exactly(self, n: int, deadline: float | None) -> bytes:
        target = bytearray(n)
        self.into(memoryview(target), deadline)
        return bytes(target)

    def into(self, target: memoryview, deadline: float | None) -> None:
        if len(target) > len(self.left):
            raise Closed("end of data")
        target[:] = self.left[: len(target)]
        self.left = self.left[len(target) :]


def _receive(source: Channel | _Bytes, bounds: Bounds, own: bool, deadline: float | None) -> Message:
    magic, length = PREFIX.unpack(source.exactly(PREFIX.size, deadline))
    if magic != MAGIC or not 0 < length <= bounds.header:
        raise BadFrame("the frame's first bytes")
    header = parse_header(source.exactly(length, deadline), bounds)
    pool, arrays = _allocate(header)
    for target in [pool, *[a.reshape(-1).view(np.uint8).data for a in arrays if a.size]]:
        source.into(memoryview(target), deadline)
    return _finish(header, pool, arrays, bounds, own)


def decode(data: bytes, bounds: Bounds = Bounds(), *, own: bool = False) -> Message:
    """The frame that `data` is, whole. Raises BadFrame, Closed."""
    source = _Bytes(data)
    message = _receive(source, bounds, own, None)
    if source.left:
        raise BadFrame("bytes after the frame")
    return message
