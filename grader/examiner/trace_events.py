"""What a candidate said of a traced run, checked: it is the work of a stranger."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.wire import BadFrame

MOST_EVENTS = 4000
MOST_DIMENSIONS = 4
LONGEST = 100
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Event:
    """What the statement on `first` to `last` line of a file made of a name in a run of `function`, number
    `frame`; or, if `given`, what the function got, and if `returned`, what it returned. `turn` counts the
    runs of the statement in that frame, `reads` are the names that it uses, `calls` the student's functions;
    `unseen`: some of these names hold numbers that are not recorded."""

    file: str
    first: int
    last: int
    reads: frozenset[str]
    function: str
    frame: int
    name: str
    turn: int
    given: bool
    returned: bool
    unseen: bool
    calls: tuple[str, ...]
    value: Floats

    @property
    def place(self) -> tuple[str, int, str]:
        """Where it is in the text."""
        return self.file, self.first, self.name


@dataclass(frozen=True)
class Run:
    """A call's value, and its events in their order; not `complete` if there were too many."""

    value: Any
    events: tuple[Event, ...]
    complete: bool


def run_of(said: Any, sources: Mapping[str, str]) -> Run | None:
    """The run, None if the call gave no value. Raises BadFrame for what no run can be."""
    try:
        if "value" not in said:
            return None
        return Run(said["value"], tuple(_events(said, sources)), said["complete"] is True)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as e:
        raise BadFrame(f"no trace: {e}"[:200]) from None


def _events(said: Any, sources: Mapping[str, str]) -> list[Event]:
    lines = {name: text.count("\n") + 1 for name, text in sources.items()}
    files, names, functions = (_texts(said[key]) for key in ("files", "names", "functions"))
    calls, reads = ([_texts(one) for one in _list(said[key])] for key in ("calls", "reads"))
    statements, events = _whole(said["statements"], 3), _whole(said["events"], 8)
    values = _values(said["shapes"], said["data"])
    found = []
    for statement, function, frame, name, turn, kind, called, value in events:
        number, first, last = statements[statement]
        file = files[number]
        if not 1 <= first <= last <= lines[file] or turn < 0 or frame < 0 or kind not in range(4):
            raise ValueError("a statement that is not in the file")
        found.append(
            Event(
                file, first, last, frozenset(reads[statement]), functions[function], frame, names[name], turn,
                kind == 1, kind == 2, kind == 3, tuple(calls[called][:3]), values[value],
            )
        )  # fmt: skip
    return found


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list) or len(value) > MOST_EVENTS:
        raise ValueError("a list was expected")
    return value


def _texts(value: Any) -> list[str]:
    texts = _list(value)
    if not all(type(text) is str for text in texts):
        raise ValueError("texts were expected")
    return [text[:LONGEST] for text in texts]


def _whole(value: Any, columns: int) -> list[tuple[int, ...]]:
    """The rows of a table of indices, none below 0."""
    fits = isinstance(value, np.ndarray) and value.ndim == 2 and value.shape[1] == columns
    if not fits or value.dtype.kind != "i" or len(value) > MOST_EVENTS or (value < 0).any():
        raise ValueError("a table of whole numbers was expected")
    return [tuple(row) for row in value.tolist()]


def _values(shapes: Any, data: Any) -> list[Floats]:
    rows = _whole(shapes, 1 + MOST_DIMENSIONS)
    if not isinstance(data, np.ndarray) or data.dtype != np.float64 or data.ndim != 1:
        raise ValueError("values were expected")
    values, at = [], 0
    for dimensions, *padded in rows:
        shape = tuple(padded[:dimensions])
        if dimensions > MOST_DIMENSIONS or max(shape, default=0) > len(data):
            raise ValueError("a shape of more values than there are")
        size = math.prod(shape)
        if at + size > len(data):
            raise ValueError("a shape of more values than there are")
        values.append(data[at : at + size].reshape(shape))
        at += size
    return values
