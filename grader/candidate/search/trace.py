"""One call with what its local names hold, statement by statement; the comparison is made elsewhere.

Only frames of the student's functions are looked at, within counts of lines, bytes and values, not of time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.candidate.calls import ANSWER
from grader.candidate.edits.source import Source
from grader.candidate.search.covered import is_covered
from grader.candidate.search.statement_lines import Statement, statement_lines
from grader.candidate.search.traced_values import numbers_in
from grader.candidate.search.values import Digest, digest
from grader.wire import NotAValue, encode

MOST_LINES = 100_000  # that run
MOST_LOOKED = 256 << 20  # bytes of values looked at
MOST_EVENTS = 3000
MOST_KEPT = 8 << 20  # bytes of values in the answer
MOST_DIMENSIONS = 4
ASSIGNED, GIVEN, RETURNED, UNSEEN = range(4)  # UNSEEN: assigned by a statement that uses unseen numbers
Parts = list[bytes | memoryview]


def traced(call: Callable[[], Any], sources: Mapping[str, Source]) -> Parts:
    """The answer to a request for a trace: the call's value, and the events in tables of numbers. Without a
    value if the call raises or returns what can't be sent."""
    recording = Recording(sources)
    try:
        with np.errstate(all="ignore"):
            value = recording.run(call)
        return encode("trace", {"value": value, **recording.tables()}, bounds=ANSWER)
    except NotAValue:
        return encode("trace", {})
    except BaseException:  # of the student's code, whatever it is
        return encode("trace", {})


class _Event:
    """What a statement made of a name; `held` is the very object, to see that it is changed in place."""

    def __init__(self, held: Any, value: Any, columns: tuple[int, ...]) -> None:
        self.held, self.value, self.columns = held, value, columns


class _Frame:
    """A run of a function."""

    def __init__(self, number: int, function: int, statements: Mapping[int, Statement]) -> None:
        self.number, self.function, self.statements = number, function, statements
        self.seen: dict[str, Digest] = {}
        self.last: dict[str, _Event] = {}  # of each name
        self.now: Statement | None = None
        self.turns: dict[Statement, int] = {}
        self.calls: list[str] = []

    def go_to(self, line: int) -> None:
        """A line begins: of another statement, or of the same one again."""
        then = self.statements.get(line)
        if then is not None and (then is not self.now or then.first == then.last):
            self.turns[then] = self.turns.get(then, 0) + 1
            self.calls = []
        self.now = then


class Recording:
    """The events of one call: (statement, function, frame, name, turn, kind, calls) each, and a value."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._statements = {
            name: statement_lines(source.tree, at) for at, (name, source) in enumerate(sources.items())
        }
        self._files = list(sources)
        self._tables: dict[str, dict[Any, int]] = {
            key: {} for key in ("statements", "functions", "names", "calls")
        }
        self._events: list[_Event] = []
        self._stack: list[_Frame] = []
        self._lines = self._frames = self._looked = 0
        self.complete = True

    def run(self, call: Callable[[], Any]) -> Any:
        """The call's value; the trace function of this process is then as before. Raises what the call
        raises."""
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            return call()
        finally:
            sys.settrace(before)

    def tables(self) -> dict[str, Any]:
        """What was recorded: tables of texts, and arrays of whole numbers that point into them."""
        numbers: dict[Digest, int] = {}
        data: list[Any] = []
        shapes: list[list[int]] = []
        rows: list[tuple[int, ...]] = []
        size = 0
        for event in self._events:
            key = digest(event.value)
            if key not in numbers:
                size += event.value.nbytes
                if size > MOST_KEPT:
                    self.complete = False
                    break
                numbers[key] = len(numbers)
                data.append(event.value.ravel())
                padded = [*event.value.shape, *[0] * MOST_DIMENSIONS][:MOST_DIMENSIONS]
                shapes.append([event.value.ndim, *padded])
            rows.append((*event.columns, numbers[key]))
        statements = list(self._tables["statements"])
        return {
            "files": self._files,
            "functions": list(self._tables["functions"]),
            "names": list(self._tables["names"]),
            "calls": [list(calls) for calls in self._tables["calls"]],
            "reads": [list(s.reads) for s in statements],
            "statements": np.array([[s.file, s.first, s.last] for s in statements], np.int64).reshape(-1, 3),
            "events": np.array(rows, np.int64).reshape(-1, 8),
            "shapes": np.array(shapes, np.int64).reshape(-1, 1 + MOST_DIMENSIONS),
            "data": np.concatenate(data) if data else np.zeros(0),
            "complete": self.complete,
        }

    def _enter(self, python: Any, _: str, __: Any) -> Any:
        code = python.f_code
        statements = self._statements.get(code.co_filename)
        if statements is None or code.co_name.startswith("<") or not self.complete:
            return None
        if self._stack and len(self._stack[-1].calls) < 3 and code.co_name not in self._stack[-1].calls:
            self._stack[-1].calls.append(code.co_name)
        frame = _Frame(self._frames, self._number("functions", code.co_qualname), statements)
        self._frames += 1
        self._stack.append(frame)
        frame.go_to(code.co_firstlineno)
        self._look(frame, python.f_locals, GIVEN)

        def line(python: Any, event: str, returned: Any) -> Any:
            if event in ("line", "return") and self.complete:
                self._look(frame, python.f_locals, ASSIGNED, python.f_globals)
                self._lines += 1
                self.complete = self.complete and self._lines < MOST_LINES
            if event == "line":
                frame.go_to(python.f_lineno)
            elif event == "return":
                self._look(frame, {"return": returned}, RETURNED)
                while self._stack and self._stack.pop() is not frame:
                    pass
            return line if self.complete or event != "line" else None

        return line

    def _look(
        self, frame: _Frame, names: Mapping[str, Any], kind: int, others: Mapping[str, Any] | None = None
    ) -> None:
        """Keep what is new among the values of these names; `others` are the names of the file."""
        if frame.now is None:
            return
        reads = frame.now.reads
        for name, value in names.items():
            for place, held, found in numbers_in(name, value):
                self._looked += found.nbytes
                if self._looked > MOST_LOOKED or len(self._events) >= MOST_EVENTS:
                    self.complete = False
                    return
                key = digest(found)
                if frame.seen.get(place) != key:
                    frame.seen[place] = key
                    if others is not None and not all(is_covered(read, names, others) for read in reads):
                        kind = UNSEEN
                    self._keep(frame, place, held, found, kind)

    def _keep(self, frame: _Frame, place: str, held: Any, value: Any, kind: int) -> None:
        assert frame.now is not None
        statement = self._number("statements", frame.now)
        before = frame.last.get(place)
        in_place = before is not None and before.held is held and not isinstance(held, float)
        if before is not None and in_place and before.columns[0] == statement:
            before.value = np.array(value)  # the last of the changes that one statement makes in place
            return
        columns = (
            statement, frame.function, frame.number, self._number("names", place[:100]),
            frame.turns.get(frame.now, 0), kind, self._number("calls", tuple(frame.calls)),
        )  # fmt: skip
        event = _Event(held, np.array(value), columns)
        self._events.append(event)
        frame.last[place] = event

    def _number(self, table: str, what: Any) -> int:
        return self._tables[table].setdefault(what, len(self._tables[table]))
