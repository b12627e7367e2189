"""One call of a student's function: what is sent back of its result and of its exceptions."""

import gc
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from grader.candidate.calls import answer
from grader.wire import Seed, decode

PRINTED = SimpleNamespace(flush=lambda: None, take=lambda: "")


def reply(thing, mode="plain", *args, **more):
    """(kind, value) of the reply to a call of this object."""
    modules = SimpleNamespace(find=lambda path: thing, files={})
    request = {"seq": 1, "path": "f", "args": args, "kwargs": {}, "mode": mode, **more}
    return decode(b"".join(bytes(part) for part in answer(modules, request, PRINTED)))


def many(function, *args):
    return reply(function, "many", *args, over=0, n=len(args[0])).value["value"]


BUFFER = np.zeros(())


def in_one_buffer(x):
    BUFFER[...] = x
    return BUFFER


@pytest.mark.parametrize(
    ("wrapped", "expected"),
    [
        (in_one_buffer, np.array([1.0, 2.0, 3.0])),
        (lambda x: in_one_buffer(x)[...], np.array([1.0, 2.0, 3.0])),
        (lambda x: in_one_buffer(x).view(np.ndarray), np.array([1.0, 2.0, 3.0])),
        (lambda x: memoryview(in_one_buffer(x)), np.array([1.0, 2.0, 3.0])),
        (lambda x: [in_one_buffer(x)], [[1.0], [2.0], [3.0]]),
        (lambda x: {"L": (in_one_buffer(x),)}, [{"L": (1.0,)}, {"L": (2.0,)}, {"L": (3.0,)}]),
    ],
)
def test_each_result_is_kept_as_it_was_when_its_call_returned(wrapped, expected):
    got = many(wrapped, np.array([1.0, 2.0, 3.0]))

    assert type(got) is type(expected)
    assert np.array_equal(got, expected) if isinstance(got, np.ndarray) else got == expected


def test_a_result_that_is_no_value_is_named_without_the_number_of_the_call():
    assert reply(lambda x: {1}, "many", np.ones(2), over=0, n=2).value["where"] == ""
    assert reply(lambda x: {"W": {1}}, "inplace", 1.0).value["where"] == "['W']"
    assert reply(lambda x: (0, {1}), "plain", 1.0).value["where"] == "[1]"
    cycle = []
    cycle.append(cycle)
    assert "nested deeper" in reply(lambda x: cycle, "many", np.ones(2), over=0, n=2).value["why"]


def test_arguments_come_back_without_their_generators():
    def drawn(rng, box):
        box.append(rng.normal())
        return box[0]

    value, (generator, box) = reply(drawn, "inplace", Seed(5), []).value["value"]

    assert generator is None
    assert box == [value] == [np.random.default_rng(5).normal()]


def test_a_coroutine_is_refused_and_nothing_is_printed_about_it():
    async def f(x):
        return x

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        refused = reply(f, "plain", 1.0)
        gc.collect()

    assert refused.kind == "not_a_value"
    assert "write it without async" in refused.value["why"]
    assert not caught


def test_a_constant_is_read_and_a_function_is_none():
    assert reply(3, "constant").value["value"] == 3
    assert reply(len, "constant").value["message"] == "f is a function, expected a value"


def test_an_exception_comes_with_the_names_of_its_base_classes():
    class Own(KeyError):
        pass

    def f():
        raise Own("x")

    raised = reply(f).value

    assert (raised["type"], raised["bases"][:3]) == ("Own", ["KeyError", "LookupError", "Exception"])
