"""When a waiting job starts, computed from the slots and the jobs ahead of it. Pure functions."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

OVERDUE = 0.25
"""What is left of a job that runs for longer than usual, as a part of the usual time."""


@dataclass(frozen=True)
class Running:
    """A job that runs: the version of its pack (None for the check of a pack) and for how many seconds."""

    version: int | None
    for_s: float


@dataclass(frozen=True)
class Queue:
    """What decides when a job starts: the slots of all workers, the run times in seconds of jobs that ended
    lately by version, the jobs that run, and how many wait ahead of it by version."""

    slots: int
    ran: Mapping[int, Sequence[float]]
    running: Sequence[Running] = ()
    ahead: Mapping[int | None, int] | None = None

    @property
    def times(self) -> dict[int, float]:
        """The mean run time by version."""
        return {version: fmean(seconds) for version, seconds in self.ran.items()}


def starts_in_s(queue: Queue) -> float | None:
    """The seconds until the job starts; None if there is no slot, or nothing has run yet. Time in which
    nothing ran plays no role."""
    times = queue.times
    if not queue.slots or not times:
        return None
    usual = fmean(second for seconds in queue.ran.values() for second in seconds)
    ahead = dict(queue.ahead or {})
    count = sum(ahead.values())
    work = sum(number * times.get(version or 0, usual) for version, number in ahead.items())
    return start_of_next(_free_in(queue, times, usual), count, work / count if count else usual)


def _free_in(queue: Queue, times: Mapping[int, float], usual: float) -> list[float]:
    """In how many seconds each slot is free. The check of a pack takes minutes, so its slot is left out, if
    another one is there."""
    gradings = [row for row in queue.running if row.version is not None]
    slots = max(1, queue.slots - (len(queue.running) - len(gradings)))
    busy = sorted(_left(times.get(row.version or 0, usual), row.for_s) for row in gradings)[:slots]
    return busy + [0.0] * (slots - len(busy))


def _left(usual: float, for_s: float) -> float:
    return max(usual - for_s, OVERDUE * usual)


def start_of_next(free_in: Iterable[float], count: int, each: float) -> float:
    """When the job after `count` others starts, if each of them takes `each` seconds in the first slot that
    is free; `free_in` says when the slots are."""
    slots = sorted(free_in)
    last = slots[-1]
    while count and slots[0] + each < last:  # a slot takes more than one before the others are free
        heapq.heapreplace(slots, slots[0] + each)
        count -= 1
    rounds, rest = divmod(count, len(slots))  # from here on each slot takes one a round
    for _ in range(rest):
        heapq.heapreplace(slots, slots[0] + each)
    return slots[0] + rounds * each
