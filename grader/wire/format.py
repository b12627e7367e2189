"""The format of frames: constants, limits, errors, and the values that frames can carry."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, NamedTuple

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
RUN = 8  # a list of at least this many numbers of one type is sent as one block
MAX_NUMBERS = 1 << 20  # the most such numbers in one frame: the reader makes an object of each

Value = Any  # None | bool | int | float | str | ndarray | numpy scalar | Seed | tuple | list | dict


def raw_bytes(array: np.ndarray[Any, Any]) -> memoryview:
    """The memory of a C-contiguous array with at least one entry, as bytes."""
    return array.reshape(-1).data.cast("B")


@dataclass(frozen=True)
class Seed:
    """An argument that becomes `numpy.random.default_rng(n)` in the candidate."""

    n: int


@dataclass(frozen=True)
class Bounds:
    """The limits of one frame that a reader accepts: bytes of header and body, arrays, depth of the tree."""

    header: int = 256 * 1024
    body: int = 64 * 1024 * 1024
    arrays: int = 4096
    depth: int = 16


BOUNDS = Bounds()
RUNNER_BOUNDS = Bounds(header=8 << 20, body=48 << 20, arrays=8192)
"""Between a runner and its clients, which send whole packs."""


class Message(NamedTuple):
    """A decoded frame."""

    kind: str
    value: Value


class WireError(Exception):
    """Any reason why a frame could not be read or written.

    WireError
    |-- BadFrame     the other side broke a rule of the format
    |-- Closed       the other side closed the connection
    |-- Late         the deadline passed
    `-- NotAValue    a value that can't be sent
    """


class BadFrame(WireError):
    """The other side broke a rule of the format; the text names the rule."""


class Closed(WireError):
    """The other side closed the connection before a whole frame was read or written."""


class Late(WireError):
    """The deadline passed before a whole frame was read or written."""


class NotAValue(WireError):
    """A value that can't be sent: `type_name` at `where`, e.g. "set" at "[0]['W1']"; `why` says more."""

    def __init__(self, type_name: str, why: str = "") -> None:
        super().__init__(type_name, why)
        self.type_name, self.where, self.why = type_name, "", why

    def __str__(self) -> str:
        return f"{self.type_name} at {self.where or 'the top level'}{': ' + self.why if self.why else ''}"
