"""One call: find the function, call it with fresh copies of the arguments, reply with a value or an error."""

from __future__ import annotations

import copy
import re
import sys
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from types import CoroutineType, TracebackType
from typing import Any

import numpy as np

from grader.candidate.restrictions import Printed, why_not_permitted
from grader.candidate.source import MissingName, StudentModules
from grader.wire import Bounds, NotAValue, Seed, encode, plain

ANSWER = Bounds(header=240 * 1024, body=60 << 20)
TRACEBACK_KEPT = 2000
MOST_DEPTH = 20  # of a result; the wire allows less
MOST_LINES = 1_000_000
Parts = list[bytes | memoryview]


def answer(student: StudentModules, request: Mapping[str, Any], printed: Printed) -> Parts:
    """The frame that replies to one call: result, not_a_value, missing or raised.

    request: seq, path, args, kwargs, mode ("plain", "many", "inplace", "constant"); for "many" also over (the
    number of the stacked argument) and n (how many rows it has).
    """
    value = None
    try:
        function = student.find(request["path"])
        value = MODES[request["mode"]](function, request)
        result = {"seq": request["seq"], "value": value, "printed": _printed(printed)}
        return encode("result", result, bounds=ANSWER)
    except NotAValue as e:
        _close(value)
        where = _where(request["mode"], e.where)
        kind, details = "not_a_value", {"type": e.type_name, "where": where, "why": e.why}
    except MissingName as e:
        kind, details = "missing", {"message": str(e)}
    except BaseException as e:
        kind, details = "raised", describe(e, student.files)
    return encode(kind, {"seq": request["seq"], "printed": _printed(printed), **details})


def _where(mode: str, where: str) -> str:
    """The place in the return value, without what the mode has put around it."""
    where = where.removeprefix("['value']")
    return _AROUND[mode].sub("", where) if mode in _AROUND else where


def _close(value: Any) -> None:
    """Close a coroutine that nobody awaits: Python would print a warning that names our own files."""
    if isinstance(value, CoroutineType):
        value.close()


def _printed(printed: Printed) -> str:
    printed.flush()
    return printed.take()


def _plain(function: Callable[..., Any], request: Mapping[str, Any]) -> Any:
    return function(*_with_generators(request["args"]), **_with_generators(request["kwargs"]))


def _inplace(function: Callable[..., Any], request: Mapping[str, Any]) -> Any:
    """The return value, and the positional arguments as they are after the call; None for a generator."""
    arguments = _with_generators(request["args"])
    result = function(*arguments, **_with_generators(request["kwargs"]))
    return (result, _without_generators(tuple(arguments)))


def _many(function: Callable[..., Any], request: Mapping[str, Any]) -> Any:
    """The results of one call for each row of the stacked argument, as one array if their shapes agree."""
    arguments, over = request["args"], request["over"]
    results = []
    for row in range(request["n"]):
        fresh = [_row(a, row) if i == over else _fresh(a) for i, a in enumerate(arguments)]
        results.append(_kept(function(*fresh, **_with_generators(request["kwargs"]))))
    return _stacked(results)


def _constant(value: Any, request: Mapping[str, Any]) -> Any:
    """The object itself, of a name that is no function."""
    if callable(value):
        raise MissingName(f"{request['path']} is a function, expected a value")
    return value


_AROUND = {"many": re.compile(r"^\[\d+\]"), "inplace": re.compile(r"^\[0\]")}
MODES = {"plain": _plain, "inplace": _inplace, "many": _many, "constant": _constant}


def _kept(value: Any, depth: int = 0) -> Any:
    """The result as it is now: a function may return the same array each time, with other entries."""
    if isinstance(value, np.ndarray):
        return np.array(value)
    if depth > MOST_DEPTH:  # the encoder refuses it
        return value
    if isinstance(value, dict):
        return {key: _kept(item, depth + 1) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)([_kept(item, depth + 1) for item in value])
    try:
        return value if type(value) in (float, int, np.float64) else plain(value)
    except NotAValue:
        return value


def _with_generators(value: Any) -> Any:
    """The value with a random generator in the place of each Seed."""
    if isinstance(value, Seed):
        return np.random.default_rng(value.n)
    if isinstance(value, list | tuple):
        return type(value)([_with_generators(v) for v in value])
    if isinstance(value, dict):
        return {k: _with_generators(v) for k, v in value.items()}
    return value


def _without_generators(value: Any) -> Any:
    """The value with None in the place of each random generator, which can't be sent."""
    if isinstance(value, np.random.Generator):
        return None
    if type(value) in (list, tuple):
        return type(value)([_without_generators(v) for v in value])
    if type(value) is dict:
        return {k: _without_generators(v) for k, v in value.items()}
    return value


def _fresh(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else _with_generators(copy.deepcopy(value))


def _row(value: Any, row: int) -> Any:
    if isinstance(value, dict):
        return {k: _row(v, row) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([_row(v, row) for v in value])
    item = value[row]
    return item.copy() if isinstance(item, np.ndarray) else item


def _stacked(results: Sequence[Any]) -> Any:
    """Floats, or arrays of one shape and dtype, as one array; anything else as a list."""
    if results and all(type(r) in (float, np.float64, np.ndarray) for r in results):
        shapes = {np.shape(r) for r in results}
        kinds = {np.asarray(r).dtype for r in results}
        if len(shapes) == 1 and len(kinds) == 1:
            return np.array(results)
    return list(results)


def describe(error: BaseException, files: Collection[str]) -> dict[str, Any]:
    """An exception of the student's code: its type, message, traceback (the frames of `files`, the
    student's), its line, and whether memory ran out."""
    name = type(error).__name__
    try:
        message = str(error)[:1000]
    except BaseException:  # their __str__ may raise
        message = "(its message could not be read)"
    if isinstance(error, SyntaxError):
        message = str(error.msg)[:1000]
    reason = why_not_permitted(error, _raised_in(error.__traceback__))
    message = f"{message[:80]}; {reason}" if isinstance(error, SystemExit) else reason or message
    frames = _own_frames(error.__traceback__, files)
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    return {
        "type": name[:100],
        "bases": [base.__name__[:100] for base in type(error).__mro__[1:9]],
        "message": message,
        "traceback": _formatted(error, frames)[-TRACEBACK_KEPT:],
        "line": line if _is_line(line) else (frames[-1].lineno or 0 if frames else 0),
        "memory": isinstance(error, MemoryError),
    }


def _raised_in(trace: TracebackType | None) -> str:
    """The top-level module of the standard library that raised the exception; "" if none did."""
    last = traceback.extract_tb(trace)[-1:]
    parts = last[0].filename.split(f"/python{sys.version_info[0]}.{sys.version_info[1]}/") if last else []
    return parts[1].split("/")[0].removesuffix(".py") if len(parts) == 2 else ""


def _is_line(line: Any) -> bool:
    """Whether a program that raises a SyntaxError has given it a line that a file may have."""
    return type(line) is int and 0 <= line <= MOST_LINES


def _own_frames(trace: TracebackType | None, files: Collection[str]) -> list[traceback.FrameSummary]:
    """The frames of the student's files, without the pack's support files and ours."""
    return [frame for frame in traceback.extract_tb(trace) if frame.filename in files]


def _formatted(error: BaseException, frames: list[traceback.FrameSummary]) -> str:
    try:
        last = traceback.format_exception_only(type(error), error)
    except BaseException:  # printing a hostile exception object may raise
        last = [type(error).__name__ + "\n"]
    head = ["Traceback (most recent call last):\n", *traceback.format_list(frames)] if frames else []
    return "".join(head + last)
