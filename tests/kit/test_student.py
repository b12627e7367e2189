"""Calls into the student's process as a pack's test makes them, over a real socket pair."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from grader.kit.candidate import Candidate
from grader.kit.student import Student, rows
from grader.values import Visibility
from grader.values.student_faults import CandidateLost, MissingFunction, ReturnedNoValue, StudentError
from grader.wire import Channel, Closed

Reply = Callable[[dict[str, Any]], tuple[str, Any] | None]


class Source:
    """Candidates that reply to each call with the result of a function; None ends them."""

    def __init__(self, reply: Reply) -> None:
        self.reply, self.requests, self.ends = reply, list[Visibility](), list[socket.socket]()
        self.threads = list[threading.Thread]()
        self.clock: list[int | None] = []
        self.seeds: list[tuple[str, str]] = []  # of each message: its kind and the seed in it, "" if none

    def cpu_ns(self) -> int | None:
        return self.clock.pop(0)

    def candidate(self, visibility: Visibility) -> int:
        self.requests.append(visibility)
        ours, theirs = socket.socketpair()
        self.ends += [ours, theirs]
        self.threads.append(threading.Thread(target=self._serve, args=(theirs,), daemon=True))
        self.threads[-1].start()
        return os.dup(ours.fileno())

    def close(self) -> None:
        """End the threads before the numbers of their descriptors can belong to other sockets."""
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(10)
        for end in self.ends:
            end.close()

    def _serve(self, end: socket.socket) -> None:
        channel = Channel(end.fileno(), own=True)
        try:
            while message := channel.receive():
                self.seeds.append((message.kind, message.value.get("seed", "")))
                answer = ("begun", None) if message.kind == "begin" else self.reply(message.value)
                if answer is None:
                    break
                channel.send(*answer)
            end.shutdown(socket.SHUT_RDWR)
        except (Closed, OSError):
            pass


@pytest.fixture
def connect() -> Iterator[Callable[[Reply], tuple[Candidate, Source]]]:
    sources: list[Source] = []

    def make(reply: Reply) -> tuple[Candidate, Source]:
        sources.append(Source(reply))
        candidate = Candidate(sources[-1])
        candidate.begin(Visibility.VISIBLE)
        return candidate, sources[-1]

    yield make
    for source in sources:
        source.close()


def result(request: dict[str, Any], value: Any, **more: Any) -> tuple[str, dict[str, Any]]:
    return "result", {"seq": request["seq"], "value": value, "printed": "", **more}


def test_a_call_returns_the_value(connect: Any) -> None:
    candidate, _ = connect(lambda request: result(request, request["args"][0] * 2, printed="hello"))
    student = Student(candidate, {"m.py": "the text"})

    assert np.array_equal(student.f(np.ones(3)), 2 * np.ones(3))
    assert (student.printed, student.source) == ("hello", "the text")


@pytest.mark.parametrize("seq", [0, 2, True, 1.0, None, "1", np.int64(1), np.ones(2), [1]])
def test_it_refuses_a_reply_to_another_call(connect: Any, seq: Any) -> None:
    candidate, _ = connect(lambda request: ("result", {"seq": seq, "value": 1.0, "printed": ""}))

    with pytest.raises(CandidateLost):
        Student(candidate, {}).f()
    with pytest.raises(CandidateLost):  # and the process is not called again
        Student(candidate, {}).f()


@pytest.mark.parametrize(
    "reply",
    [("result", 5), ("result", {"seq": 1}), ("passed", {"seq": 1, "value": 1}), ("result", None),
     ("result", {"seq": 1, "value": 1, "printed": 5})],
)  # fmt: skip
def test_it_refuses_a_reply_of_the_wrong_form(connect: Any, reply: tuple[str, Any]) -> None:
    candidate, _ = connect(lambda request: reply)

    with pytest.raises(CandidateLost):
        Student(candidate, {}).f()


def test_each_kind_of_fault_has_its_own_exception(connect: Any) -> None:
    replies = {
        "r": ("raised", {"seq": 1, "type": "KeyError", "message": "'x'", "traceback": "T", "memory": True}),
        "m": ("missing", {"seq": 2, "message": "`a` found, `b` expected"}),
        "n": ("not_a_value", {"seq": 3, "type": "set", "where": "[0]", "why": ""}),
    }
    candidate, _ = connect(lambda request: replies[request["path"]])
    student = Student(candidate, {})

    with pytest.raises(StudentError, match="KeyError: 'x'") as caught:
        student.r()
    assert (caught.value.traceback, caught.value.memory) == ("T", True)
    with pytest.raises(MissingFunction, match="`a` found"):
        student.m()
    with pytest.raises(ReturnedNoValue, match=r"returned a set at \[0\]; expected numbers"):
        student.n()


def test_a_process_that_ends_is_lost_until_the_next_test(connect: Any) -> None:
    candidate, source = connect(lambda request: None if request["path"] == "ends" else result(request, 1))
    student = Student(candidate, {})

    with pytest.raises(CandidateLost):
        student.ends()
    assert candidate.lost
    candidate.begin(Visibility.VISIBLE)

    assert student.f() == 1
    assert len(source.requests) == 2


def test_a_timed_call_reads_the_clock_before_and_after(connect: Any) -> None:
    candidate, source = connect(lambda request: result(request, request["args"][0] + 1))
    source.clock = [1_000_000_000, 3_500_000_000]

    value, cpu_s = Student(candidate, {}).f.timed(4)

    assert (value, cpu_s) == (5, 2.5)
    assert (len(source.requests), source.clock) == (1, [])


def test_the_seed_of_a_test_comes_with_its_first_call_once_the_file_is_imported(connect: Any) -> None:
    candidate, source = connect(lambda request: result(request, 1))
    student = Student(candidate, {})

    for key, visibility in ((1, Visibility.VISIBLE), (2, Visibility.VISIBLE), (2, Visibility.HIDDEN)):
        candidate.begin(visibility, key)
        student.f()
        student.f()

    first, second = source.seeds[0][1], source.seeds[3][1]
    assert first != second
    assert source.seeds == [
        ("begin", first), ("call", ""), ("call", ""), ("call", second), ("call", ""),
        ("begin", second), ("call", ""), ("call", ""),
    ]  # fmt: skip


def test_a_timed_call_measures_neither_an_import_nor_new_generators(connect: Any) -> None:
    candidate, source = connect(lambda request: result(request, 1))

    for key in (1, 2):
        candidate.begin(Visibility.VISIBLE, key)
        source.clock = [0, 1]
        Student(candidate, {}).f.timed()

    assert [(kind, bool(seed)) for kind, seed in source.seeds] == [("begin", True), ("call", False)] * 2


def test_a_process_that_ended_has_no_clock(connect: Any) -> None:
    candidate, source = connect(lambda request: result(request, 1))
    source.clock = [0, None]

    with pytest.raises(CandidateLost):
        Student(candidate, {}).f.timed()
    assert candidate.lost


def test_a_hidden_test_has_its_own_process(connect: Any) -> None:
    candidate, source = connect(lambda request: result(request, 1))
    student = Student(candidate, {})

    for visibility in (Visibility.VISIBLE, Visibility.VISIBLE, Visibility.HIDDEN, Visibility.VISIBLE):
        candidate.begin(visibility)
        student.f()

    assert source.requests == [Visibility.VISIBLE, Visibility.HIDDEN, Visibility.VISIBLE]


def test_an_argument_that_cant_be_sent_is_an_error_of_the_pack(connect: Any) -> None:
    candidate, _ = connect(lambda request: result(request, 1))

    with pytest.raises(TypeError, match="an argument of f can't be sent"):
        Student(candidate, {}).f({1, 2})


def test_names_can_be_nested_and_private_names_are_refused(connect: Any) -> None:
    candidate, _ = connect(lambda request: result(request, request["path"]))

    assert Student(candidate, {}).net.layers.forward() == "net.layers.forward"
    with pytest.raises(AttributeError):
        Student(candidate, {})._hidden  # noqa: B018


def test_rows_is_the_common_leading_length() -> None:
    assert rows({"w": np.ones((3, 2)), "b": [np.ones(3), np.zeros((3, 1))]}) == 3
    with pytest.raises(ValueError, match=r"\[2, 3\] rows"):
        rows((np.ones(2), np.ones(3)))


@pytest.mark.parametrize("forged", [1.0, (), (1.0,), (1.0, 2.0), (1.0, ()), (1.0, [1.0, 2.0]), {"a": 1}])
def test_arguments_that_do_not_come_back_are_the_students_fault(connect: Any, forged: Any) -> None:
    candidate, _ = connect(lambda request: result(request, forged))

    with pytest.raises(ReturnedNoValue, match="did not give its result together with its arguments"):
        Student(candidate, {}).f.inplace(1.0, 2.0)


@pytest.mark.parametrize(
    "use",
    [
        lambda k: k == 3, lambda k: k != 3, lambda k: k in [3], bool, len, list,
        np.asarray, lambda k: k + 1, float,
    ],
)  # fmt: skip
def test_a_function_that_is_used_as_a_value_says_how_to_read_it(connect: Any, use: Any) -> None:
    candidate, _ = connect(lambda request: None)

    with pytest.raises(TypeError):
        use(Student(candidate, {}).K)
    with pytest.raises(TypeError, match=r'use student.constant\("K"\)'):
        assert Student(candidate, {}).K == 3


@pytest.mark.parametrize(
    ("kind", "bases", "python"),
    [
        ("TypeError", [], TypeError),
        ("Own", ["LinAlgError", "ValueError", "Exception"], ValueError),
        ("UnicodeDecodeError", ["UnicodeError", "ValueError"], UnicodeError),
        ("StopIteration", ["Exception"], StudentError),
        ("SystemExit", ["BaseException"], StudentError),
        ("print", [7, "os"], StudentError),
    ],
)
def test_an_exception_of_the_student_is_also_pythons(
    connect: Any, kind: str, bases: list[Any], python: Any
) -> None:
    reply = {"type": kind, "bases": bases, "message": "m", "traceback": "frames"}
    candidate, _ = connect(lambda request: ("raised", {"seq": request["seq"], "printed": "", **reply}))

    with pytest.raises(python) as caught:
        Student(candidate, {}).f()
    error = caught.value
    assert isinstance(error, StudentError)
    assert not isinstance(error, StopIteration | SystemExit)
    assert (str(error), error.kind, error.message, error.traceback) == (f"{kind}: m", kind, "m", "frames")
