"""The connection to the process that runs the student's code; each call gives a value or a fault."""

from __future__ import annotations

import copy
import gc
import hashlib
import os
import time
from typing import Any, NamedTuple, Protocol

from grader.kit.replies import fault_of, is_reply
from grader.kit.returned import returned
from grader.kit.said import Said
from grader.values import Visibility
from grader.values.returned import CALLS_KEPT, Returned
from grader.values.student_faults import CandidateLost
from grader.wire import BadFrame, Channel, Closed, Late, Message, encode

MUCH = 8 << 20  # bytes of answers
ANSWER_WAIT_S = 3600.0  # the runner's limits end a call long before this
FUNCTION_KEPT = 200  # characters of a function's name that the runner gets


class Timed(NamedTuple):
    """The return value of a call, and the seconds of processor time that the candidate used for it."""

    value: Any
    cpu_s: float


class KeptCall(NamedTuple):
    """A call as it was sent, and the value that came back."""

    request: dict[str, Any]
    value: Any


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
        self.keeps = False  # whether the calls of each case are kept
        self.kept: list[KeptCall] = []
        self.last_request: dict[str, Any] | None = None

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
        self.returned, self.latest, self.kept = [], {}, []
        self.said = Said()
        if self._channel is not None and self._channel.received > MUCH:
            self._channel.received = 0
            gc.collect()

    @property
    def calls_made(self) -> int:
        """The number of calls so far."""
        return self._seq

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
        self.last_request = copy.deepcopy(request) if self.keeps else None  # the test may change its arrays
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
        if not is_reply(message, self._seq):
            self.lost = True
            raise CandidateLost("a reply to another call")
        self.printed = message.get("printed", "")
        if reply.kind == "result" and "value" in message:
            value = message["value"]
            if self.keeps and self.last_request is not None and len(self.kept) < CALLS_KEPT:
                self.kept.append(KeptCall(self.last_request, value))
            self.note(self.last_path, value, again=False)
            if value is None or (isinstance(value, list) and value and all(v is None for v in value)):
                self.returned_none = self.last_path
            return value
        if (fault := fault_of(reply.kind, message)) is not None:
            raise fault
        self.lost = True
        raise CandidateLost("a reply of unknown kind")


def _file(path: str) -> str:
    """The file of a function as the tests name it: `module` in `module.function`, else ""."""
    return path.rpartition(".")[0].partition(".")[0]
