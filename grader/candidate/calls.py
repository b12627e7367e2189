"""One call: find the function, call it on fresh copies, send back a value or what went wrong."""

from __future__ import annotations

import copy
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

import numpy as np

from grader.candidate.restrictions import Printed, why_not_permitted
from grader.candidate.source import MissingName, StudentModules
from grader.wire import Bounds, NotAValue, Seed, encode

ANSWER = Bounds(header=240 * 1024, body=60 << 20)
TRACEBACK_KEPT = 2000
Parts = list[bytes | memoryview]


def answer(student: StudentModules, order: Mapping[str, Any], printed: Printed) -> Parts:
    """The frame that replies to one call: result, not_a_value, missing or raised.

    order: seq, path, args, kwargs, mode ("plain", "many", "inplace") and for "many" over, n.
    """
    try:
        function = student.find(order["path"])
        value = MODES[order["mode"]](function, order)
        result = {"seq": order["seq"], "value": value, "printed": _printed(printed)}
        return encode("result", result, bounds=ANSWER)
    except NotAValue as e:
        where = e.where.removeprefix("['value']")
        kind, what = "not_a_value", {"type": e.type_name, "where": where, "why": e.why}
    except MissingName as e:
        kind, what = "missing", {"message": str(e)}
    except BaseException as e:
        kind, what = "raised", describe(e)
    return encode(kind, {"seq": order["seq"], "printed": _printed(printed), **what})


def _printed(printed: Printed) -> str:
    printed.flush()
    return printed.take()


def _plain(function: Callable[..., Any], order: Mapping[str, Any]) -> Any:
    return function(*_grown(order["args"]), **_grown(order["kwargs"]))


def _inplace(function: Callable[..., Any], order: Mapping[str, Any]) -> Any:
    """The result and the positional arguments as they are afterwards."""
    arguments = _grown(order["args"])
    result = function(*arguments, **_grown(order["kwargs"]))
    return (result, tuple(arguments))


def _many(function: Callable[..., Any], order: Mapping[str, Any]) -> Any:
    """One call a row of the stacked argument; one array if the results agree in shape."""
    arguments, over = order["args"], order["over"]
    results = []
    for row in range(order["n"]):
        fresh = [_row(a, row) if i == over else _fresh(a) for i, a in enumerate(arguments)]
        results.append(function(*fresh, **_grown(order["kwargs"])))
    return _stacked(results)


MODES = {"plain": _plain, "inplace": _inplace, "many": _many}


def _grown(value: Any) -> Any:
    """The value with each Seed turned into a generator."""
    if isinstance(value, Seed):
        return np.random.default_rng(value.n)
    if isinstance(value, list | tuple):
        return type(value)([_grown(v) for v in value])
    if isinstance(value, dict):
        return {k: _grown(v) for k, v in value.items()}
    return value


def _fresh(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else _grown(copy.deepcopy(value))


def _row(value: Any, row: int) -> Any:
    if isinstance(value, dict):
        return {k: _row(v, row) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([_row(v, row) for v in value])
    item = value[row]
    return item.copy() if isinstance(item, np.ndarray) else item


def _stacked(results: Sequence[Any]) -> Any:
    """Floats and equal arrays as one array; anything else as the list it is."""
    if results and all(type(r) in (float, np.float64, np.ndarray) for r in results):
        shapes = {np.shape(r) for r in results}
        kinds = {np.asarray(r).dtype for r in results}
        if len(shapes) == 1 and len(kinds) == 1:
            return np.array(results)
    return list(results)


def describe(error: BaseException) -> dict[str, Any]:
    """An exception of the student's code: type, message, the student's own frames."""
    name = type(error).__name__
    try:
        message = str(error)[:1000]
    except BaseException:  # their __str__ may raise
        message = "(its message could not be read)"
    if isinstance(error, SyntaxError):
        message = str(error.msg)[:1000]
    message = why_not_permitted(error, _raised_in(error.__traceback__)) or message
    frames = _own_frames(error.__traceback__)
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    return {
        "type": name[:100],
        "message": message,
        "traceback": _formatted(error, frames)[-TRACEBACK_KEPT:],
        "line": line if isinstance(line, int) else (frames[-1].lineno or 0 if frames else 0),
        "memory": isinstance(error, MemoryError),
    }


def _raised_in(trace: TracebackType | None) -> str:
    """The top-level module of the standard library in which it was raised, "" for none."""
    last = traceback.extract_tb(trace)[-1:]
    parts = last[0].filename.split(f"/python{sys.version_info[0]}.{sys.version_info[1]}/") if last else []
    return parts[1].split("/")[0].removesuffix(".py") if len(parts) == 2 else ""


def _own_frames(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    """The frames of handed-in and support files, whose names never start with a slash."""
    summary = traceback.extract_tb(trace)
    return [f for f in summary if not f.filename.startswith(("/", "<"))]


def _formatted(error: BaseException, frames: list[traceback.FrameSummary]) -> str:
    try:
        last = traceback.format_exception_only(type(error), error)
    except BaseException:  # an exception object may be hostile to its own printing
        last = [type(error).__name__ + "\n"]
    head = ["Traceback (most recent call last):\n", *traceback.format_list(frames)] if frames else []
    return "".join(head + last)
