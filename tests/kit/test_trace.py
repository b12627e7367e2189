"""`trace=` of a comparison: kept if it fails, made only when it is used."""

import numpy as np
import pytest

from grader.kit import AnyOf
from grader.kit.checks import Checks
from grader.kit.recorder import Mismatch, Recorder
from grader.kit.student import Function
from grader.kit.trace import values_of


def never():
    raise AssertionError("it was called")


def test_a_comparison_that_passes_keeps_and_calls_nothing():
    recorder = Recorder()

    Checks(recorder).same(1.0, 1.0, trace=never)

    assert recorder.traces == []


def test_a_comparison_that_fails_keeps_the_function_and_does_not_call_it():
    recorder, got = Recorder(), np.ones(3)

    with pytest.raises(Mismatch):
        Checks(recorder).same(got, np.zeros(3) + 2.0, trace=never)
    with pytest.raises(Mismatch):
        Checks(recorder).gradcheck(got, args=(got,), reference=2.0 * got, names=["w"], trace={"z": 3.0})

    assert [traced.got is got for traced in recorder.traces] == [True, True]
    assert list(recorder.traces[1].values()) == ["z"]


def test_of_several_right_values_all_are_kept():
    values = values_of({"z": AnyOf(average=np.ones(2), sum=2.0 * np.ones(2)), "L": 3})

    assert [array.tolist() for array in values["z"]] == [[1.0, 1.0], [2.0, 2.0]]
    assert values["L"][0].shape == ()


@pytest.mark.parametrize("trace", [[1.0], "z", 3])
def test_what_is_no_trace_is_refused_also_if_the_comparison_passes(trace):
    with pytest.raises(TypeError, match="trace: give a dict"):
        Checks(Recorder()).same(1.0, 1.0, trace=trace)


def test_a_trace_beside_the_students_own_loss_is_refused():
    loss = object.__new__(Function)

    with pytest.raises(TypeError, match="a loss of the student's may be wrong"):
        Checks(Recorder()).gradcheck(np.ones(2), of=loss, args=(np.ones(2),), trace={"z": 1.0})


@pytest.mark.parametrize("values", [{"z": np.nan}, {"z": []}, {1: 2.0}, {"z": "text"}, None])
def test_values_that_are_none_are_refused(values):
    with pytest.raises((TypeError, ValueError)):
        values_of(values)
