"""The targets of attacks on isolation: real files, sockets, shared memory and a process."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.runner import kit

SECRET = "SESAME-open"
SHM_KEY = 0x67630000 | os.getpid() & 0xFFFF  # two test processes may aim at a time
_VICTIM = """
import ctypes, sys, time
secret = ctypes.create_string_buffer(b"SESAME-open" + b" " * 64)
print(ctypes.addressof(secret), flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Targets:
    """The targets: a folder, and the values of the $WORDs that attacks use."""

    folder: Path
    words: dict[str, str]

    def aimed(self, code: str, **more: str) -> str:
        """The code with each $WORD replaced by its value."""
        for word, value in sorted({**self.words, **more}.items(), key=lambda p: -len(p[0])):
            code = code.replace(f"${word}", value)
        return code


@contextlib.contextmanager
def targets() -> Iterator[Targets]:
    """All targets of the attacks, in a folder that everybody can read and write."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gc-aim-")))
        folder.chmod(0o777)
        words = {"FOLDER": str(folder), "ROOT": str(kit.ROOT), "SHMKEY": str(SHM_KEY)}
        _create_files(folder)
        words |= _listen(folder, stack)
        words |= _victim(stack)
        stack.callback(_shared_memory())
        yield Targets(folder, words)


def _create_files(folder: Path) -> None:
    for name in ("secret.txt", "writable.txt", "victim.txt"):
        (folder / name).write_text(SECRET)
        (folder / name).chmod(0o666)
    (folder / "secret_module.py").write_text(f"SECRET = {SECRET!r}\n")
    spec = importlib.util.find_spec("_ctypes")
    assert spec is not None
    shutil.copy(str(spec.origin), folder / "library.so")
    os.mkfifo(folder / "fifo")
    (folder / "fifo").chmod(0o666)


def _listen(folder: Path, stack: contextlib.ExitStack) -> dict[str, str]:
    tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    udp.bind(("127.0.0.1", 0))
    abstract = f"gc-aim-{os.getpid()}"
    for kind, address in (
        (socket.SOCK_STREAM, f"{folder}/stream"), (socket.SOCK_STREAM, f"\0{abstract}"),
        (socket.SOCK_DGRAM, f"{folder}/datagram"),
    ):  # fmt: skip
        listener = stack.enter_context(socket.socket(socket.AF_UNIX, kind))
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen(256)
        if address.startswith("/"):
            os.chmod(address, 0o777)
    tcp.listen(256)
    return {"TCP": str(tcp.getsockname()[1]), "UDP": str(udp.getsockname()[1]), "ABSTRACT": abstract}


def _victim(stack: contextlib.ExitStack) -> dict[str, str]:
    """A process of our user with a secret in its memory and in its environment."""
    process = stack.enter_context(
        subprocess.Popen(
            [sys.executable, "-c", _VICTIM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**kit.ENVIRONMENT, "HIDDEN": SECRET},
        )
    )
    stack.callback(process.kill)
    assert process.stdout is not None
    return {"VICTIM": str(process.pid), "ADDRESS": process.stdout.readline().strip()}


def _shared_memory() -> Callable[[], int]:
    libc = ctypes.CDLL(None)
    identity = libc.shmget(SHM_KEY, 4096, 0o1666)
    return lambda: int(libc.shmctl(identity, 0, None))
