"""Candidates for a search: one that tries changes of the student's functions, others with a changed file."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import math
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from grader.examiner.enclosing import function_at
from grader.kit.candidate import Candidate, Candidates
from grader.kit.targets import Rights
from grader.values import Visibility
from grader.values.text import has_controls
from grader.wire import BadFrame, Channel, Closed

ANSWER_WAIT_S = 600.0  # the runner's limits end a search before this
MOST_TEXT = 2000  # bytes of a change
MOST_DESCRIBED = 40  # changes that make the same
MOST_RECEIVED = 128 << 20  # bytes from one candidate of a search
MOST_TRIED = 100_000
_KIND = re.compile(r"[a-z][a-z ]{0,59}")
MOST_IN_ALL = 8000  # changes tried in all searches of a grading, or fewer whose calls run many lines


@dataclass(frozen=True)
class Change:
    """An edit of a submitted file: the bytes `start` to `end` of its text become `text`. Of two lines, that
    with the greater `when` ran later."""

    file: str
    function: str
    kind: str
    cost: float
    start: int
    end: int
    text: str
    when: int = 0


class Starter(Protocol):
    """Starts candidates of a search: the runner does it."""

    def variant(self, visibility: Visibility, request: Mapping[str, Any]) -> int | None:
        """The descriptor of a new candidate's connection; None if no further one is started."""

    def cpu_ns(self) -> int | None: ...


class Variants:
    """Starts them for one grading, whose submitted texts are `sources`."""

    def __init__(self, starter: Starter, sources: Mapping[str, str]) -> None:
        self._starter, self.left = starter, MOST_IN_ALL
        self.sources = {n: text.replace("\r\n", "\n").replace("\r", "\n") for n, text in sources.items()}

    @contextlib.contextmanager
    def searcher(self, visibility: Visibility, key: int) -> Iterator[Searcher]:
        """A candidate that tries changes, as many as are left for this grading. Raises Closed if none is
        started."""
        if self.left <= 0:
            raise Closed("no further change is tried")
        fd = self._starter.variant(visibility, {"search": True})
        if fd is None:
            raise Closed("no further candidate")
        searcher = Searcher(Channel(fd), key, self.sources, self.left)
        try:
            yield searcher
        finally:
            self.left -= searcher.work
            os.close(fd)

    @contextlib.contextmanager
    def tracer(self, visibility: Visibility) -> Iterator[Searcher]:
        """A candidate that makes calls of the files as they are and records them; it uses up no change.
        Raises Closed if none is started."""
        fd = self._starter.variant(visibility, {"search": True})
        if fd is None:
            raise Closed("no further candidate")
        try:
            yield Searcher(Channel(fd), 0, self.sources)
        finally:
            os.close(fd)

    @contextlib.contextmanager
    def changed(self, visibility: Visibility, changes: Sequence[Change]) -> Iterator[Heard]:
        """A candidate with the changed files, for tests; the changes may not overlap."""
        files = {change.file: self.sources[change.file].encode() for change in changes}
        for change in sorted(changes, key=lambda c: c.start, reverse=True):
            raw = files[change.file]
            files[change.file] = raw[: change.start] + change.text.encode() + raw[change.end :]
        candidate = Heard(_Source(self._starter, {"files": files}))
        try:
            yield candidate
        finally:
            candidate.close()


class Heard(Candidate):
    """A candidate whose values are kept."""

    def __init__(self, source: Candidates) -> None:
        super().__init__(source)
        self.values: list[Any] = []

    def call(self, path: str, mode: str, args: tuple[Any, ...], kwargs: dict[str, Any], **more: int) -> Any:
        """The value of one call. Raises StudentFault."""
        value = super().call(path, mode, args, kwargs, **more)
        self.values.append(copy.deepcopy(value))
        return value


class _Source:
    """Candidates with a changed file, as a `Candidate` asks for them."""

    def __init__(self, starter: Starter, request: Mapping[str, Any]) -> None:
        self._starter, self._request = starter, request

    def candidate(self, visibility: Visibility) -> int | None:
        return self._starter.variant(visibility, self._request)

    def cpu_ns(self) -> int | None:
        return self._starter.cpu_ns()


@contextlib.contextmanager
def _of_a_stranger() -> Iterator[None]:
    """What has not the agreed form is a BadFrame: it ends the search, and is no fault of the pack's."""
    try:
        yield
    except (TypeError, LookupError, ValueError, ArithmeticError, AttributeError) as e:
        raise BadFrame(f"an answer of another form: {type(e).__name__}") from None


