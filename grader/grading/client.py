"""The client of a runner's socket: grades orders, collects tests, scans files, asks for the health."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from grader.grading.errors import RunnerError
from grader.packs.readings import checked, unread
from grader.values import Cause, Collected, Graded, Order, Outcome, PackFiles
from grader.values.codec import decode, encode
from grader.values.health import Health, Layer
from grader.values.readings import PackReading
from grader.wire import RUNNER_BOUNDS, Channel, Message, WireError

__all__ = ["Client", "Collected", "FileScan", "Health", "Layer", "Mutant", "Runner", "Spot"]

GRADE_SLACK_S = 60.0
READ_WAIT_S = 100.0  # a backstop: a reader's job has limits of its own, and so has the queue before it
MOST_NAMES = 4000  # of each list in a scan
T = TypeVar("T")


@dataclass(frozen=True)
class Spot:
    """A name in a submitted file, the number of its line (0 if it has none), and how it is there."""

    name: str
    line: int
    how: str = ""


@dataclass(frozen=True)
class FileScan:
    """The result of parsing one file; none of its code was run.

    `error` is the message of the syntax error (None if the file parses), `text` its line. `functions` and
    `classes` are names that the file has after its import, `modules` those of modules. `maybe` may be there;
    `gone` were defined but are not there ("main": under `if __name__ == "__main__"`, "never": under another
    condition that does not hold, "deleted"). If there is a place in `hidden`, other names may be there too.
    `uses` are calls of what works only in a notebook, `takes` the names that it imports from other submitted
    files (`how`: the file), `end` is the line that ends the import, 0 if there is none.
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
    modules: tuple[str, ...] = ()
    maybe: tuple[Spot, ...] = ()
    gone: tuple[Spot, ...] = ()
    hidden: tuple[Spot, ...] = ()
    uses: tuple[Spot, ...] = ()
    takes: tuple[Spot, ...] = ()
    end: int = 0


@dataclass(frozen=True)
class Mutant:
    """A file of the solution with one small change: its new bytes, the line where the change begins (from
    1), that line before and after it, the function that contains it, and the kind of change."""

    file: str
    source: bytes
    line: int
    before: str
    after: str
    function: str
    kind: str


class Runner(Protocol):
    """What gradings and pack checks need of a runner; every method raises RunnerError. `Client` is the one
    that uses a socket."""

    def health(self) -> Health: ...

    def collect(self, pack: PackFiles) -> Collected: ...

    def mutants(self, files: Sequence[tuple[str, bytes]], most: int) -> tuple[int, tuple[Mutant, ...]]: ...

    def grade(self, order: Order, on_outcome: Callable[[Outcome], None] = ...) -> Graded: ...


