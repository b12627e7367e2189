"""Tests that one exception in one line stopped are told together."""

from types import SimpleNamespace

import pytest

from grader.grading.same_stop import first_stopped, stop_of
from grader.values import Verdict

TRACE = 'Traceback (most recent call last):\n  File "{file}", line {line}, in f\n    f(x)\n{last}\n'


def stopped(id_, line=3, last="KeyError: 'W3'", file="m.py", verdict=Verdict.ERROR, **values):
    trace = TRACE.format(file=file, line=line, last=last)
    return SimpleNamespace(
        **{"id": id_, "verdict": verdict, "message": "f raised", "traceback": trace, **values}
    )


def test_the_same_exception_in_the_same_line_is_one_stop_whatever_was_called():
    rows = [stopped("a"), stopped("b", message="g raised"), stopped("c", last="KeyError: 'W4'")]

    assert first_stopped(rows) == {"b": "a", "c": "a"}


@pytest.mark.parametrize(
    "other",
    [{"line": 4}, {"file": "n.py"}, {"last": "IndexError: 3"}, {"verdict": Verdict.FAILED}],
    ids=["line", "file", "exception", "verdict"],
)
def test_another_line_file_exception_or_verdict_is_another_stop(other):
    assert first_stopped([stopped("a"), stopped("b", **other)]) == {}


def test_a_missing_function_is_one_stop_and_a_crash_is_none():
    missing = {"traceback": "", "message": "loss is not defined in m.py"}
    crash = {"traceback": "", "message": "The process that ran the code crashed (SIGSEGV)."}

    assert first_stopped([stopped("a", **missing), stopped("b", **missing)]) == {"b": "a"}
    assert stop_of(stopped("a", **crash)) == ()
