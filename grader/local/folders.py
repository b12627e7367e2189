"""The folders of an embedded installation: its state, and a private folder with a short path for sockets."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.local.errors import UpError

DATABASE = "gradecheck.db"
DEMO = "demo"
OURS = ("secret_key", "runtime", "lock", DEMO)
LONGEST_SOCKET_PATH = 107  # bytes: sockaddr_un holds 108 with the final zero


@dataclass(frozen=True)
class Folders:
    """All paths of an installation. `state` remains after a restart, `runtime` is made new."""

    state: Path
    runtime: Path

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.state / DATABASE}"

    @property
    def redis_socket(self) -> Path:
        return self.runtime / "redis.sock"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.redis_socket}"

    @property
    def runner_socket(self) -> Path:
        return self.runtime / "runner.sock"

    def log(self, name: str) -> Path:
        """The log file of one child process."""
        return self.state / "log" / f"{name}.log"


@contextmanager
def open_folders(state: Path) -> Iterator[Folders]:
    """Make and lock the state folder, and make a runtime folder that is removed at the end of the context.

    Raises UpError if another supervisor uses the state, or if the paths of sockets would be too long.
    """
    state = state.absolute()
    try:
        _make_private(state)
    except OSError as error:
        raise UpError(f"can't use {state} for state: {error.strerror}") from error
    with _locked(state):
        _remove_stale_runtime(state)
        runtime = Path(tempfile.mkdtemp(prefix="gradecheck-", dir=_runtime_parent()))
        try:
            _write_private(state / "runtime", str(runtime))
            yield Folders(state, runtime)
        finally:
            shutil.rmtree(runtime, ignore_errors=True)
            (state / "runtime").unlink(missing_ok=True)


def secret_key_file(state: Path) -> Path:
    """The file with this installation's secret key: made once, readable only by its owner."""
    path = state / "secret_key"
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(32))
    return path


def _make_private(state: Path) -> None:
    """Make the state folder, readable only by its owner; the same for what an earlier version has left in it.
    A folder of somebody's other files keeps its mode, but our files in it don't."""
    made_now = not state.exists()
    (state / "log").mkdir(mode=0o700, parents=True, exist_ok=True)
    names = {path.name for path in state.iterdir()}
    if made_now or names == {"log"} or DATABASE in names:
        state.chmod(0o700)
    (state / "log").chmod(0o700)
    ours = [path for path in state.iterdir() if path.name in OURS or path.name.startswith(DATABASE)]
    for path in (*ours, *(state / "log").iterdir()):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o600)


def open_private(path: str, flags: int) -> int:
    """An `opener` of files that only their owner can read."""
    return os.open(path, flags, 0o600)


def _write_private(path: Path, text: str) -> None:
    with open(path, "w", opener=open_private) as file:
        file.write(text)


def _runtime_parent() -> str:
    """A folder whose path is short enough for sockets; the user's own if there is one."""
    longest_name = "/gradecheck-12345678/redis.sock"
    for parent in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):
        if not parent or not os.access(parent, os.W_OK):
            continue
        if len(os.fsencode(parent + longest_name)) <= LONGEST_SOCKET_PATH:
            return parent
    raise UpError("no folder for sockets: none of XDG_RUNTIME_DIR, TMPDIR and /tmp is short and writable")


@contextmanager
def _locked(state: Path) -> Iterator[None]:
    with open(state / "lock", "a", opener=open_private) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UpError(f"{state} is in use by another running `grader up`") from None
        yield


def _remove_stale_runtime(state: Path) -> None:
    """Remove the runtime folder of a supervisor that was killed before it could remove it."""
    note = state / "runtime"
    if note.exists() and Path(name := note.read_text().strip()).name.startswith("gradecheck-"):
        shutil.rmtree(name, ignore_errors=True)