class Searcher:
    """The connection to a candidate that tries changes. What it says is the work of a stranger: it is checked
    here, and proven elsewhere."""

    def __init__(
        self, channel: Channel, key: int, sources: Mapping[str, str], allowed: int = MOST_IN_ALL
    ) -> None:
        self._channel, self._sources, self._allowed = channel, sources, allowed
        self._seed = hashlib.sha256(b"student" + key.to_bytes(32, "big")).hexdigest()
        self._changes: dict[int, list[Change]] = {}
        self._values: list[Any] = []
        self.tries = self.work = 0
        self.most_cost: float | None = None  # of the changes that are still tried

    def start(self, request: Mapping[str, Any], rights: Rights, most: int) -> Any:
        """Begin with this call: its value, as it is."""
        message = {
            "call": request, "seed": self._seed, "most": min(most, self._allowed),
            "wrong": [part for part, right in rights.items() if not right],
            "right": [part for part, right in rights.items() if right],
        }  # fmt: skip
        answer = self._asked("start", message, "searching")
        with _of_a_stranger():
            self._values = [answer["value"]]
        return self._values[0]

    def values(self) -> Iterator[tuple[int, Any, int]]:
        """Each tried change's number, the value that it leads to, and how many were tried by then."""
        number = 0
        while number < MOST_TRIED and self._channel.received < MOST_RECEIVED:
            answer = self._asked("more", self.most_cost, "tried")
            with _of_a_stranger():
                found, done = self._numbered(answer), answer["done"] is not False
            for at in found:
                if at > 0:  # else the value is that of the call as it is, or can't be sent
                    yield number, self._values[at], self.tries
                number += 1
            if done or not found:
                return

    def _numbered(self, answer: Any) -> list[int]:
        """The number of the value that each change of an answer leads to."""
        values, numbers, tries, work = (answer[name] for name in ("values", "changes", "tries", "work"))
        if not (type(values) is type(numbers) is list and type(tries) is type(work) is int):
            raise TypeError
        self._values += values
        self.tries = min(max(tries, self.tries), MOST_TRIED)
        self.work = max(work, self.work, self.tries)
        if any(type(at) is not int or at >= len(self._values) for at in numbers):
            raise IndexError
        return numbers

    def changes(self, number: int) -> list[Change]:
        """The changes that led to the same, the cheapest first."""
        if number not in self._changes:
            answer = self._asked("describe", number, "changes")
            with _of_a_stranger():
                said = answer[:MOST_DESCRIBED]
            self._changes[number] = [c for c in map(self._change, said) if c is not None]
        return self._changes[number]

    def cost(self, number: int) -> float:
        """The cost of the cheapest of them."""
        return min((change.cost for change in self.changes(number)), default=0.0)

    def again(self, number: int, at: int, request: Mapping[str, Any]) -> tuple[bool, Any]:
        """Whether another call returns a value with a change, and the value."""
        answer = self._asked("again", {"number": number, "at": at, "call": request}, "value")
        with _of_a_stranger():
            return "value" in answer, answer.get("value")

    def trace(self, request: Mapping[str, Any], key: int) -> Any:
        """What was recorded of a call of the file as it is, in a test with this key."""
        seed = hashlib.sha256(b"student" + key.to_bytes(32, "big")).hexdigest()
        return self._asked("trace", {"call": request, "seed": seed}, "trace")

    def _change(self, said: Any) -> Change | None:
        """A change, if it is one of a submitted file. Of a stranger's words only the kind is taken, and the
        text, which is proven."""
        try:
            with _of_a_stranger():
                file, text, kind, cost = said["file"], said["text"], said["kind"], float(said["cost"])
                start, end, when = (_count(said[name]) for name in ("start", "end", "when"))
                raw = self._sources[file].encode()
                fits = start <= end <= len(raw) and len(text.encode()) <= MOST_TEXT
                if not (fits and math.isfinite(cost) and _KIND.fullmatch(kind)) or _hides(text):
                    return None
                before = raw[:start].decode()
        except BadFrame:
            return None
        return Change(file, function_at(self._sources[file], len(before)), kind, cost, start, end, text, when)

    def _asked(self, kind: str, value: Any, answer: str) -> Any:
        deadline = time.monotonic() + ANSWER_WAIT_S
        self._channel.send(kind, value, deadline)
        reply = self._channel.receive(deadline)
        if reply.kind != answer:
            raise BadFrame("an answer to another message")
        return reply.value


def _count(said: Any) -> int:
    if type(said) is not int or said < 0:
        raise TypeError
    return said


def _hides(text: str) -> bool:
    """Whether a text has characters that nobody sees, line ends and tabs aside."""
    return has_controls(text.replace("\n", "").replace("\t", ""))
