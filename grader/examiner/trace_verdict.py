"""Until where a traced run is right, and which of its values is the first that is not.

What equals a value of the reference on all draws is right: a fact. That a value is the first wrong one is
said only if its name tells what it stands for, no value of the run equals what is expected for that name,
none that comes later in the reference either, and the statement that makes it uses only values that are right
and what the function was given. Else nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from grader.examiner.trace_events import Event, Run
from grader.examiner.trace_likeness import Likeness, fits, likeness
from grader.examiner.trace_names import means, quantity, root
from grader.examiner.trace_values import Right, Value, rights_of, values_of
from grader.kit.trace import Values
from grader.values.traces import MOST_STEPS, Step, Trace

Floats = npt.NDArray[np.float64]


def trace_of(
    runs: Sequence[Run], traces: Sequence[Values], inputs: Sequence[Sequence[Floats]], relative: float
) -> Trace | None:
    """What is known of these runs, one for each draw, each with the reference's values and the numbers that
    the function was given; None if that is nothing."""
    compared = _Compared(runs, rights_of(traces, inputs, relative), inputs, relative)
    wrong = compared.first()
    steps = compared.right_steps(len(runs[0].events) if wrong is None else wrong.at)
    first = None if wrong is None else compared.first_step(wrong)
    return Trace(tuple(steps), first, len(runs)) if steps or first else None


class _Compared:
    """The values of the runs beside those of the reference."""

    def __init__(
        self, runs: Sequence[Run], rights: list[Right], inputs: Sequence[Sequence[Floats]], relative: float
    ) -> None:
        self._runs, self._rights, self._inputs, self._relative = runs, rights, inputs, relative
        self._values = values_of(runs)
        self._same: dict[Value, int] = {}  # the number of the right value that it equals
        for value in self._values:
            for number, right in enumerate(rights):
                if right.like(value.draws, relative) is Likeness.SAME:
                    self._same[value] = number
                    break
        self._found = set(self._same.values())

    # ---------------------------------------------------------------- what is right

    def right_steps(self, end: int) -> list[Step]:
        """For each right value that a statement makes before the event `end`, the first such statement, in
        their order."""
        chosen: list[tuple[int, Step]] = []
        for number in self._found:
            made = [v for v, n in self._same.items() if n == number and _is_made(v.event) and v.at < end]
            named = [v for v in made if self._meant(v) == number]
            for value in (named or made)[:1]:
                chosen.append((value.at, self._step(value, number)))
        return [step for _, step in sorted(chosen, key=lambda pair: pair[0])][:MOST_STEPS]

    def _step(self, value: Value, number: int, last: int = 0) -> Step:
        event = value.event
        several = any(
            (e.frame, e.file, e.first) == (event.frame, event.file, event.first) and e.turn > 1
            for e in self._runs[0].events
        )
        turn = event.turn if several and not value.stacked else 0
        end, name = max(last, event.last), means(self._rights[number].names[0])
        return Step(event.file, event.first, end, event.name, name, event.function, turn, event.calls)

    # ---------------------------------------------------------------- the first that is not

    def first(self) -> Value | None:
        """The first value that stands for one of the reference and isn't right; None if it can't be told."""
        if not all(run.complete for run in self._runs):
            return None
        near = {number for number in range(len(self._rights)) if self._is_near(number)}
        latest = max(near, default=-1)
        for value in self._values:
            if not _is_made(value.event) or self._is_given(value):
                continue
            number = self._meant(value)
            if number is None or number in near:
                continue
            if value in self._same:  # another value than its name says: it may be meant so
                return None
            if self._waits_for_stack(value, number):
                continue
            if number < latest or not self._is_certain(value, number):
                return None
            return value
        return None

    def first_step(self, value: Value) -> Step:
        """The first wrong value as it is told."""
        return self._step(value, self._meant(value) or 0, self._end_of_chain(value))

    def _is_near(self, number: int) -> bool:
        """Whether any value of any run equals this one of the reference, or nearly."""
        if number in self._found:
            return True
        right = self._rights[number]
        return any(
            right.is_near_any(draw, event.value)
            for draw, run in enumerate(self._runs)
            for event in run.events
            if event.value.size == right.ways[0][draw].size
        )

    def _is_given(self, value: Value) -> bool:
        """Whether it is a number that the function was given."""
        return any(
            likeness([got], [given], self._relative) in (Likeness.SAME, Likeness.RELATED)
            for got, of_draw in zip(value.draws, self._inputs, strict=True)
            for given in of_draw
            if given.size == got.size > 1
            or (given.size == got.size and np.array_equal(given.ravel(), got.ravel()))
        )

    def _fits(self, value: Value, number: int) -> bool:
        return all(
            fits(got, way[draw])
            for draw, got in enumerate(value.draws)
            for way in self._rights[number].ways[:1]
        )

    def _waits_for_stack(self, value: Value, number: int) -> bool:
        """Whether it is one row of a value whose rows are made in turn."""
        return (
            not value.stacked
            and not self._fits(value, number)
            and any(
                other.stacked and other.event.place == value.event.place and self._fits(other, number)
                for other in self._values
            )
        )

    def _is_certain(self, value: Value, number: int) -> bool:
        event = value.event
        runs = [{e.frame for e in run.events if e.function == event.function} for run in self._runs]
        given = {root(e.name) for e in self._runs[0].events if e.frame == event.frame and e.given} - {"self"}
        likeness_ = self._rights[number].like(value.draws, self._relative)
        return (
            not event.unseen
            and self._fits(value, number)
            and likeness_ is Likeness.OTHER
            and (value.stacked or all(len(frames) == 1 for frames in runs))
            and root(event.name) not in given
            and self._is_made_of_right(value)
        )

    def _is_made_of_right(self, value: Value) -> bool:
        """Whether the statement uses only numbers that are right by their names or were given, and, unless it
        makes the very first value, at least one that is right."""
        event, right = value.event, 0
        for name in event.reads:
            held = self._held(name, value)
            if held is None:
                return False
            for other in held:
                number = self._same.get(other)
                if number is not None and self._is_named(other, number):
                    right += 1
                elif not self._is_given(other):
                    return False
        return right > 0 or (not self._found and self._meant(value) == 0)

    def _held(self, name: str, value: Value) -> list[Value] | None:
        """What a local name holds when the statement of this value runs: its numbers, none if it holds no
        numbers; None if they are not the same on all draws."""
        event = value.event
        places: dict[str, int] = {}
        for at, e in enumerate(self._runs[0].events):
            if e.frame == event.frame and root(e.name) == name and not e.returned and at < value.at:
                places[e.name] = at
        known = {v.at: v for v in self._values if not v.stacked}
        stacked = {v.event.name: v for v in self._values if v.stacked and v.event.function == event.function}
        held = []
        for place, at in places.items():
            found = stacked.get(place) if value.stacked else None
            found = found or known.get(at)
            if found is None:
                return None
            held.append(found)
        return held

    def _is_named(self, value: Value, number: int) -> bool:
        """Whether a value's name is one that this value of the reference may have."""
        wanted = quantity(value.event.name)
        return any(
            q.family == wanted.family and (q.index == wanted.index or "" in (q.index, wanted.index))
            for q in self._rights[number].quantities
        )

    def _end_of_chain(self, value: Value) -> int:
        """The last line of the statements that go on with this value before anything else uses it: z = x @ W,
        then z = z + b."""
        begun, last, name = False, value.event, root(value.event.name)
        for event in self._runs[0].events:
            begun = begun or event is value.event
            if not begun or event is value.event or event.frame != last.frame or not _is_made(event):
                continue
            if name not in event.reads:
                continue
            if event.name != value.event.name or event.first <= last.first:
                break
            last = event
        return last.last

    # ---------------------------------------------------------------- what a name stands for

    def _meant(self, value: Value) -> int | None:
        """The number of the right value for which a name stands, None if it is not known."""
        wanted = quantity(value.event.name)
        family = [
            (number, q.index)
            for number, right in enumerate(self._rights)
            for q in right.quantities
            if q.family == wanted.family
        ]
        indices = {index for _, index in family}
        if wanted.index:
            index = wanted.index if wanted.index in indices or wanted.index != "1" else ""
            return next((number for number, i in family if i == index), None)
        numbers = list(dict.fromkeys(number for number, _ in family))
        if len(numbers) <= 1 or value.stacked:
            return numbers[0] if len(numbers) == 1 and not value.turn else None
        return self._next_of(numbers, value)

    def _next_of(self, numbers: list[int], value: Value) -> int | None:
        """Which of the layers' values it is, by those of the same name that were made before."""
        if self._same.get(value) in numbers:
            return self._same[value]
        family = quantity(value.event.name).family
        before = [
            v
            for v in self._same
            if v.at < value.at and _is_made(v.event) and quantity(v.event.name).family == family
        ]
        if value.turn:
            event = value.event
            before = [
                v
                for v in before
                if v.turn == value.turn - 1 and v.event.place == event.place and v.event.frame == event.frame
            ]
            if not before:
                return None
        if not before:
            made = {self._same[v] for v in self._same if v.at < value.at and _is_made(v.event)}
            return next((number for number in numbers if number not in made), None)
        latest = self._same[max(before, key=lambda v: v.at)]
        if latest not in numbers:
            return None
        return next((after for number, after in pairwise(numbers) if number == latest), None)


def _is_made(event: Event) -> bool:
    """Whether a statement made it, and not a call of the function or its end."""
    return not event.given and not event.returned
