"""The runner's socket: one thread for each connection, peers checked by the kernel's user id."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

from grader.logs import bound, emit, events
from grader.logs.errors import error_name, places
from grader.runner.errors import BadPack, Cancelled, PackFault
from grader.runner.grading_lines import GradingLines
from grader.runner.service import Service
from grader.sandbox.errors import SystemFault
from grader.values import Cause, Graded, Order, Outcome, PackFiles
from grader.values.codec import decode, encode
from grader.values.health import Health
from grader.wire import RUNNER_BOUNDS, Channel, Message, WireError

REQUEST_WAIT_S = 30.0
MAX_CONNECTIONS = 64


class Server:
    """Accepts connections; each may send any number of requests, one at a time."""

    def __init__(
        self, path: Path, service: Service, health: Callable[[], Health], peers: frozenset[int]
    ) -> None:
        self._service, self._health, self._peers = service, health, peers
        self._socket = socket.socket(socket.AF_UNIX)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        old = os.umask(0o117 if len(peers) > 2 else 0o177)
        try:
            self._socket.bind(str(path))
        finally:
            os.umask(old)
        self._socket.listen(MAX_CONNECTIONS)
        self._free_places = threading.BoundedSemaphore(MAX_CONNECTIONS)

    def run(self) -> None:
        """Accept connections for ever; a connection of another user is closed without an answer."""
        while True:
            connection, _ = self._socket.accept()
            _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
            if uid not in self._peers or not self._free_places.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        channel = Channel(connection.fileno(), RUNNER_BOUNDS, own=True)
        try:
            while True:
                self._answer(channel, connection, channel.receive())
        except WireError:
            return
        finally:
            connection.close()
            self._free_places.release()

    def _answer(self, channel: Channel, connection: socket.socket, request: Message) -> None:
        try:
            match request.kind:
                case "health":
                    channel.send("health", encode(self._health()))
                case "scan":
                    channel.send("scanned", self._service.scan([(n, bytes(d)) for n, d in request.value]))
                case "read":
                    channel.send("reading", self._service.readers.read(bytes(request.value)))
                case "mutate":
                    files = [(n, bytes(d)) for n, d in request.value["files"]]
                    channel.send("mutants", self._service.mutants(files, int(request.value["most"])))
                case "collect":
                    self._collect(channel, request)
                case "grade":
                    self._grade(channel, connection, request)
                case _:
                    _fault(channel, Cause.SYSTEM, f"unknown request {request.kind!r}")
        except PackFault as e:
            _fault(channel, Cause.PACK, str(e))
        except Cancelled:
            raise WireError("the client is gone") from None
        except SystemFault as e:
            _fault(channel, Cause.SYSTEM, str(e))
        except WireError:
            raise
        except Exception as e:
            emit(events.RunnerFault(request=request.kind, error=error_name(e), at=places(e)))
            _fault(channel, Cause.SYSTEM, f"{type(e).__name__}: {e}")

    def _pack(self, channel: Channel, digest: str) -> PackFiles:
        """The pack with this digest, requested from the client if it is not cached."""
        pack = self._service.packs.get(digest)
        if pack is None:
            channel.send("need-pack")
            pack = decode(PackFiles, channel.receive(time.monotonic() + REQUEST_WAIT_S).value)
            if pack.digest != digest:
                raise BadPack("the client sent a different pack than requested")
            self._service.packs.put(pack)
        return pack

    def _collect(self, channel: Channel, request: Message) -> None:
        collected = self._service.collect(self._pack(channel, request.value["digest"]))
        channel.send("collected", encode(collected))

    def _grade(self, channel: Channel, connection: socket.socket, request: Message) -> None:
        order = decode(Order, request.value)
        with bound(order.id), GradingLines(order) as lines:
            self._graded(channel, connection, order, lines)
        self._service.prepare_next(order)

    def _graded(self, channel: Channel, connection: socket.socket, order: Order, lines: GradingLines) -> None:
        self._pack(channel, order.pack.digest)

        def send_outcome(outcome: Outcome) -> None:
            lines.verdicts[str(outcome.verdict)] += 1
            try:
                channel.send("outcome", encode(outcome), time.monotonic() + 5)
            except WireError:  # not the pack's fault, so its test host must not be ended
                raise Cancelled from None

        timings = self._service.grade(order, send_outcome, connection)
        engine = self._health().engine
        channel.send("graded", encode(Graded((), self._service.mode, tuple(timings.stages), engine)))
        lines.done(timings.stages)


def _fault(channel: Channel, cause: Cause, detail: str) -> None:
    channel.send("fault", {"cause": str(cause), "detail": detail[:20000]})
