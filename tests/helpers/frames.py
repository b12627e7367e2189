"""Frames for the fuzzer: valid ones, and ones damaged where a parser could fail."""

import json
import random
import struct
from collections.abc import Iterator

import numpy as np

from grader import wire

VALUES = [
    None, True, 7, -(1 << 63), 1.5, float("nan"), "text", "sûr", [], (), {},
    {"W1": np.ones((5, 4)), 3: [1, 2]},
    [np.zeros(0), np.float32(2.0), (None, "x")], [0.5] * 20, list(np.arange(12.0)),
    np.arange(24).reshape(2, 3, 4), np.array(True), [[[[["deep"]]]]], {"loss": [1.0, 2.0], "done": False},
    np.ones((3, 3), np.float16),
]  # fmt: skip
WORDS = [
    "null", "true", "-1", "0", "1", "2", "255", "9223372036854775807", "99999999999999999999", "1e3", "NaN",
    "[]", "{}", '""', '"a"', '"f"', '"F"', '"n"', '"N"', '"l"', '"t"', '"d"', '"s"', '"b"', '"|O"', '"<f8"',
    '"|b1"', "[0]", "[1,1]", "[1099511627776,8]", "[0,1099511627776]", '["<f8",[2]]', '["|u1",[1048576]]',
    '["a",0]', '["F","l",1000000]', '["N","t",0]', '["d",["a",1],["a",1]]', "[" * 40 + "]" * 40, '"\\ud800"',
    "18446744073709551616",
]  # fmt: skip


def frames(count: int, seed: int) -> Iterator[bytes]:
    """`count` frames, of which nearly all are damaged."""
    rng = random.Random(seed)
    valid = [b"".join(bytes(p) for p in wire.encode("v", v)) for v in VALUES]
    for _ in range(count):
        frame = rng.choice(valid)
        kind = rng.random()
        if kind < 0.5:
            yield _with_other_words(rng, frame)
        elif kind < 0.9:
            yield _with_other_bytes(rng, frame)
        elif kind < 0.97:
            yield frame[: rng.randrange(len(frame) + 1)]
        else:
            yield rng.randbytes(rng.randrange(200))


def _with_other_words(rng: random.Random, frame: bytes) -> bytes:
    """Some tokens of the header are replaced; the header's length is corrected."""
    _, length = wire.PREFIX.unpack(frame[: wire.PREFIX.size])
    text = frame[wire.PREFIX.size :][:length].decode()
    body = frame[wire.PREFIX.size + length :]
    head = json.loads(text)
    key = rng.choice(list(head))
    pieces = [f'"{k}":' + (rng.choice(WORDS) if k == key else json.dumps(v)) for k, v in head.items()]
    if rng.random() < 0.2:
        rng.shuffle(pieces)
    if rng.random() < 0.1:
        pieces.pop()
    raw = ("{" + ",".join(pieces) + "}").encode()
    return wire.PREFIX.pack(wire.MAGIC, len(raw)) + raw + body + rng.randbytes(rng.choice([0, 0, 0, 8, 64]))


def _with_other_bytes(rng: random.Random, frame: bytes) -> bytes:
    """A few bytes changed, inserted or taken out anywhere."""
    damaged = bytearray(frame)
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(damaged) + 1)
        damaged[at : at + rng.randrange(4)] = rng.choice(
            [b"", rng.randbytes(1), struct.pack("<I", rng.getrandbits(32))]
        )
    return bytes(damaged)
