"""Frames over a stream socket, and from bytes in memory."""

from __future__ import annotations

import os
import select
import time

from grader.wire.decoding import allocate, finish, parse_header
from grader.wire.encoding import Buffers, encode
from grader.wire.format import (
    BOUNDS,
    MAGIC,
    PREFIX,
    BadFrame,
    Bounds,
    Closed,
    Late,
    Message,
    Value,
    raw_bytes,
)

MOST_PARTS = 64  # the most buffers of one writev


class Channel:
    """Frames over the descriptor of one stream socket, with one deadline for each frame.

    Deadlines are times of `time.monotonic()` in seconds; None waits for ever. The descriptor may be blocking
    or not; if it is blocking, the other side must read, or something must end a process that waits too long.
    """

    def __init__(self, fd: int, bounds: Bounds = BOUNDS, *, own: bool = False) -> None:
        self.fd, self.bounds, self.own = fd, bounds, own
        self._buffer = bytearray(65536)
        self._start = self._end = 0
        self.received = 0  # bytes so far
        self._readable = select.poll()
        self._readable.register(fd, select.POLLIN)

    def send(self, kind: str, value: Value = None, deadline: float | None = None) -> None:
        """Write one frame. Raises NotAValue before any byte is written, Closed, Late."""
        self.write(encode(kind, value, own=self.own, bounds=self.bounds), deadline)

    def write(self, parts: Buffers, deadline: float | None = None) -> None:
        """Write the buffers of one frame, as `encode` returns them. Raises Closed, Late."""
        while parts:
            try:
                n = os.writev(self.fd, parts[:MOST_PARTS])
            except BlockingIOError:
                writable = select.poll()
                writable.register(self.fd, select.POLLOUT)
                _wait(writable, deadline)
                continue
            except OSError as e:
                raise Closed(str(e)) from e
            parts = _remaining(parts, n)

    def receive(self, deadline: float | None = None) -> Message:
        """The next frame. Raises BadFrame, Closed, Late; the channel can't be used after that."""
        return _receive(self, self.bounds, self.own, deadline)

    @property
    def pending(self) -> bool:
        """Whether there are bytes that were read but belong to no frame yet."""
        return self._end > self._start

    def exactly(self, n: int, deadline: float | None) -> bytes:
        """The next `n` bytes. Raises Closed, Late."""
        if n > len(self._buffer):
            target = bytearray(n)
            self.into(memoryview(target), deadline)
            return bytes(target)
        while self._end - self._start < n:
            if self._start:
                unused = self._buffer[self._start : self._end]
                self._buffer[: len(unused)] = unused
                self._start, self._end = 0, len(unused)
            self._end += self._read(memoryview(self._buffer)[self._end :], deadline)
        self._start += n
        return bytes(self._buffer[self._start - n : self._start])

    def into(self, target: memoryview, deadline: float | None) -> None:
        """Fill the target with the next bytes. Raises Closed, Late."""
        ready = min(len(target), self._end - self._start)
        target[:ready] = self._buffer[self._start : self._start + ready]
        self._start += ready
        while ready < len(target):
            ready += self._read(target[ready:], deadline)

    def _read(self, target: memoryview, deadline: float | None) -> int:
        while True:
            if deadline is not None:
                _wait(self._readable, deadline)
            try:
                n = os.readv(self.fd, [target])
            except BlockingIOError:
                _wait(self._readable, deadline)
                continue
            except OSError as e:
                raise Closed(str(e)) from e
            if not n:
                raise Closed("end of stream")
            self.received += n
            return n


def _wait(ready: select.poll, deadline: float | None) -> None:
    left = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
    if not ready.poll(left):
        raise Late("the deadline passed")


def _remaining(parts: Buffers, written: int) -> Buffers:
    """The parts without their first `written` bytes."""
    for i, part in enumerate(parts):
        if written < len(part):
            return [memoryview(part)[written:], *parts[i + 1 :]]
        written -= len(part)
    return []


class _Bytes:
    """Bytes in memory that can be read like a channel."""

    def __init__(self, data: bytes) -> None:
        self.unread = memoryview(data)

    def exactly(self, n: int, deadline: float | None) -> bytes:
        target = bytearray(n)
        self.into(memoryview(target), deadline)
        return bytes(target)

    def into(self, target: memoryview, deadline: float | None) -> None:
        if len(target) > len(self.unread):
            raise Closed("end of data")
        target[:] = self.unread[: len(target)]
        self.unread = self.unread[len(target) :]


def _receive(source: Channel | _Bytes, bounds: Bounds, own: bool, deadline: float | None) -> Message:
    magic, length = PREFIX.unpack(source.exactly(PREFIX.size, deadline))
    if magic != MAGIC or not 0 < length <= bounds.header:
        raise BadFrame("the frame's first bytes")
    header = parse_header(source.exactly(length, deadline), bounds)
    pool, arrays = allocate(header)
    if pool:
        source.into(memoryview(pool), deadline)
    for array in arrays:
        if array.size:
            source.into(raw_bytes(array), deadline)
    return finish(header, pool, arrays, bounds, own)


def decode(data: bytes, bounds: Bounds = BOUNDS, *, own: bool = False) -> Message:
    """The message in `data`, which must be exactly one frame. Raises BadFrame, Closed."""
    source = _Bytes(data)
    message = _receive(source, bounds, own, None)
    if source.unread:
        raise BadFrame("bytes after the frame")
    return message
