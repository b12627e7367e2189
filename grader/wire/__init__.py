"""Frames between processes that do not trust each other: a JSON header, then the raw bytes of arrays.

A frame is `b"GCW1"`, the header's length as a little-endian u32, the header (JSON), then the
body. The header is `{"k": kind, "v": tree, "f": floats, "a": [[dtype, shape], ...]}`; the body
is `floats` float64 numbers followed by the arrays' bytes in C order. Everything is
little-endian. The tree contains None, bool, 64-bit int and str as they are, and every other value as
a tagged list (see `_Encoder`), so floats keep every bit, also NaN and infinities.

The reader checks every limit before it allocates memory. No frame can run code or name a type.
"""

from grader.wire.channel import Channel, decode
from grader.wire.encoding import encode
from grader.wire.format import (
    INT_MAX,
    INT_MIN,
    ITEM_SIZES,
    MAGIC,
    PREFIX,
    RUNNER_BOUNDS,
    BadFrame,
    Bounds,
    Closed,
    Late,
    Message,
    NotAValue,
    Seed,
    Value,
    WireError,
)
from grader.wire.kinds import plain

__all__ = [
    "INT_MAX",
    "INT_MIN",
    "ITEM_SIZES",
    "MAGIC",
    "PREFIX",
    "RUNNER_BOUNDS",
    "BadFrame",
    "Bounds",
    "Channel",
    "Closed",
    "Late",
    "Message",
    "NotAValue",
    "Seed",
    "Value",
    "WireError",
    "decode",
    "encode",
    "plain",
]
