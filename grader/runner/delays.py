"""Time that is not the student's: what the examiner computes, and the wait of ready processes for a core.

On a busy machine most of a test's wall time can be such waiting. The kernel measures it for each thread
(the second number of schedstat), so the wall limit need not guess how busy the machine is.
"""

from __future__ import annotations

import os
import time

_THIS_THREAD = "/proc/thread-self/schedstat"
_LINKS_OF_ONE = 3  # of the folder of a process with one thread: 2, and one more for each thread


def waited_ns(pid: int) -> int:
    """How long a process was ready to run and had no core, in nanoseconds; 0 if it has ended, or if the
    kernel doesn't say.

    It is the wait of the thread that waited longest, without the time in which other threads of the process
    used a core: else twenty threads on one core would count as twenty times the time that passes.
    """
    tasks = f"/proc/{pid}/task"
    try:
        threads = os.listdir(tasks) if os.stat(tasks).st_nlink > _LINKS_OF_ONE else [str(pid)]
    except OSError:
        return 0
    read = [_read(f"{tasks}/{thread}/schedstat") for thread in threads]
    used = max(used_ns(pid), sum(used for used, _ in read))  # of ended threads too
    return max((waited - (used - own) for own, waited in read), default=0)


def used_ns(pid: int) -> int:
    """The processor time of a process, in nanoseconds; 0 if it has ended."""
    try:
        return time.clock_gettime_ns((~pid << 3) | 2)
    except OSError:
        return 0


def _ours_ns(pid: int) -> int:
    return used_ns(pid) + waited_ns(pid)


def _read(path: str) -> tuple[int, int]:
    """The processor time and the waits of one thread, in nanoseconds."""
    try:
        with open(path, "rb", buffering=0) as file:
            used, waited, *_ = file.read(128).split()
            return int(used), int(waited)
    except (OSError, ValueError):
        return 0, 0


class Delays:
    """Adds up the time of one test that is not the student's: of the examiner, of the thread that serves it
    (the one that made this object), and the waits of the candidate."""

    def __init__(self, examiner: int) -> None:
        """`examiner` is the pid of the process that runs the test."""
        self._examiner, self._candidate = examiner, 0
        self._runner_start = sum(_read(_THIS_THREAD))
        self._examiner_start = self._examiner_now = _ours_ns(examiner)
        self._candidate_start = self._candidate_now = 0
        self._examiner_used, self._examiner_s = used_ns(examiner), 0.0
        self._others_s = 0.0

    def attach(self, candidate: int) -> None:
        """Count the waits of this candidate from now on."""
        if self._candidate:
            self.seconds()
            self._others_s += (self._candidate_now - self._candidate_start) / 1e9
        self._candidate = candidate
        self._candidate_start = self._candidate_now = waited_ns(candidate)

    def add(self, seconds: float) -> None:
        """Count this time too, e.g. that of starting a candidate."""
        self._others_s += seconds

    def seconds(self) -> float:
        """The time so far. What an ended process or thread has waited stays counted."""
        self._examiner_now = max(self._examiner_now, _ours_ns(self._examiner))
        if self._candidate:
            self._candidate_now = max(self._candidate_now, waited_ns(self._candidate))
        runner = sum(_read(_THIS_THREAD)) - self._runner_start
        candidate = self._candidate_now - self._candidate_start
        return self._others_s + (self._examiner_now - self._examiner_start + candidate + runner) / 1e9

    def examiner_s(self) -> float:
        """The processor time of the examiner so far, in seconds; as last seen, if it has ended."""
        self._examiner_s = max(self._examiner_s, (used_ns(self._examiner) - self._examiner_used) / 1e9)
        return self._examiner_s
