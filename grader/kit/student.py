"""The student's code as a pack's test sees it: names that are calls into another process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np

from grader.values import Visibility
from grader.values.student_faults import (
    CandidateLost,
    MissingFunction,
    ReturnedNoValue,
    StudentError,
)
from grader.wire import BadFrame, Channel, Closed, Late, Message, NotAValue, encode

ANSWER_WAIT_S = 3600.0  # the runner's limits end a call long before


class Timed(NamedTuple):
    """What a call returned, and the seconds of processor time that the candidate used for it."""

    value: Any
    cpu_s: float


class Candidates(Protocol):
    """Where a fresh candidate comes from: the runner, by way of the control socket."""

    def candidate(self, visibility: Visibility) -> int | None:
        """A connected descriptor, or None when no further candidate is started."""

    def cpu_ns(self) -> int | None:
        """The kernel's clock of the candidate's process, all its threads; None once it ended."""


class Candidate:
    """The live connection to the process that holds the student's code, made when needed."""

    def __init__(self, source: Candidates) -> None:
        self._source = source
        self._channel: Channel | None = None
        self._visibility: Visibility | None = None
        self._seq = 0
        self.causes: set[str] = set()  # mistakes that this grading's diagnoses have named
        self.alive = True
        self.lost = False
        self.waited_s = 0.0
        self.printed = ""
        self.last_path = self.returned_none = ""
        self.last_call: tuple[str, tuple[Any, ...]] | None = None

    def begin(self, visibility: Visibility) -> None:
        """A new test: what was a hidden test's input never meets a visible test's process."""
        if visibility is not self._visibility or not self.alive or self.lost:
            self._channel = None
        self._visibility, self.alive, self.lost = visibility, True, False
        self.waited_s, self.printed, self.last_call, self.returned_none = 0.0, "", None, ""

    def call(self, path: str, mode: str, args: tuple[Any, ...], kwargs: dict[str, Any], **more: int) -> Any:
        """One call; the value, or a StudentFault."""
        if self.lost:
            raise CandidateLost
        self.last_call, self.last_path = (path, args), path
        self._seq += 1
        order = {"seq": self._seq, "path": path, "mode": mode, "args": args, "kwargs": kwargs, **more}
        frame = encode("call", order, own=True)
        start = time.monotonic()
        try:
            channel = self._connected()
            channel.write(frame, start + ANSWER_WAIT_S)
            reply = channel.receive(start + ANSWER_WAIT_S)
        except (Closed, Late, BadFrame) as e:
            self.lost = True
            raise CandidateLost(str(e)) from None
        finally:
            self.waited_s += time.monotonic() - start
        return self._value(reply)

    def timed(self, path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Timed:
        """One call between two looks at the candidate's clock, which the runner takes."""
        if self.lost:
            raise CandidateLost
        try:
            self._connected()  # starting a candidate is none of the call's time
        except Closed as e:
            self.lost = True
            raise CandidateLost(str(e)) from None
        before = self._clock()
        value = self.call(path, "plain", args, kwargs)
        return Timed(value, (self._clock() - before) / 1e9)

    def _clock(self) -> int:
        now = self._source.cpu_ns()
        if now is None:
            self.lost = True
            raise CandidateLost("it ended between two calls")
        return now

    def _connected(self) -> Channel:
        if self._channel is None:
            fd = self._source.candidate(self._visibility or Visibility.VISIBLE)
            if fd is None:
                raise Closed("no further candidate")
            self._channel = Channel(fd)
        return self._channel

    def _value(self, reply: Message) -> Any:
        """Judge a reply's form; whatever is not exactly an answer to this call is none."""
        said = reply.value
        if (
            type(said) is not dict
            or type(said.get("seq")) is not int  # an array's == is no bool, a bool's == is an int's
            or said["seq"] != self._seq
            or not isinstance(said.get("printed", ""), str)
        ):
            self.lost = True
            raise CandidateLost("an answer to another call")
        self.printed = said.get("printed", "")
        if reply.kind == "result" and "value" in said:
            value = said["value"]
            if value is None or (isinstance(value, list) and value and all(v is None for v in value)):
                self.returned_none = self.last_path
            return value
        text = {k: str(said.get(k, ""))[:2000] for k in ("type", "message", "traceback", "where", "why")}
        self._fault(reply.kind, text, memory=said.get("memory") is True)
        self.lost = True
        raise CandidateLost("a reply of no known kind")

    def _fault(self, kind: str, text: dict[str, str], *, memory: bool) -> None:
        if kind == "missing":
            raise MissingFunction(text["message"])
        if kind == "not_a_value":
            raise ReturnedNoValue(_no_value(text))
        if kind == "raised":
            raise StudentError(text["type"], text["message"], text["traceback"], memory=memory)


def _no_value(text: dict[str, str]) -> str:
    where = f" at {text['where']}" if text["where"] else ""
    why = f" ({text['why']})" if text["why"] else ""
    expected = "numbers, arrays, text, or tuples, lists, dicts of them"
    return f"returned {_article(text['type'])}{where}{why}; expected {expected}"


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


class Function:
    """One student function: `f(...)`, `f.many(...)`, `f.inplace(...)`, `f.timed(...)`."""

    def __init__(self, candidate: Candidate, path: str) -> None:
        self._candidate, self.path = candidate, path

    def __repr__(self) -> str:
        return f"<student's {self.path}>"

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self._candidate, f"{self.path}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it once; arguments cross by value, so the caller's arrays can't change."""
        return self._crossing(lambda: self._candidate.call(self.path, "plain", args, kwargs))

    def many(self, *args: Any, over: int = 0, **kwargs: Any) -> Any:
        """Call once a row of argument number `over` (an array, or a dict, list or tuple of
        arrays with one leading length), each time on fresh copies, all in one frame.

        Returns one array with a leading axis if the results agree in shape, else a list.
        """
        n = rows(args[over])
        got = self._crossing(lambda: self._candidate.call(self.path, "many", args, kwargs, over=over, n=n))
        if (
            not isinstance(got, list | np.ndarray)
            or (isinstance(got, np.ndarray) and not got.ndim)
            or len(got) != n
        ):
            raise ReturnedNoValue(f"did not answer {n} calls with {n} values")
        return got

    def inplace(self, *args: Any, **kwargs: Any) -> Any:
        """Call it once; (result, the positional arguments as they are afterwards)."""
        return self._crossing(lambda: self._candidate.call(self.path, "inplace", args, kwargs))

    def timed(self, *args: Any, **kwargs: Any) -> Timed:
        """Call it once; (value, cpu_s), with the processor time by the kernel's clock of the
        student's process, read from outside of it: all threads, taking the arguments in and sending
        the value included. The first call of a file imports it, so call once before you measure."""
        timed: Timed = self._crossing(lambda: self._candidate.timed(self.path, args, kwargs))
        return timed

    def _crossing(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except NotAValue as e:  # the pack's own argument: its author's mistake
            raise TypeError(f"an argument of {self.path} can't cross to the student's code: {e}") from None


def rows(stacked: Any) -> int:
    """The one leading length of all arrays in `stacked`. Raises ValueError."""
    lengths: set[int] = set()

    def visit(x: Any) -> None:
        if isinstance(x, dict):
            for item in x.values():
                visit(item)
        elif isinstance(x, list | tuple):
            for item in x:
                visit(item)
        else:
            lengths.add(np.shape(x)[0])

    visit(stacked)
    if len(lengths) != 1:
        raise ValueError(f"many: the stacked arrays have {sorted(lengths)} rows; one length is needed")
    return lengths.pop()


class Student:
    """The `student` fixture: `student.f` with one file asked for, else `student.module.f`."""

    def __init__(self, candidate: Candidate, sources: dict[str, str]) -> None:
        self._candidate, self._sources = candidate, sources

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self._candidate, name)

    @property
    def source(self) -> str:
        """The text of the (first) file handed in."""
        return next(iter(self._sources.values()), "")

    @property
    def sources(self) -> dict[str, str]:
        """The text of every file handed in, by name."""
        return dict(self._sources)

    @property
    def printed(self) -> str:
        """What the last call printed, at most 4,000 characters."""
        return self._candidate.printed
