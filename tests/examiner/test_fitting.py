"""The two sides of a search together, without a runner: one in a thread, with a socket between them."""

import contextlib
import os
import socket
import threading
import types
from contextlib import contextmanager

import numpy as np
import pytest

from grader.candidate.search.serving import Searching
from grader.candidate.source import StudentModules
from grader.examiner.clues import Clue, clues_of
from grader.examiner.enclosing import function_at
from grader.examiner.fitting import best_first, find_fitting
from grader.examiner.variants import MOST_IN_ALL, Change, Searcher, Variants
from grader.kit.candidate import KeptCall
from grader.kit.comparing import Tolerance
from grader.kit.targets import of_value
from grader.values import Limits, TestPlan, Visibility
from grader.wire import BadFrame, Channel, Closed

pytestmark = pytest.mark.slow

RIGHT = """
def both(x):
    doubled = x * 2.0
    return {"sum": doubled.sum(axis=0), "half": doubled / 4.0}
"""
PLAN = TestPlan("test_both", Visibility.VISIBLE, Limits(2.0, 10.0, 256, 64), 7)


def load(text):
    module = types.ModuleType("both")
    exec(compile(text, "both.py", "exec"), module.__dict__)
    return module


@contextmanager
def searcher_of(text, answer=None, allowed=MOST_IN_ALL):
    """A searcher whose other side has this file; `answer` replaces what it answers to a kind of message."""
    module, names = load(text), ["both.py"]
    student = StudentModules(names, False, {"both.py": text.encode()})
    student._loaded["both"] = module
    ours, theirs = socket.socketpair()
    searching = Searching(student, {"both.py": text.encode()}, lambda: None)

    def serve():
        channel = Channel(theirs.fileno())
        while True:
            try:
                message = channel.receive()
            except Closed:
                searching._tried = iter(())  # a generator must end in the thread in which it began
                return
            if answer and message.kind in answer:
                channel.send(*answer[message.kind])
                continue
            does = {"start": searching.start, "describe": searching.describe, "again": searching.again}
            parts = searching.more() if message.kind == "more" else does[message.kind](message.value)
            channel.write(parts)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    fd = os.dup(ours.fileno())
    os.set_blocking(fd, False)
    os.set_blocking(theirs.fileno(), False)
    try:
        yield Searcher(Channel(fd), 7, {"both.py": text}, allowed)
    finally:
        os.close(fd)
        ours.close()
        thread.join(10)
        theirs.close()


def clue(text, x):
    """The clue of a test that compares the whole value of `both(x)`."""
    value, want = load(text).both(x.copy()), load(RIGHT).both(x.copy())
    call = KeptCall({"seq": 1, "path": "both", "mode": "plain", "args": (x,), "kwargs": {}}, value)
    (found,) = clues_of(PLAN, [of_value(value, want, Tolerance(1e-9))], [call])
    return found


def clues(text):
    rng = np.random.default_rng(1)
    return [clue(text, rng.normal(size=(rows, 3))) for rows in (4, 2)]


def changed(text, change):
    raw = text.encode()
    return (raw[: change.start] + change.text.encode() + raw[change.end :]).decode()


@pytest.mark.parametrize("wrong", ["x * 3.0", "x + 2.0", "-x * 2.0"])
def test_a_change_that_makes_all_parts_right_is_found(wrong):
    text = RIGHT.replace("x * 2.0", wrong)

    with searcher_of(text) as searcher:
        found = find_fitting(searcher, clues(text))

    assert found.whole
    x = np.arange(6.0).reshape(2, 3)
    for change in found.whole:
        assert np.allclose(load(changed(text, change)).both(x)["sum"], load(RIGHT).both(x)["sum"])


def test_changes_of_single_parts_make_a_pair():
    text = RIGHT.replace("sum(axis=0)", "mean(axis=0)").replace("/ 4.0", "/ 5.0")

    with searcher_of(text) as searcher:
        found = find_fitting(searcher, clues(text))

    assert not found.whole
    assert found.pairs()
    first, second = sorted(found.pairs()[0], key=lambda c: c.start, reverse=True)
    x = np.arange(6.0).reshape(2, 3)
    both = load(changed(changed(text, first), second)).both(x)
    assert np.allclose(both["sum"], load(RIGHT).both(x)["sum"])
    assert np.allclose(both["half"], load(RIGHT).both(x)["half"])


def test_with_a_bound_only_changes_near_the_first_are_tried():
    text = RIGHT.replace("x * 2.0", "x * 3.0")

    with searcher_of(text) as searcher:
        near = find_fitting(searcher, clues(text), 0.4)
    with searcher_of(text) as searcher:
        every = find_fitting(searcher, clues(text))

    bound = every.whole[0].cost + 0.4
    assert near.tried == every.tried
    assert [c for c in every.whole if c.cost <= bound] == [c for c in near.whole if c.cost <= bound]


def test_a_call_with_another_value_than_in_the_test_is_not_searched():
    text = RIGHT.replace("x * 2.0", "x * 3.0")
    other = clue(text.replace("/ 4.0", "/ 6.0"), np.ones((2, 3)))

    with searcher_of(text) as searcher:
        found = find_fitting(searcher, [other])

    assert not found.whole


def test_ordinary_numbers_come_first():
    text = RIGHT.replace("x * 2.0", "x * 3.0")
    large, small = clue(text, np.full((2, 3), 500.0)), clue(text, np.ones((4, 3)))

    assert best_first([large, small]) == [small, large]


