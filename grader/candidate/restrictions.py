"""Clear messages for what can't work here. They help honest code; the sandbox does the isolation."""

from __future__ import annotations

import builtins
import io
import os
import sys
from collections.abc import Callable, Mapping
from typing import IO, Any, NoReturn

PRINTED_KEPT = 4000


class Printed(io.TextIOBase):
    """Standard output that also keeps what the current call printed."""

    def __init__(self, fd: int) -> None:
        self._raw = io.TextIOWrapper(
            io.FileIO(fd, "w", closefd=False), "utf-8", "backslashreplace", write_through=False
        )
        self._printed: list[str] = []
        self._space = PRINTED_KEPT  # characters that can still be kept

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1

    def write(self, text: str) -> int:
        if self._space > 0:
            self._printed.append(text[: self._space])
            self._space -= len(text)
        return self._raw.write(text)

    def flush(self) -> None:
        self._raw.flush()

    def take(self) -> str:
        """The text printed since the last `take`, at most PRINTED_KEPT characters."""
        text = "".join(self._printed)
        self._printed, self._space = [], PRINTED_KEPT
        return text


class Silent(io.TextIOBase):
    """Standard output that keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


def _refused(function: str) -> Callable[..., NoReturn]:
    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        raise PermissionError(
            f"{function} is not allowed here: a submission may only compute and return values"
        )

    return refuse


def why_not_permitted(error: BaseException, module: str) -> str:
    """The reason, in one line, for an error that the sandbox caused in this module of the standard library,
    or for the end of a program; "" for any other error."""
    if isinstance(error, SystemExit):
        without = "there are no command-line arguments" if module == "argparse" else "this ends the program"
        return f"{without}, and a submission is only imported and called"
    return _REASONS.get(module, "") if isinstance(error, OSError) else ""


_REASONS = {
    "subprocess": "starting another program is not allowed here",
    "socket": "the network is not allowed here",
    "urllib": "the network is not allowed here",
    "http": "the network is not allowed here",
    "selectors": "waiting for files or sockets is not allowed here, so an event loop (asyncio) can't run",
    "multiprocessing": "starting another process is not allowed here; threads are allowed",
    "tempfile": "writing files is not allowed here",
    "pathlib": "reading or writing files with this module is not allowed here",
    "shutil": "reading or writing files with this module is not allowed here",
}


def _no_input(prompt: object = "", /) -> NoReturn:
    raise EOFError("input() is not allowed here: nobody can type a value; use the arguments of the function")


class Files:
    """`open` for submissions: it reads the submitted files and the pack's support files from memory,
    by their names. Any other file, and writing, is refused."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = dict(files)

    def open(self, file: object, mode: str = "r", *_args: object, **options: str) -> IO[Any]:
        """One of the known files, open for reading. Raises PermissionError for anything else."""
        name = str(file).removeprefix("./")
        if name not in self._files or set(mode) - set("rbt"):
            known = (
                f"; these files can be read: {', '.join(sorted(self._files))[:200]}" if self._files else ""
            )
            raise PermissionError(f"open({str(file)[:80]!r}, {mode[:4]!r}) is not allowed here{known}")
        raw = io.BytesIO(self._files[name])
        if "b" in mode:
            return raw
        return io.TextIOWrapper(raw, options.get("encoding") or "utf-8", options.get("errors"))


def install(files: Mapping[str, bytes]) -> Printed:
    """Replace functions that would fail with an unclear message. Returns the captured standard output."""
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