class Client:
    """A client of the runner at this socket's path. Each call opens a connection, so threads may share it.

    timeout_s limits connecting and every short request; a grading has its own limits.
    """

    def __init__(self, socket_path: str | os.PathLike[str], timeout_s: float = 5.0) -> None:
        self._path, self._timeout_s = os.fspath(socket_path), timeout_s

    def health(self) -> Health:
        """The runner's mode, slots, layers and engine. Raises RunnerError."""
        with self._connected() as channel:
            channel.send("health", None, self._short_deadline())
            return _decoded(Health, self._expect(channel, "health", self._short_deadline()))

    def preflight(self, files: Sequence[tuple[str, bytes]]) -> tuple[FileScan, ...]:
        """Parse files in a candidate. Raises RunnerError."""
        with self._connected() as channel:
            channel.send("scan", [list(f) for f in files], self._short_deadline())
            rows = self._expect(channel, "scanned", time.monotonic() + self._timeout_s + 5).value
            return tuple(_scan(row, name) for row, (name, _) in zip(rows, files, strict=False))

    def mutants(self, files: Sequence[tuple[str, bytes]], most: int) -> tuple[int, tuple[Mutant, ...]]:
        """The number of possible mutants of these files, and at most `most` of them, always the same
        ones. A candidate parses the files. Raises RunnerError."""
        with self._connected() as channel:
            deadline = time.monotonic() + GRADE_SLACK_S
            channel.send("mutate", {"files": [list(f) for f in files], "most": most}, deadline)
            return _mutants(self._expect(channel, "mutants", deadline).value, dict(files))

    def read_pack(self, data: bytes) -> PackReading:
        """What a sandboxed job reads in the zip of a pack; its answer is checked as the work of a stranger.
        A pack that takes too long is a fault of the pack. Raises RunnerError."""
        with self._connected() as channel:
            deadline = time.monotonic() + READ_WAIT_S
            channel.send("read", data, deadline)
            try:
                reading = _decoded(PackReading, self._expect(channel, "reading", deadline))
            except RunnerError as error:
                if error.cause is not Cause.PACK:
                    raise
                return unread(error.detail)
        return checked(reading)

    def collect(self, pack: PackFiles) -> Collected:
        """The tests that pytest collects from a pack, in its confined test host. Raises RunnerError."""
        with self._connected() as channel:
            deadline = time.monotonic() + GRADE_SLACK_S
            channel.send("collect", {"digest": pack.digest}, deadline)
            return _decoded(Collected, self._expect(channel, "collected", deadline, pack))

    def grade(self, order: Order, on_outcome: Callable[[Outcome], None] = lambda outcome: None) -> Graded:
        """Grade the order; `on_outcome` is called when each test ends. Raises RunnerError."""
        deadline = self._outcome_deadline(order)
        outcomes: dict[str, Outcome] = {}
        with self._connected() as channel:
            bare = replace(
                order, pack=PackFiles(order.pack.digest, ())
            )  # its files are sent only to a runner that lacks them
            channel.send("grade", encode(bare), deadline)
            while True:
                message = self._expect(channel, "outcome graded", self._outcome_deadline(order), order.pack)
                if message.kind == "graded":
                    break
                outcome = _decoded(Outcome, message)
                outcomes[outcome.id] = outcome
                on_outcome(outcome)
        if set(outcomes) != {t.id for t in order.tests}:
            raise RunnerError(Cause.SYSTEM, "the runner left out tests")
        return replace(_decoded(Graded, message), outcomes=tuple(outcomes[t.id] for t in order.tests))

    def _outcome_deadline(self, order: Order) -> float:
        """When the next outcome must be there. The runner does not count the time in which it has no core, so
        a whole grading may take longer."""
        return time.monotonic() + 2 * order.total_s + GRADE_SLACK_S

    def _short_deadline(self) -> float:
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
        """The next message, of one of `kinds`. If the runner lacks the pack, it is sent first."""
        while True:
            message = channel.receive(deadline)
            if message.kind in kinds.split():
                return message
            if message.kind == "need-pack" and pack is not None:
                channel.send("pack", encode(pack), deadline)
            elif message.kind == "fault":
                raise RunnerError(Cause(message.value["cause"]), message.value["detail"])
            else:
                raise RunnerError(Cause.SYSTEM, f"the runner answered {message.kind!r}")


def _decoded(kind: type[T], message: Message) -> T:
    """The value in a runner's message. Raises RunnerError."""
    try:
        return decode(kind, message.value)
    except ValueError as e:
        raise RunnerError(Cause.SYSTEM, f"the runner's answer {message.kind!r} is not valid: {e}") from e


def _scan(plain: object, name: str) -> FileScan:
    """The scan in these plain values. They come from a candidate, so every field is checked."""
    facts = plain if isinstance(plain, dict) else {}

    def whole(key: str) -> int | None:
        value = facts.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def names(key: str) -> tuple[str, ...]:
        value = facts.get(key)
        return tuple(str(v)[:100] for v in value[:MOST_NAMES]) if isinstance(value, list) else ()

    def spots(key: str) -> tuple[Spot, ...]:
        value = facts.get(key)
        rows = value[:MOST_NAMES] if isinstance(value, list) else []
        return tuple(
            Spot(str(row[0])[:100], row[1] if type(row[1]) is int else 0, str(row[2])[:100])
            for row in rows
            if isinstance(row, list) and len(row) == 3
        )

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
        modules=names("modules"),
        maybe=spots("maybe"),
        gone=spots("gone"),
        hidden=spots("hidden"),
        uses=spots("uses"),
        takes=spots("takes"),
        end=whole("end") or 0,
    )


def _mutants(plain: object, files: Mapping[str, bytes]) -> tuple[int, tuple[Mutant, ...]]:
    """The mutants that these plain values from a candidate describe; edits that don't fit are left out."""
    facts = plain if isinstance(plain, dict) else {}
    rows = facts.get("mutants")
    fitting = [_mutant(row, files) for row in (rows if isinstance(rows, list) else [])]
    possible = facts.get("possible")
    mutants = tuple(mutant for mutant in fitting if mutant is not None)
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