def test_a_value_that_no_call_returned_is_no_clue():
    call = KeptCall({"path": "both", "args": (), "kwargs": {}}, {"sum": np.ones(3)})

    assert list(clues_of(PLAN, [of_value(np.ones(3), np.zeros(3), Tolerance(1e-9))], [call])) == []


def test_a_value_without_the_part_is_wrong():
    text = RIGHT.replace("x * 2.0", "x * 3.0")
    found: Clue = clue(text, np.ones((2, 3)))

    assert found.path == "both"
    assert found.wrong == 2
    assert found.rights(None) == {"['sum']": False, "['half']": False}
    assert not found.differs_only_in({"['sum']"}, None)


@pytest.mark.parametrize(
    "answer",
    [
        {"more": ("tried", {"values": [], "changes": [5], "done": True, "tries": 1, "work": 1})},
        {"more": ("tried", {"values": [], "changes": ["x"], "done": True, "tries": 1, "work": 1})},
        {"more": ("value", {})},
    ],
)
def test_an_answer_that_is_none_ends_the_search(answer):
    text = RIGHT.replace("x * 2.0", "x * 3.0")

    with searcher_of(text, answer) as searcher, pytest.raises(BadFrame):
        find_fitting(searcher, clues(text))


@pytest.mark.parametrize(
    "said",
    [
        {"file": "other.py"},
        {"start": -1},
        {"end": 10**9},
        {"text": "x" * 3000},
        {"start": "a"},
    ],
)
def test_a_change_outside_of_the_submitted_files_is_left_out(said):
    change = {
        "file": "both.py", "function": "both", "kind": "sign", "cost": 1.0, "start": 0, "end": 1, "text": "x",
        "when": 1,
    }  # fmt: skip

    with searcher_of(RIGHT, {"describe": ("changes", [{**change, **said}, change])}) as searcher:
        assert [c.file for c in searcher.changes(0)] == ["both.py"]


SAID = {
    "file": "both.py", "function": "both", "kind": "sign", "cost": 1.0, "start": 0, "end": 1, "text": "x",
    "when": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "<b>"},
        {"kind": "si\x1bgn"},
        {"kind": "k" * 61},
        {"cost": float("nan")},
        {"when": float("inf")},
        {"start": True},
        {"text": "a\u202eb"},
        {"text": None},
        {"file": []},
    ],
)
def test_a_change_with_what_can_not_be_checked_is_left_out(said):
    with searcher_of(RIGHT, {"describe": ("changes", [{**SAID, **said}, SAID])}) as searcher:
        assert searcher.changes(0) == [Change(**{**SAID, "function": ""})]


def test_the_function_of_a_change_is_read_from_the_file_and_not_from_who_made_it():
    said = {**SAID, "function": "the arguments: 271828", "start": 40, "end": 41}

    with searcher_of(RIGHT, {"describe": ("changes", [said])}) as searcher:
        assert [change.function for change in searcher.changes(0)] == ["both"]


@pytest.mark.parametrize("answer", [5, None, {"a": 1}, [[]], "abc"])
def test_a_description_of_another_form_is_the_fault_of_who_sent_it(answer):
    with searcher_of(RIGHT, {"describe": ("changes", answer)}) as searcher, contextlib.suppress(BadFrame):
        assert searcher.changes(0) == []


@pytest.mark.parametrize(
    ("text", "place", "name"),
    [
        ("def f(x):\n    return 1\n", "return", "f"),
        ("x = 1\n\ndef f(x):\n    return 1\n", "x = 1", ""),
        ("class A:\n    def f(self):\n        return 1\n", "return", "A.f"),
        ("class A:\n    size = 3\n", "size", ""),
        ("def f(x):\n    def g(y):\n        return 2\n    return g(x)\n", "return 2", "f"),
        ("def f(x):\n    pass\n\ndef g(x):\n    y = 1\n\n    return 7\n", "return 7", "g"),
        ("async def f(x):\n\treturn 7\n", "return", "f"),
        ("def f(x): return 7\n", "return", "f"),
        ("if True:\n    def f(x):\n        return 7\n", "return", "f"),
    ],
)
def test_the_function_around_a_place_is_named(text, place, name):
    assert function_at(text, text.index(place)) == name


class Starter:
    """Starts no process, but counts."""

    def __init__(self):
        self.started = 0

    def variant(self, visibility, request):
        self.started += 1
        return os.open(os.devnull, os.O_RDWR)

    def cpu_ns(self):
        return None


def test_all_searches_of_a_grading_share_the_number_of_changes():
    starter = Starter()
    variants = Variants(starter, {"both.py": RIGHT})

    with variants.searcher(Visibility.VISIBLE, 7) as first:
        first.work = MOST_IN_ALL - 10
    with variants.searcher(Visibility.HIDDEN, 7) as second:
        second.work = 10
    with pytest.raises(Closed), variants.searcher(Visibility.HIDDEN, 7):
        pass

    assert starter.started == 2


def test_no_more_changes_are_tried_than_are_left():
    text = RIGHT.replace("x * 2.0", "x * 3.0").replace("/ 4.0", "/ 6.0")

    with searcher_of(text, allowed=20) as searcher:
        find_fitting(searcher, clues(text))

    assert 0 < searcher.tries <= 20 <= searcher.work
