"""Talks to a runner over its socket: grade an order, scan files, ask how it is."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from grader.grading.errors import RunnerError
from grader.values import Cause, Collected, Graded, Order, Outcome, PackFiles
from grader.values.codec import decode, encode
from grader.values.health import Health, Layer
from grader.wire import RUNNER_BOUNDS, Channel, Message, WireError

__all__ = ["Client", "Collected", "FileScan", "Health", "Layer", "Mutant", "Runner"]

GRADE_SLACK_S = 60.0
T = TypeVar("T")


@dataclass(frozen=True)
class FileScan:
    """What parsing one file found; nothing was run.

    `error` is the syntax error's sentence (None if it parses), `text` its line. `functions`
    are the top-level names defined by def, assignment or import-from.
    """

    name: str
    error: str | None
    line: int | None
    column: int | None
    text: str
    python2: bool
    functions: tuple[str, ...]
    classes: tuple[str, ...]
    imports: tuple[str, ...]


@dataclass(frozen=True)
class Mutant:
    """A file of a right program with one slip: its new bytes, the line that the slip begins in
    (from 1) as it was and as it is now, the function around it, and the kind of slip."""

    file: str
    source: bytes
    line: int
    before: str
    after: str
    function: str
    kind: str


class Runner(Protocol):
    """What gradings and pack checks ask of a runner; every method raises RunnerError. `Client` asks one
    over its socket."""

    def health(self) -> Health: ...

    def collect(self, pack: PackFiles) -> Collected: ...

    def mutants(self, files: Sequence[tuple[str, bytes]], most: int) -> tuple[int, tuple[Mutant, ...]]: ...

    def grade(self, order: Order, on_outcome: Callable[[Outcome], None] = ...) -> Graded: ...


class Client:
    """One runner, by its socket's path. Each call makes its own connection, so threads may share it.

    timeout_s bounds connecting and every short request; a grading is bounded by its own limits.
    """

    def __init__(self, socket_path: str | os.PathLike[str], timeout_s: float = 5.0) -> None:
        self._path, self._timeout_s = os.fspath(socket_path), timeout_s

    def health(self) -> Health:
        """The runner's mode, slots, layers and engine. Raises RunnerError."""
        with self._connected() as channel:
            channel.send("health", None, self._soon())
            return _read(Health, self._expect(channel, "health", self._soon()))

    def preflight(self, files: Sequence[tuple[str, bytes]]) -> tuple[FileScan, ...]:
        """Parse files in a candidate. Raises RunnerError."""
        with self._connected() as channel:
            channel.send("scan", [list(f) for f in files], self._soon())
            scans = self._expect(channel, "scanned", time.monotonic() + self._timeout_s + 5).value
            return tuple(_scan(s, name) for s, (name, _) in zip(scans, files, strict=False))

    def mutants(self, files: Sequence[tuple[str, bytes]], most: int) -> tuple[int, tuple[Mutant, ...]]:
        """How many slips of one place there are in these files, and at most `most` of them, always
        the same, as programs. A candidate parses the files. Raises RunnerError."""
        with self._connected() as channel:
            deadline = time.monotonic() + GRADE_SLACK_S
            channel.send("mutate", {"files": [list(f) for f in files], "most": most}, deadline)
            return _mutants(self._expect(channel, "mutants", deadline).value, dict(files))

    def collect(self, pack: PackFiles) -> Collected:
        """Have pytest collect a pack's tests in its confined host. Raises RunnerError."""
        with self._connected() as channel:
            deadline = time.monotonic() + GRADE_SLACK_S
            channel.send("collect", {"digest": pack.digest}, deadline)
            return _read(Collected, self._expect(channel, "collected", deadline, pack))

    def grade(self, order: Order, on_outcome: Callable[[Outcome], None] = lambda outcome: None) -> Graded:
        """Grade; `on_outcome` is called as each test ends. Raises RunnerError."""
        deadline = time.monotonic() + 2 * order.total_s + GRADE_SLACK_S
        outcomes: dict[str, Outcome] = {}
        with self._connected() as channel:
            bare = replace(
                order, pack=PackFiles(order.pack.digest, ())
            )  # its files go where they are missing
            channel.send("grade", encode(bare), deadline)
            while True:
                said = self._expect(channel, "outcome graded", deadline, order.pack)
                if said.kind == "graded":
                    break
                outcome = _read(Outcome, said)
                outcomes[outcome.id] = outcome
                on_outcome(outcome)
        if set(outcomes) != {t.id for t in order.tests}:
            raise RunnerError(Cause.SYSTEM, "the runner left out tests")
        return replace(_read(Graded, said), outcomes=tuple(outcomes[t.id] for t in order.tests))

    def _soon(self) -> float:
        return time.monotonic() + self._timeout_s

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Channel]:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.settimeout(self._timeout_s)
                connection.connect(self._path)
                connection.setblocking(False)
                yield Channel(connection.fileno(), RUNNER_BOUNDS, own=True)
            except (OSError, WireError) as e:
                raise RunnerError(Cause.SYSTEM, f"the runner at {self._path} does not answer: {e}") from e

    def _expect(
        self, channel: Channel, kinds: str, deadline: float, pack: PackFiles | None = None
    ) -> Message:
        """The next frame, of one of `kinds`; a runner that lacks the pack is sent it first."""
        while True:
            said = channel.receive(deadline)
            if said.kind in kinds.split():
                return said
            if said.kind == "need-pack" and pack is not None:
                channel.send("pack", encode(pack), deadline)
            elif said.kind == "fault":
                raise RunnerError(Cause(said.value["cause"]), said.value["detail"])
            else:
                raise RunnerError(Cause.SYSTEM, f"the runner answered {said.kind!r}")


