"""Connections of slow, many and malformed clients, on a real server with small limits."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments

from web.connections import BoundedParser, ConnectionLimits, client_of
from web.security import headers
from web.security.headers import ALWAYS
from web.serve import bounded_server

pytestmark = [pytest.mark.server]
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
PATIENCE_S = 30.0
"""A backstop: everything here ends in about a second."""
LIMITS = ConnectionLimits(
    head_s=0.4, body_s=60, idle_s=0.8, grace_s=0.2, rate=50_000, connections=12, a_client=6
)


class Server:
    """A server in this process that answers "hello"; `asked` are the paths that reached the application."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.asked: list[str] = []
        app = Flask("small")
        headers.register(app, https=False)
        app.add_url_rule("/", "home", view_func=lambda: self._answer("/"), methods=["GET", "POST"])
        app.add_url_rule("/other", "other", view_func=lambda: self._answer("/other"))
        self.server = bounded_server(app, limits, "127.0.0.1", 0, threads=2)
        self.address = ("127.0.0.1", int(self.server.effective_port))
        self.clients: list[socket.socket] = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _answer(self, path: str) -> str:
        self.asked.append(path)
        return "hello"

    def _run(self) -> None:
        while not self.ended.is_set():
            wasyncore.loop(timeout=0.05, use_poll=True, map=self.server._map, count=1)

    def connect(self, source: str = "127.0.0.1") -> socket.socket:
        connection = socket.create_connection(self.address, PATIENCE_S, source_address=(source, 0))
        self.clients.append(connection)
        return connection

    def close(self) -> None:
        for client in self.clients:
            client.close()
        self.ended.set()
        self.thread.join()
        self.server.task_dispatcher.shutdown()
        wasyncore.close_all(self.server._map)


@pytest.fixture
def start() -> Iterator[object]:
    with ExitStack() as stack:

        def started(limits: ConnectionLimits = LIMITS) -> Server:
            server = Server(limits)
            stack.callback(server.close)
            return server

        yield started


def everything(connection: socket.socket) -> bytes:
    """All bytes until the server closes the connection."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def is_answered(connection: socket.socket) -> bool:
    """Whether the next answer is the application's."""
    said = b""
    while b"hello" not in said:
        part = connection.recv(65536)
        if not part:
            return False
        said += part
    return True


def drip(connection: socket.socket, data: bytes, pause_s: float = 0.05) -> bytes:
    """Send a byte at a time until the server has closed or all is sent; what the server said."""
    connection.settimeout(pause_s)
    said = b""
    deadline = time.monotonic() + PATIENCE_S
    for byte in data:
        if time.monotonic() > deadline:
            return b"never cut"
        try:
            connection.send(bytes([byte]))
            part = connection.recv(65536)
            if not part:
                return said
            said += part
        except TimeoutError:
            continue
        except OSError:
            return said
    return b"all sent"


def test_a_head_that_arrives_byte_by_byte_is_cut(start):
    server = start()

    assert drip(server.connect(), b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 1000) == b""
    assert server.asked == []


def test_a_body_that_arrives_byte_by_byte_is_cut_with_a_page(start):
    server = start()
    connection = server.connect()
    connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")

    said = drip(connection, b"x" * 100_000)

    assert said.startswith(b"HTTP/1.1 408 ")
    assert server.asked == []


def test_chunks_that_arrive_byte_by_byte_are_cut_too(start):
    server = start()
    connection = server.connect()
    connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")

    assert drip(connection, b"1\r\nx\r\n" * 10_000).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n"], ids=["nothing", "empty lines"])
def test_a_connection_on_which_nothing_is_asked_is_closed(start, data):
    server = start()
    connection = server.connect()

    said = drip(connection, data * 1000) if data else everything(connection)

    assert said == b""


