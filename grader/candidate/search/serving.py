"""Answers the messages of a search: a call with its wrong parts, then values of changed calls in portions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from grader.candidate.calls import ANSWER, MODES
from grader.candidate.edits.source import Source
from grader.candidate.modules import source_text
from grader.candidate.search.search import Search, Tried
from grader.candidate.search.trace import traced
from grader.candidate.search.values import digest, fresh, size_of
from grader.candidate.source import StudentModules
from grader.wire import NotAValue, encode

PORTION = 64  # values in one answer
MOST_BYTES = 4 << 20  # of the values of one answer
Parts = list[bytes | memoryview]


class Searching:
    """One search at a time in this process. `begin` is called before each run of the student's code."""

    def __init__(
        self, student: StudentModules, files: Mapping[str, bytes], begin: Callable[[], None]
    ) -> None:
        self._student, self._begin = student, begin
        self._files = files
        self._search: Search | None = None
        self._tried: Iterator[Tried] = iter(())
        self._all: list[tuple[Tried, int]] = []  # every change so far, and the number of its place
        self._numbers: dict[Any, int] = {}  # of each value that was sent

    def start(self, request: Mapping[str, Any]) -> Parts:
        """Begin to search for what makes the `wrong` parts of this call's value right: the value as it is."""
        self._search = Search(
            self._sources(), self._call(request["call"]), request["wrong"], request["right"]
        )
        self._tried = self._search.tried(int(request["most"]))
        self._all, self._numbers = [], {digest(self._search.original): 0}
        return encode("searching", {"value": self._search.original}, bounds=ANSWER)

    def more(self, most_cost: float | None = None) -> Parts:
        """The next portion: new values by their numbers, and for each change that was tried the number of its
        value, -1 if that can't be sent. Changes that cost more than `most_cost` are not tried any more."""
        assert self._search is not None
        if most_cost is not None:
            self._search.most_cost = float(most_cost)
        values: list[Any] = []
        changes: list[int] = []
        done, size = True, 0
        for tried in self._tried:
            number = self._number(tried.value)
            if self._is_new:
                values.append(tried.value)
                size += self._size
            self._all.append((tried, number))
            changes.append(number)
            if len(changes) >= PORTION or size > MOST_BYTES:
                done = False
                break
        message = {
            "values": values,
            "changes": changes,
            "done": done,
            "tries": self._search.tries,
            "work": self._search.work,
        }
        return encode("tried", message, bounds=ANSWER)

    def _number(self, value: Any) -> int:
        self._is_new, key = False, digest(value)
        if key in self._numbers:
            return self._numbers[key]
        size = size_of(value)
        if size is None:
            try:
                size = sum(len(bytes(part)) for part in encode("value", value, bounds=ANSWER))
            except NotAValue:
                return -1
        self._is_new, self._size = True, size
        self._numbers[key] = len(self._numbers)
        return self._numbers[key]

    def describe(self, number: int) -> Parts:
        """The changes that were tried as one: {file, function, start, end, text, kind, cost} each."""
        tried, _ = self._all[number]
        changes = [
            {
                "file": tried.unit.file, "function": tried.unit.name, "kind": change.kind,
                "cost": tried.rank + change.cost,
                "when": tried.unit.lines.get(tried.unit.source.line(change.edit.start), 0),
                "start": change.edit.start, "end": change.edit.end, "text": change.edit.text,
            }
            for change in tried.changes[:40]
        ]  # fmt: skip
        return encode("changes", changes, bounds=ANSWER)

    def again(self, request: Mapping[str, Any]) -> Parts:
        """The value of another call with one of the changes."""
        assert self._search is not None
        tried, _ = self._all[request["number"]]
        change = tried.changes[request["at"]]
        try:
            value = self._search.with_change(tried.unit, change, self._call(request["call"]))
            return encode("value", {"value": value}, bounds=ANSWER)
        except BaseException:  # of the student's code, or a value that can't be sent
            return encode("value", {})

    def trace(self, request: Mapping[str, Any]) -> Parts:
        """A call with the values of its local names; see `grader.candidate.search.trace`."""
        return traced(self._call(request["call"]), self._sources())

    def _sources(self) -> dict[str, Source]:
        """The student's Python files that can be parsed."""
        sources = {}
        for name, raw in self._files.items():
            if name.endswith(".py"):
                try:
                    sources[name] = Source(source_text(raw))
                except (SyntaxError, ValueError, RecursionError):
                    continue
        return sources

    def _call(self, request: Mapping[str, Any]) -> Callable[[], Any]:
        mode = MODES[request["mode"]]

        def call() -> Any:
            self._begin()
            return mode(self._student.find(request["path"]), fresh(request))

        return call
