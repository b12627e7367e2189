"""Frames over a stream socket, and from bytes in memory."""

from __future__ import annotations

import os
import select
import time

import numpy as np

from grader.wire.decoding import allocate, finish, parse_header
from grader.wire.encoding import encode
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
)


class Channel:
    """Frames over one stream socket's descriptor, with one absolute deadline a frame.

    Deadlines are `time.monotonic()` seconds; None waits for ever. The descriptor may be
    blocking or not; a blocking one must have a peer that reads, or a killer.
    """

    def __init__(self, fd: int, bounds: Bounds = BOUNDS, *, own: bool = False) -> None:
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
    pool, arrays = allocate(header)
    for target in [pool, *[a.reshape(-1).view(np.uint8).data for a in arrays if a.size]]:
        source.into(memoryview(target), deadline)
    return finish(header, pool, arrays, bounds, own)


def decode(data: bytes, bounds: Bounds = BOUNDS, *, own: bool = False) -> Message:
    """The frame that `data` is, whole. Raises BadFrame, Closed."""
    source = _Bytes(data)
    message = _receive(source, bounds, own, None)
    if source.left:
        raise BadFrame("bytes after the frame")
    return message