def test_a_connection_is_kept_between_requests_and_closed_when_idle(start):
    server = start()
    connection = server.connect()
    connection.sendall(GET)
    assert is_answered(connection)
    connection.sendall(GET)

    assert everything(connection).count(b"hello") == 1
    assert server.asked == ["/", "/"]


def test_idle_connections_of_many_clients_never_keep_another_out(start):
    server = start(ConnectionLimits(head_s=60, idle_s=60, connections=12, a_client=6))
    for client in range(2, 7):
        for _ in range(5):
            server.connect(f"127.0.0.{client}")
            server.connect(f"127.0.0.{client}").sendall(b"GET / HT")

    last = server.connect("127.0.0.1")
    last.sendall(GET)

    assert is_answered(last)


def test_a_client_with_too_many_connections_loses_its_own_oldest_one(start):
    server = start(ConnectionLimits(head_s=60, idle_s=60, connections=12, a_client=3))
    other = server.connect("127.0.0.2")
    mine = [server.connect("127.0.0.3") for _ in range(4)]

    assert everything(mine[0]) == b""
    for connection in (*mine[1:], other):
        connection.sendall(GET)
        assert is_answered(connection)


SMUGGLED = b"GET /other HTTP/1.1\r\nHost: x\r\n\r\n"
AMBIGUOUS = {
    "length and chunked": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked and length": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
    "the same length twice": b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
    "a list of lengths": b"Content-Length: 0, 0\r\n\r\n",
    "a signed length": b"Content-Length: +0\r\n\r\n",
    "a length of too many digits": b"Content-Length: " + b"0" * 5000 + b"\r\n\r\n",
    "chunked twice": b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "two codings": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "another coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "space before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a folded line": b"X: y\r\n Transfer-Encoding: chunked\r\nContent-Length : 3\r\n\r\n0\r\n\r\n",
    "a bare line feed": b"X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("head", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_a_request_whose_end_is_not_certain_is_refused_and_nothing_after_it_is_answered(start, head):
    server = start()
    connection = server.connect()

    connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + head + SMUGGLED)
    said = everything(connection)

    assert said.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 ", b"HTTP/1.1 501 ", b"HTTP/1.0 501 ")), said[
        :80
    ]
    assert said.count(b"HTTP/1.") == 1
    assert server.asked == []


@pytest.mark.parametrize("version", [b"1.0", b"1.2", b"2.0", b"3.1"])
def test_chunks_are_read_in_no_other_version(start, version):
    server = start()
    connection = server.connect()

    connection.sendall(
        b"POST / HTTP/" + version + b"\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED
    )

    assert b" 400 " in everything(connection)[:20]
    assert server.asked == []


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", 431),
        (b"POST / HTTP/1.1\r\nContent-Length: 30000000\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    ],
)
def test_the_servers_own_answers_are_pages_with_our_headers(start, request_bytes, status):
    server = start()
    connection = server.connect()

    connection.sendall(request_bytes)
    head, _, body = everything(connection).partition(b"\r\n\r\n")

    lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert head.split()[1] == str(status).encode()
    assert ALWAYS.items() <= lines.items()
    assert lines["Cache-Control"] == "private, no-store"
    assert body.startswith(b"<!doctype html>")
    assert b"waitress" not in head + body
    assert len(body) == int(lines["Content-Length"])


def test_a_chunked_request_alone_is_read():
    parser = BoundedParser(Adjustments())
    data = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
    while data:
        data = data[parser.received(data) :]

    assert (parser.completed, parser.error) == (True, None)
    assert parser.get_body_stream().read() == b"ab"


@pytest.mark.parametrize(
    ("address", "client"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("::ffff:192.0.2.7", 1, 0, 0), "192.0.2.7"),
        (("2001:db8:1:2:3::4", 1, 0, 0), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 1, 0, 2), "fe80::/64"),
        (("localhost", None), "('localhost', None)"),
    ],
)
def test_a_client_is_an_address_or_a_households_network(address, client):
    assert client_of(address) == client