def _read(kind: type[T], said: Message) -> T:
    """The value that a runner's frame says. Raises RunnerError."""
    try:
        return decode(kind, said.value)
    except ValueError as e:
        raise RunnerError(Cause.SYSTEM, f"the runner answered {said.kind!r} wrongly: {e}") from e


def _scan(said: object, name: str) -> FileScan:
    """A scan as data from a candidate: every field checked, nothing believed."""
    facts = said if isinstance(said, dict) else {}

    def whole(key: str) -> int | None:
        value = facts.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def names(key: str) -> tuple[str, ...]:
        value = facts.get(key)
        return tuple(str(v)[:100] for v in value[:500]) if isinstance(value, list) else ()

    error = facts.get("error") if facts else "the file can't be read as Python"
    return FileScan(
        name=name,
        error=None if error is None else str(error)[:500],
        line=whole("line"),
        column=whole("column"),
        text=str(facts.get("text", ""))[:300],
        python2=facts.get("python2") is True,
        functions=names("functions"),
        classes=names("classes"),
        imports=names("imports"),
    )


def _mutants(said: object, files: Mapping[str, bytes]) -> tuple[int, tuple[Mutant, ...]]:
    """Edits as data from a candidate, each made in its file; what does not fit a file is left out."""
    facts = said if isinstance(said, dict) else {}
    found = facts.get("mutants")
    made = [_mutant(row, files) for row in (found if isinstance(found, list) else [])]
    possible = facts.get("possible")
    mutants = tuple(one for one in made if one is not None)
    return max(len(mutants), possible if isinstance(possible, int) else 0), mutants


def _mutant(row: object, files: Mapping[str, bytes]) -> Mutant | None:
    try:
        name, start, end, text = (row[key] for key in ("file", "start", "end", "text"))  # type: ignore[index]
        old = files[name].decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").encode()
        if not 0 <= start <= end <= len(old):
            return None
        new = old[:start] + text.encode() + old[end:]
        line = old.count(b"\n", 0, start)
        before, after = (side.split(b"\n")[line].decode("utf-8", "replace").strip() for side in (old, new))
        function, kind = (str(row[key])[:100] for key in ("function", "kind"))  # type: ignore[index]
        return Mutant(name, new, line + 1, before, after, function, kind)
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError):
        return None
