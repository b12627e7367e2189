"""Frames: each value is read back unchanged, and every other input is refused within the limits."""

import array
import enum
import json
import os
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader import wire
from grader.wire import BadFrame, Bounds, Channel, Closed, Late, NotAValue, Seed


def roundtrip(value: wire.Value, own: bool = False) -> wire.Value:
    data = b"".join(bytes(p) for p in wire.encode("v", value, own=own))
    return wire.decode(data, own=own).value


def same(a: wire.Value, b: wire.Value) -> bool:
    """Equal to the bit, in type, dtype and shape too."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray | np.generic):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, float):
        return struct.pack("<d", a) == struct.pack("<d", b)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return bool(a == b)


dtypes = st.sampled_from([np.dtype(d) for d in wire.ITEM_SIZES])
arrays = dtypes.flatmap(
    lambda d: hnp.arrays(d, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
texts = st.text(st.characters(exclude_categories=("Cs",)))
leaves = (
    st.none() | st.booleans() | st.integers(wire.INT_MIN, wire.INT_MAX) | st.floats() | texts
    | arrays | hnp.arrays(np.float32, 12).map(list) | st.lists(st.floats(), min_size=8, max_size=20)
)  # fmt: skip
values = st.recursive(
    leaves,
    lambda v: st.lists(v, max_size=4) | st.lists(v, max_size=4).map(tuple)
    | st.dictionaries(texts | st.integers(-5, 5), v, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None)
@given(values)
def test_every_value_comes_back_with_every_bit(value: wire.Value) -> None:
    assert same(roundtrip(value), value)


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), -0.0, 5e-324])
def test_it_keeps_every_bit_of_unusual_floats(value: float) -> None:
    assert same(roundtrip([value]), [value])


def test_a_numpy_scalar_stays_a_numpy_scalar() -> None:
    assert same(roundtrip(np.float32(1.5)), np.float32(1.5))


def test_fortran_order_strides_and_big_endian_become_plain_arrays() -> None:
    received = roundtrip([np.arange(6.0).reshape(2, 3).T, np.arange(9.0)[::-2], np.arange(3, dtype=">f8")])
    assert [g.tolist() for g in received] == [[[0, 3], [1, 4], [2, 5]], [8, 6, 4, 2, 0], [0, 1, 2]]


def test_subclasses_are_sent_as_their_base_class() -> None:
    class MyFloat(float):
        pass

    masked = np.ma.masked_array([1.0, 2.0], [True, False])
    assert same(roundtrip((MyFloat(2.0), masked)), (2.0, np.array([1.0, 2.0])))


def test_decoded_arrays_can_be_written_to() -> None:
    received = roundtrip(np.zeros(3))
    received[0] = 1
    assert received[0] == 1


class Colour(enum.IntEnum):
    RED = 1


class Word(str, enum.Enum):  # noqa: UP042 (its str() is not its text)
    YES = "yes"


class Point(NamedTuple):
    x: float
    y: float


class Own(np.ndarray[Any, Any]):
    pass


ACCEPTED = {
    "np.str_": (np.str_("yes"), "yes"),
    "a str enum": (Word.YES, "yes"),
    "an int enum": (Colour.RED, 1),
    "a bool": (np.bool_(True), np.bool_(True)),
    "a fraction": (Fraction(1, 4), 0.25),
    "a decimal": (Decimal("0.25"), 0.25),
    "a named tuple": (Point(1.0, 2.0), (1.0, 2.0)),
    "a deque": (deque([1.0, 2.0]), [1.0, 2.0]),
    "a range": (range(1, 3), [1, 2]),
    "a Counter": (Counter("a"), {"a": 1}),
    "array.array": (array.array("d", [1.0, 2.0]), np.array([1.0, 2.0])),
    "a memoryview": (memoryview(np.arange(4.0).reshape(2, 2)), np.arange(4.0).reshape(2, 2)),
    "np.matrix": (np.eye(2).view(np.matrix), np.eye(2)),
    "a subclass of ndarray": (np.eye(2).view(Own), np.eye(2)),
    "a view": (np.arange(6.0)[::2], np.array([0.0, 2.0, 4.0])),
    "a read-only array": (np.broadcast_to(1.0, (2,)), np.ones(2)),
    "a masked array": (np.ma.masked_array([1.0, 2.0], [True, False]), np.array([1.0, 2.0])),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_stands_for_a_plain_value_is_sent_as_that_value(name: str) -> None:
    value, plain = ACCEPTED[name]

    assert same(roundtrip(value), plain)
    assert same(roundtrip({"W": [value]}), {"W": [plain]})


REFUSED = {
    "a generator": ((x for x in "ab"), "generator", "put list(...) around it"),
    "a map": (map(str, [1]), "map", "put list(...) around it"),
    "keys of a dict": ({}.keys(), "dict_keys", "put list(...) around it"),
    "a set": ({1}, "set", "put sorted(...) around it"),
    "a function": (len, "builtin_function_or_method", "it was not called"),
    "a class": (Point, "type", "a class itself"),
    "bytes": (b"a", "bytes", "text is written in quotes without b"),
    "a bytearray": (bytearray(b"a"), "bytearray", "text is written in quotes without b"),
    "an object": (object(), "object", ""),
    "a complex number": (1j, "single complex128", "expected float64"),
    "a complex scalar": (np.complex64(1j), "single complex64", "expected float64"),
    "a long scalar": (np.longdouble(1), f"single {np.dtype(np.longdouble).name}", "expected float64"),
    "a complex array": (np.array([1j]), "array of dtype complex128", "expected float64"),
    "objects": (np.array([None]), "array of dtype object", "expected float64"),
    "an array of text": (np.array(["a"]), "array of text", "expected float64"),
    "records": (np.zeros(1, "f8,f8"), "array of records", "expected float64"),
    "a date": (np.datetime64("2020-01-01"), "datetime64", ""),
    "a huge fraction": (Fraction(10**400), "Fraction", "too large for a float"),
    "a long range": (range(10**9), "range", "use an array"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_everything_else_is_refused_with_what_to_return_instead(name: str) -> None:
    value, kind, why = REFUSED[name]

    with pytest.raises(NotAValue) as caught:
        wire.encode("v", [value])
    assert (caught.value.type_name, caught.value.where) == (kind, "[0]")
    assert why in caught.value.why


@pytest.mark.parametrize(
    ("value", "kind", "where"),
    [
        ({1, 2}, "set", ""),
        ([0, {"W": object()}], "object", "[1]['W']"),
        (np.array([None]), "array of dtype object", ""),
        (np.array([1j]), "array of dtype complex128", ""),
        (1 << 64, "int", ""),
        (b"bytes", "bytes", ""),
        ({(1, 2): 3}, "dict key of type tuple", ""),
        (Seed(1), "Seed", ""),
    ],
)
def test_it_names_a_value_that_can_not_be_sent_and_its_place(
    value: wire.Value, kind: str, where: str
) -> None:
    with pytest.raises(NotAValue) as caught:
        wire.encode("v", value)
    assert (caught.value.type_name, caught.value.where) == (kind, where)


def test_it_refuses_a_cycle_instead_of_following_it() -> None:
    cycle: list[wire.Value] = []
    cycle.append(cycle)
    with pytest.raises(NotAValue, match="nested deeper"):
        wire.encode("v", cycle)


def test_bytes_and_seeds_are_sent_only_between_our_own_processes() -> None:
    assert roundtrip([b"\x00\xff", Seed(7)], own=True) == [b"\x00\xff", Seed(7)]
    data = b"".join(bytes(p) for p in wire.encode("v", Seed(7), own=True))
    with pytest.raises(BadFrame):
        wire.decode(data)


def frame(header: wire.Value, body: bytes = b"") -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return wire.PREFIX.pack(wire.MAGIC, len(raw)) + raw + body


def head(v: wire.Value = None, f: wire.Value = 0, a: wire.Value = ()) -> dict[str, wire.Value]:
    return {"k": "v", "v": v, "f": f, "a": list(a)}


FORGED = {
    "magic": b"XXXX\x02\x00\x00\x00{}",
    "header of 4 GB": wire.PREFIX.pack(wire.MAGIC, 0xFFFFFFFF),
    "empty header": wire.PREFIX.pack(wire.MAGIC, 0),
    "not JSON": frame(b"\xff\xfe"),
    "deep JSON": frame(b"[" * 60000),
    "deep tree": frame(head(json.loads('["l",' * 40 + "1" + "]" * 40))),
    "a list on top": frame([1]),
    "missing keys": frame({"k": "v"}),
    "more keys": frame({**head(), "x": 1}),
    "kind not text": frame({**head(), "k": 1}),
    "NaN in the header": frame(b'{"k":"v","v":NaN,"f":0,"a":[]}'),
    "float in the header": frame(b'{"k":"v","v":1.5,"f":0,"a":[]}'),
    "huge int": frame(b'{"k":"v","v":' + b"9" * 40 + b',"f":0,"a":[]}'),
    "int of 10,000 digits": frame(b'{"k":"v","v":' + b"9" * 10000 + b',"f":0,"a":[]}'),
    "dict in the tree": frame(head({"a": 1})),
    "unknown tag": frame(head(["z"])),
    "dtype object": frame(head(["a", 0], a=[["|O", [1]]]), b"A" * 8),
    "dtype structured": frame(head(["a", 0], a=[[[["x", "<f8"]], [1]]]), b"A" * 8),
    "negative length": frame(head(["a", 0], a=[["<f8", [-1, -8]]])),
    "bool as length": frame(head(["a", 0], a=[["<f8", [True]]]), b"A" * 8),
    "beyond memory": frame(head(["a", 0], a=[["<f8", [1 << 20, 1 << 20]]])),
    "empty but beyond the address space": frame(head(["a", 0], a=[["<f8", [0, 1 << 40, 1 << 40]]])),
    "nine dimensions": frame(head(["a", 0], a=[["<f8", [1] * 9]]), b"A" * 8),
    "too many arrays": frame(head(a=[["<f8", [0]]] * 5000)),
    "total too large": frame(head(a=[["<f8", [1 << 22]]] * 3)),
    "floats negative": frame(head(f=-1)),
    "floats too many": frame(head(["f"], f=1 << 40)),
    "float that is not there": frame(head(["f"])),
    "array that is not there": frame(head(["a", 0])),
    "array used twice": frame(head(["l", ["a", 0], ["a", 0]], a=[["<f8", [0]]])),
    "array not used": frame(head(None, a=[["<f8", [0]]])),
    "scalar with a shape": frame(head(["n", 0], a=[["<f8", [1]]]), b"A" * 8),
    "block of scalars with a shape": frame(head(["N", "l", 0], a=[["<f8", [1, 1]]]), b"A" * 8),
    "block of 2 million scalars": frame(head(["N", "l", 0], a=[["|u1", [1 << 21]]]), b"A" * (1 << 21)),
    "dict key twice": frame(head(["d", ["a", 1], ["a", 2]])),
    "dict key a list": frame(head(["d", [["l"], 1]])),
    "bytes after": frame(head()) + b"x",
    "seed": frame(head(["s", 1])),
}


@pytest.mark.parametrize("name", FORGED)
def test_it_refuses_a_forged_frame(name: str) -> None:
    with pytest.raises(BadFrame):
        wire.decode(FORGED[name])


@pytest.mark.parametrize("cut", [0, 3, 8, 30])
def test_a_frame_that_is_cut_short_is_refused(cut: int) -> None:
    data = b"".join(bytes(p) for p in wire.encode("v", [np.zeros(4)]))
    with pytest.raises(Closed):
        wire.decode(data[:cut] if cut < 30 else data[:-1])


def test_a_bool_byte_other_than_0_and_1_is_true() -> None:
    received = wire.decode(frame(head(["a", 0], a=[["|b1", [3]]]), b"\x00\x01\x07")).value
    assert received.tolist() == [False, True, True]
    assert received.view(np.uint8).max() == 1


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_a_changed_frame_is_read_or_refused(data: st.DataObject) -> None:
    good = bytearray(b"".join(bytes(p) for p in wire.encode("v", data.draw(values))))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(good) - 1))
        good[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
        if not good:
            break
    try:
        wire.decode(bytes(good), Bounds(body=1 << 20))
    except (BadFrame, Closed):
        return


Pair = tuple[Channel, Channel, socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    a, b = socket.socketpair()
    with a, b:
        yield Channel(a.fileno()), Channel(b.fileno()), a, b


def test_frames_follow_one_another_on_a_channel(pair: Pair) -> None:
    left, right, *_keep = pair
    for n in range(5):
        left.send("n", [n, np.full(n, 1.0)])
    received = [right.receive(time.monotonic() + 5).value for _ in range(5)]
    assert [g[0] for g in received] == [0, 1, 2, 3, 4]
    assert received[4][1].tolist() == [1.0] * 4


def test_a_frame_larger_than_every_buffer_arrives_whole(pair: Pair) -> None:
    left, right, a, _keep = pair
    a.setblocking(False)
    big = np.random.default_rng(0).normal(size=500_000)
    sender = threading.Thread(target=left.send, args=("big", big, time.monotonic() + 20))
    sender.start()
    received = right.receive(time.monotonic() + 20).value
    sender.join()
    assert np.array_equal(received, big)


def test_a_frame_sent_byte_by_byte_has_one_deadline(pair: Pair) -> None:
    left, right, a, _keep = pair
    data = b"".join(bytes(p) for p in wire.encode("v", "x" * 200))
    stop = threading.Event()

    def trickle() -> None:
        for byte in data:
            if stop.wait(0.02):
                return
            a.send(bytes([byte]))

    thread = threading.Thread(target=trickle)
    thread.start()
    with pytest.raises(Late):
        right.receive(time.monotonic() + 0.3)
    stop.set()
    thread.join()
    assert left.fd == a.fileno()


def test_writing_to_a_peer_that_does_not_read_ends_at_the_deadline(pair: Pair) -> None:
    left, _right, a, _keep = pair
    a.setblocking(False)
    with pytest.raises(Late):
        left.send("big", np.zeros(4_000_000), time.monotonic() + 0.2)


def test_a_peer_that_closed_its_end_raises_closed(pair: Pair) -> None:
    _left, right, a, _keep = pair
    os.write(a.fileno(), b"GC")
    a.close()
    with pytest.raises(Closed):
        right.receive(time.monotonic() + 5)
