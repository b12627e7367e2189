"""Plain words for what cannot work here. A courtesy to honest code, not a wall."""

from __future__ import annotations

import builtins
import io
import os
import sys
from collections.abc import Callable, Mapping
from typing import IO, Any, NoReturn

PRINTED_KEPT = 4000


class Printed(io.TextIOBase):
    """Standard output that also remembers what the current call printed."""

    def __init__(self, fd: int) -> None:
        self._raw = io.TextIOWrapper(
            io.FileIO(fd, "w", closefd=False), "utf-8", "backslashreplace", write_through=False
        )
        self._kept: list[str] = []
        self._room = PRINTED_KEPT

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1

    def write(self, text: str) -> int:
        if self._room > 0:
            self._kept.append(text[: self._room])
            self._room -= len(text)
        return self._raw.write(text)

    def flush(self) -> None:
        self._raw.flush()

    def take(self) -> str:
        """What was printed since the last time, at most PRINTED_KEPT characters."""
        text = "".join(self._kept)
        self._kept, self._room = [], PRINTED_KEPT
        return text


def _refused(what: str) -> Callable[..., NoReturn]:
    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        raise PermissionError(f"{what} is not allowed here: a submission computes and returns values")

    return refuse


def why_not_permitted(error: BaseException, module: str) -> str:
    """One line for an error that the sandbox caused in the standard library's `module`; "" if
    it did not."""
    return _REASONS.get(module, "") if isinstance(error, OSError) else ""


_REASONS = {
    "subprocess": "starting another program is not allowed here",
    "socket": "the network is not allowed here",
    "urllib": "the network is not allowed here",
    "http": "the network is not allowed here",
    "selectors": "waiting for files or sockets, and so an event loop, is not allowed here",
    "multiprocessing": "starting another process is not allowed here; threads are",
    "tempfile": "there are no files to write here",
    "pathlib": "there are no files to read or write here",
    "shutil": "there are no files to read or write here",
}


def _no_input(prompt: object = "", /) -> NoReturn:
    raise EOFError("input() is not allowed here: nobody is there to type; take values as arguments")


class Files:
    """`open` as a submission may use it: the files handed in and the pack's support files, read
    from memory under their own names; nothing else, and nothing to write."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = dict(files)

    def open(self, file: object, mode: str = "r", *_args: object, **options: str) -> IO[Any]:
        """Open one of the known files for reading; PermissionError for anything else."""
        name = str(file).removeprefix("./")
        if name not in self._files or set(mode) - set("rbt"):
            known = f"; these can be read: {', '.join(sorted(self._files))[:200]}" if self._files else ""
            raise PermissionError(f"open({str(file)[:80]!r}, {mode[:4]!r}) is not allowed here{known}")
        raw = io.BytesIO(self._files[name])
        if "b" in mode:
            return raw
        return io.TextIOWrapper(raw, options.get("encoding") or "utf-8", options.get("errors"))


def install(files: Mapping[str, bytes]) -> Printed:
    """Replace what would fail in riddles; the captured standard output."""
    printed = Printed(1)
    sys.stdout = sys.stderr = printed
    sys.stdin = io.StringIO("")
    builtins.input = _no_input
    for name in (
        "system",
        "fork",
        "popen",
        "execv",
        "execve",
        "kill",
        "remove",
        "unlink",
        "mkdir",
        "makedirs",
    ):
        setattr(os, name, _refused(f"os.{name}()"))
    builtins.open = Files(files).open  # type: ignore[assignment]
    os.environ.update(HOME="/", PATH="/")
    return printed
