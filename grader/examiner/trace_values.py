"""The values of a traced call on all draws, and those of the reference that they may equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.examiner.trace_events import Event, Run
from grader.examiner.trace_likeness import NEAR, Likeness, likeness
from grader.examiner.trace_names import Quantity, quantity
from grader.kit.trace import Values

Floats = npt.NDArray[np.float64]
FEW = 3  # different numbers on all draws together; values of fewer are equal by chance


@dataclass(frozen=True, eq=False)
class Value:
    """What one event, or all turns of a statement one below the other (`stacked`), hold on each draw. `at` is
    the place in the run, `turn` the number of the event among those of its frame and place, from 0."""

    event: Event
    draws: tuple[Floats, ...]
    at: int
    turn: int = 0
    stacked: bool = False


@dataclass(frozen=True, eq=False)
class Right:
    """A value of the reference under one or more names, on each draw, in one or more ways that are right."""

    names: tuple[str, ...]
    ways: tuple[tuple[Floats, ...], ...]

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What its names stand for."""
        return tuple(quantity(name) for name in self.names)

    def like(self, draws: Sequence[Floats], relative: float) -> Likeness:
        """How values are related to it: to the way to which they are most alike."""
        return min((likeness(draws, way, relative) for way in self.ways), key=lambda found: found.value)

    def is_near_any(self, draw: int, value: Floats) -> bool:
        """Whether a value of one draw is nearly equal to it."""
        return any(likeness([value], [way[draw]], NEAR) is Likeness.SAME for way in self.ways)


def rights_of(traces: Sequence[Values], inputs: Sequence[Sequence[Floats]], relative: float) -> list[Right]:
    """The reference's values that can be told apart from others, in their order; equal ones are one."""
    found: list[Right] = []
    for name in traces[0]:
        ways = _ways(name, traces)
        if not ways or any(_is_trivial(way) or _is_input(way, inputs) for way in ways):
            continue
        for at, right in enumerate(found):
            same = len(right.ways) == len(ways) and all(
                likeness(one, other, relative) is Likeness.SAME
                for one, other in zip(right.ways, ways, strict=True)
            )
            if same:
                found[at] = Right((*right.names, name), right.ways)
                break
        else:
            found.append(Right((name,), ways))
    return found


def _ways(name: str, traces: Sequence[Values]) -> tuple[tuple[Floats, ...], ...]:
    of_draws = [trace.get(name, ()) for trace in traces]
    if len({len(ways) for ways in of_draws}) != 1:
        return ()
    return tuple(zip(*of_draws, strict=True))


def _is_trivial(way: Sequence[Floats]) -> bool:
    return len(np.unique(np.concatenate([value.ravel() for value in way]))) < FEW


def _is_input(way: Sequence[Floats], inputs: Sequence[Sequence[Floats]]) -> bool:
    """Whether it is, on some draw, a value that the function is given."""
    return any(
        likeness([value], [given], NEAR) is Likeness.SAME
        for value, of_draw in zip(way, inputs, strict=True)
        for given in of_draw
    )


def values_of(runs: Sequence[Run]) -> list[Value]:
    """The values that the same statement made of the same name on every draw, in the order of the first."""
    keyed = [dict(_keyed(run)) for run in runs]
    common = [key for key in keyed[0] if all(key in other for other in keyed)]
    single = [
        Value(event, tuple(k[key][0].value for k in keyed), at, turn)
        for key in common
        for event, at, turn in (keyed[0][key],)
    ]
    stacks = [dict(_stacks(run)) for run in runs]
    both = [place for place in stacks[0] if all(place in other for other in stacks)]
    stacked = [
        Value(stacks[0][place][0], tuple(s[place][1] for s in stacks), stacks[0][place][2], stacked=True)
        for place in both
    ]
    return sorted([*single, *stacked], key=lambda value: value.at)


_Key = tuple[object, ...]


def _keyed(run: Run) -> Iterator[tuple[_Key, tuple[Event, int, int]]]:
    counts: dict[_Key, int] = {}
    turns: dict[_Key, int] = {}
    for at, event in enumerate(run.events):
        key: _Key = (*event.place, event.function, event.given, event.returned)
        number = counts[key] = counts.get(key, -1) + 1
        frame: _Key = (*key, event.frame)
        turn = turns[frame] = turns.get(frame, -1) + 1
        yield (*key, number), (event, at, turn)


def _stacks(run: Run) -> Iterator[tuple[_Key, tuple[Event, Floats, int]]]:
    """All values of a place, if it has several of one shape: the rows of a batch, taken one by one."""
    places: dict[_Key, list[tuple[int, Event]]] = {}
    for at, event in enumerate(run.events):
        key: _Key = (*event.place, event.function, event.given, event.returned)
        places.setdefault(key, []).append((at, event))
    for key, found in places.items():
        if len(found) > 1 and len({event.value.shape for _, event in found}) == 1:
            yield key, (found[-1][1], np.stack([event.value for _, event in found]), found[-1][0])


def inputs_of(request: Mapping[str, object]) -> list[Floats]:
    """The numbers that a call is given, as arrays."""
    found: list[Floats] = []

    def visit(value: object, depth: int = 6) -> None:
        if isinstance(value, dict) and depth:
            for item in value.values():
                visit(item, depth - 1)
        elif isinstance(value, list | tuple) and depth:
            for item in value:
                visit(item, depth - 1)
        elif (
            isinstance(value, float | int | np.ndarray | np.number) and np.asarray(value).dtype.kind in "iuf"
        ):
            found.append(np.asarray(value, dtype=np.float64))

    visit(request.get("args", ()))
    visit(request.get("kwargs", {}))
    return found
