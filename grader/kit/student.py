"""The student's code as a pack's test uses it: each name is a call into another process."""

from __future__ import annotations

import gc
import hashlib
import os
import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np

from grader.kit.returned import returned
from grader.kit.said import Said
from grader.values import Visibility
from grader.values.returned import CALLS_KEPT, Returned
from grader.values.student_faults import (
    CandidateLost,
    MissingFunction,
    ReturnedNoValue,
    student_error,
)
from grader.wire import BadFrame, Channel, Closed, Late, Message, NotAValue, Seed, encode

MUCH = 8 << 20  # bytes of answers
ANSWER_WAIT_S = 3600.0  # the runner's limits end a call long before this
FUNCTION_KEPT = 200  # characters of a function's name that the runner gets


class Timed(NamedTuple):
    """The return value of a call, and the seconds of processor time that the candidate used for it."""

    value: Any
    cpu_s: float


class Candidates(Protocol):
    """Starts candidates: the runner does it, over the control socket."""

    def candidate(self, visibility: Visibility) -> int | None:
        """The file descriptor of a new candidate's connection, which is then the caller's to close; None
        if no further candidate is started."""

    def cpu_ns(self) -> int | None:
        """The processor time of the candidate's process, all threads; None if the process has ended."""


class Candidate:
    """The connection to the process that runs the student's code; opened at the first call."""

    def __init__(self, source: Candidates) -> None:
        self._source = source
        self._channel: Channel | None = None
        self._visibility: Visibility | None = None
        self._seq = 0
        self.causes: set[str] = set()  # mistakes that this grading's diagnoses have named
        self.drawn: set[str] = set()  # causes with a graph of the error signals
        self.alive = True
        self.lost = self.waits = False
        self.at = ""  # the function of the last call, "import FILE" while a file is imported
        self._avoid: frozenset[str] = frozenset()
        self._imported: set[str] = set()  # the files that the candidate has imported
        self._begun: set[str] = set()  # the files that know of this test
        self._seed = ""
        self.waited_s = 0.0
        self.printed = ""
        self.last_path = ""
        self.last_call: tuple[str, tuple[Any, ...]] | None = None
        self._calls_left = 0
        self._explaining = False
        self.returned_none = ""  # a function of this case that returned None
        self.returned: list[Returned] = []  # the forms of what this case's calls returned
        self.latest: dict[str, Returned] = {}  # by function, its last call's
        self.said = Said()  # the texts in the replies of this case, if the test is hidden

    def begin(self, visibility: Visibility, key: int = 0, avoid: frozenset[str] = frozenset()) -> None:
        """Begin a new test. A process that got a hidden test's input is never used for a visible test.

        The student's generators begin at a state derived from `key`. A call of a function in `avoid`
        is not made: then the test `waits` for its next turn.
        """
        # a hash, since the key itself would tell the student's code what the test draws
        self._seed = hashlib.sha256(b"student" + key.to_bytes(32, "big")).hexdigest()
        gone = self.lost and not self.waits
        if visibility is not self._visibility or not self.alive or gone:
            self.close()
        self._visibility, self.alive, self.lost, self.waits = visibility, True, False, False
        self._avoid, self._begun, self.at = avoid, set(), ""
        self.waited_s, self.printed, self.last_call = 0.0, "", None
        self.begin_case()

    def begin_case(self) -> None:
        """Forget what the calls of the case before returned, and free its memory if that was much: an error
        keeps its frames alive until garbage is collected, which is not done by itself here."""
        self.returned_none = ""
        self.returned, self.latest = [], {}
        self.said = Said()
        if self._channel is not None and self._channel.received > MUCH:
            self._channel.received = 0
            gc.collect()

    def begin_explaining(self, visibility: Visibility, key: int, calls: int) -> None:
        """Begin to explain a test: at most this many calls, none of them of a process that served a test."""
        if not self._explaining:
            self.alive = False
        self.begin(visibility, key)
        self._explaining, self._calls_left = True, calls

    def close(self) -> None:
        """Close the connection; the next call opens one to another candidate."""
        channel, self._channel = self._channel, None
        self._imported = set()
        if channel is not None:
            os.close(channel.fd)

    def call(self, path: str, mode: str, args: tuple[Any, ...], kwargs: dict[str, Any], **more: int) -> Any:
        """The return value of one call. Raises StudentFault."""
        if self.lost:
            raise CandidateLost
        if self._explaining:
            if not self._calls_left:
                raise CandidateLost("all calls for the explanation are made")
            self._calls_left -= 1
        self._wait_for(path)
        self.last_call, self.last_path = (path, args), path
        self._seq += 1
        request = {"seq": self._seq, "path": path, "mode": mode, "args": args, "kwargs": kwargs, **more}
        file = _file(path)
        if file in self._imported - self._begun:  # no import to wait for, so the call brings the seed
            request["seed"] = self._seed
        frame = encode("call", request, own=True)
        if "seed" in request:
            self._begun.add(file)
        start = time.monotonic()
        try:
            channel = self._loaded(path)
            channel.write(frame, start + ANSWER_WAIT_S)
            reply = channel.receive(start + ANSWER_WAIT_S)
        except (Closed, Late, BadFrame) as e:
            self.lost = True
            raise CandidateLost(str(e)) from None
        finally:
            self.waited_s += time.monotonic() - start
        return self._value(reply)

    def note(self, path: str, result: Any, *, again: bool = True) -> None:
        """Keep the form of a result; `again` for one whose reply held more than the result."""
        form = returned(path, result)
        if again and self.returned and self.returned[-1] is self.latest.get(path):
            self.returned[-1] = form
        elif not again and len(self.returned) < CALLS_KEPT:
            self.returned.append(form)
        self.latest[path] = form

    def timed(self, path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Timed:
        """One call, with the candidate's clock read by the runner before and after it."""
        if self.lost:
            raise CandidateLost
        self._wait_for(path)
        start = time.monotonic()
        try:
            self._loaded(path)  # the start of a candidate doesn't count as part of the call
        except (Closed, Late, BadFrame) as e:
            self.lost = True
            raise CandidateLost(str(e)) from None
        finally:
            self.waited_s += time.monotonic() - start
        before = self._clock()
        value = self.call(path, "plain", args, kwargs)
        return Timed(value, (self._clock() - before) / 1e9)

    def _clock(self) -> int:
        now = self._source.cpu_ns()
        if now is None:
            self.lost = True
            raise CandidateLost("it ended between two calls")
        return now

    def _wait_for(self, path: str) -> None:
        """Raise CandidateLost if the test must not call this function now."""
        for name in (f"import {_file(path)}", path):
            if name[:FUNCTION_KEPT] in self._avoid:
                self.lost = self.waits = True
                self.at = name
                raise CandidateLost("it waits for its turn")

    def _loaded(self, path: str) -> Channel:
        """The connection to a candidate that has imported the file of this function, or tried to, and whose
        generators are in the state of this test. Raises Closed, Late, BadFrame."""
        channel, file = self._connected(), _file(path)
        if file not in self._begun:
            self.at = f"import {file}"
            deadline = time.monotonic() + ANSWER_WAIT_S
            channel.send("begin", {"path": path, "seed": self._seed}, deadline)
            if channel.receive(deadline).kind != "begun":
                raise BadFrame("a reply to another message")
            self._imported.add(file)
            self._begun.add(file)
        self.at = path
        return channel

    def _connected(self) -> Channel:
        if self._channel is None:
            fd = self._source.candidate(self._visibility or Visibility.VISIBLE)
            if fd is None:
                raise Closed("no further candidate")
            self._channel = Channel(fd)
        return self._channel

    def _value(self, reply: Message) -> Any:
        """The value of a reply. Raises CandidateLost if it does not have the form of a reply to this call."""
        message = reply.value
        if self._visibility is Visibility.HIDDEN:
            self.said.hear(list(message.values()) if type(message) is dict else message)
        if (
            type(message) is not dict
            or type(message.get("seq")) is not int  # == of an array gives an array; True == 1
            or message["seq"] != self._seq
            or not isinstance(message.get("printed", ""), str)
        ):
            self.lost = True
            raise CandidateLost("a reply to another call")
        self.printed = message.get("printed", "")
        if reply.kind == "result" and "value" in message:
            value = message["value"]
            self.note(self.last_path, value, again=False)
            if value is None or (isinstance(value, list) and value and all(v is None for v in value)):
                self.returned_none = self.last_path
            return value
        text = {k: str(message.get(k, ""))[:2000] for k in ("type", "message", "traceback", "where", "why")}
        bases = message.get("bases")
        named = [b for b in bases[:9] if isinstance(b, str)] if isinstance(bases, list) else []
        self._fault(reply.kind, text, named, memory=message.get("memory") is True)
        self.lost = True
        raise CandidateLost("a reply of unknown kind")

    def _fault(self, kind: str, text: dict[str, str], bases: list[str], *, memory: bool) -> None:
        if kind == "missing":
            raise MissingFunction(text["message"])
        if kind == "not_a_value":
            raise ReturnedNoValue(_no_value(text))
        if kind == "raised":
            raise student_error(text["type"], bases, text["message"], text["traceback"], memory=memory)


def _file(path: str) -> str:
    """The file of a function as the tests name it: `module` in `module.function`, else ""."""
    return path.rpartition(".")[0].partition(".")[0]


def _no_value(text: dict[str, str]) -> str:
    where = f" at {text['where']}" if text["where"] else ""
    if text["why"].startswith("expected "):
        return f"returned {_article(text['type'])}{where}, {text['why']}"
    why = f": {text['why']}" if text["why"] else ""
    expected = "numbers, arrays, text, or tuples, lists, dicts of them"
    return f"returned {_article(text['type'])}{where}; expected {expected}{why}"


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


class Function:
    """One student function: `f(...)`, `f.many(...)`, `f.inplace(...)`, `f.timed(...)`."""

    def __init__(self, candidate: Candidate, path: str) -> None:
        self._candidate, self.path = candidate, path

    def __repr__(self) -> str:
        return f"<student's {self.path}>"

    def _no_value(self, *_: object) -> Any:
        """Raise TypeError: without this, `student.K == 3` would be false in silence."""
        name = self.path
        raise TypeError(
            f"student.{name} is not a value: call it, student.{name}(...), or use "
            f'student.constant("{name}") if it is no function'
        )

    __eq__ = __ne__ = __bool__ = __len__ = __iter__ = __array__ = _no_value
    __hash__ = object.__hash__

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self._candidate, f"{self.path}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it once; arguments are copied, so the caller's arrays can't change."""
        return self._call(lambda: self._candidate.call(self.path, "plain", args, kwargs))

    def many(self, *args: Any, over: int = 0, **kwargs: Any) -> Any:
        """Call it once for each row of argument number `over` (an array, or a dict, list or tuple of
        arrays of the same leading length), each time on fresh copies, all in one message.

        Returns one array with a leading axis if the results agree in shape, else a list.
        """
        n = rows(args[over])
        got = self._call(lambda: self._candidate.call(self.path, "many", args, kwargs, over=over, n=n))
        if (
            not isinstance(got, list | np.ndarray)
            or (isinstance(got, np.ndarray) and not got.ndim)
            or len(got) != n
        ):
            raise ReturnedNoValue(f"did not return a value for each of {n} calls")
        self._candidate.note(self.path, got[0] if n else got)
        return got

    def inplace(self, *args: Any, **kwargs: Any) -> Any:
        """Call it once; returns (result, the positional arguments after the call). A Seed among them is
        unchanged. Raises StudentFault."""
        got = self._call(lambda: self._candidate.call(self.path, "inplace", args, kwargs))
        whole = isinstance(got, tuple) and len(got) == 2
        if not whole or not isinstance(got[1], tuple) or len(got[1]) != len(args):
            raise ReturnedNoValue("did not give its result together with its arguments")
        after = [arg if isinstance(arg, Seed) else now for arg, now in zip(args, got[1], strict=True)]
        self._candidate.note(self.path, got[0])
        return got[0], tuple(after)

    def timed(self, *args: Any, **kwargs: Any) -> Timed:
        """Call it once; returns (value, cpu_s). The processor time is read from outside the student's process
        by the kernel's clock: all threads, including the time to receive the arguments and send the
        value. The first call of a file imports it, so call once before you measure."""
        timed: Timed = self._call(lambda: self._candidate.timed(self.path, args, kwargs))
        return timed

    def _call(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except NotAValue as e:  # an argument of the pack's test, so its author must fix it
            raise TypeError(f"an argument of {self.path} can't be sent to the student's code: {e}") from None


def rows(stacked: Any) -> int:
    """The leading length that all arrays in `stacked` share. Raises ValueError if they differ."""
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
        raise ValueError(
            f"many: the stacked arrays have {sorted(lengths)} rows; they must have the same number"
        )
    return lengths.pop()


class Student:
    """The `student` fixture: `student.f` if the pack has one file, else `student.module.f`."""

    def __init__(self, candidate: Candidate, sources: dict[str, str]) -> None:
        self._candidate, self._sources = candidate, sources

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self._candidate, name)

    def constant(self, name: str) -> Any:
        """The value of a name that is no function: `student.constant("K")`, with several files
        `student.constant("module.K")`. Raises StudentFault."""
        return self._candidate.call(name, "constant", (), {})

    @property
    def source(self) -> str:
        """The text of the (first) submitted file."""
        return next(iter(self._sources.values()), "")

    @property
    def sources(self) -> dict[str, str]:
        """The text of every submitted file, by name."""
        return dict(self._sources)

    @property
    def printed(self) -> str:
        """The output printed by the last call, at most 4,000 characters."""
        return self._candidate.printed
