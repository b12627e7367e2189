"""What the kernel measures of one process: its processor time, its waits for a core, its memory."""

from __future__ import annotations

import os
import re
import time

_LINKS_OF_ONE = 3  # of the folder of a process with one thread: 2, and one more for each thread
_PEAK = re.compile(rb"^VmHWM:\s*(\d+) kB", re.M)


class Figures:
    """The figures of one process, from files of /proc that stay open: they are read several times for each
    test, and finding them takes longer than reading them. They never become those of another process with the
    same pid. Every figure is 0 if the process has ended, or if the kernel doesn't say."""

    def __init__(self, pid: int) -> None:
        self._pid, self._clock = pid, (~pid << 3) | 2
        self._tasks, self._times, self._status = (
            _opened(f"/proc/{pid}/{name}") for name in ("task", "schedstat", "status")
        )

    def used_ns(self) -> int:
        """The processor time of all its threads, in nanoseconds."""
        try:
            return time.clock_gettime_ns(self._clock)
        except OSError:
            return 0

    def waited_ns(self) -> int:
        """How long it was ready to run and had no core, in nanoseconds.

        It is the wait of the thread that waited longest, without the time in which other threads of the
        process used a core: else twenty threads on one core would count as twenty times the time that passes.
        """
        try:
            several = os.fstat(self._tasks).st_nlink > _LINKS_OF_ONE
            read = self._of_threads() if several else [_read(self._times)]
        except OSError:
            return 0
        if not read:
            return 0
        used = max(self.used_ns(), sum([used for used, _ in read]))  # of ended threads too
        return max([waited - (used - own) for own, waited in read])

    def _of_threads(self) -> list[tuple[int, int]]:
        return [times_of(f"/proc/{self._pid}/task/{thread}") for thread in os.listdir(self._tasks)]

    def peak_kb(self) -> int:
        """The most memory that it has had at a time (resident), in kB."""
        try:
            match = _PEAK.search(os.pread(self._status, 8192, 0))
        except OSError:
            return 0
        return int(match[1]) if match else 0

    def close(self) -> None:
        """Close the files."""
        files = self._tasks, self._times, self._status
        self._tasks = self._times = self._status = -1
        for file in files:
            if file >= 0:
                os.close(file)


def times_of(folder: str) -> tuple[int, int]:
    """The processor time and the waits of one thread by its folder in /proc, in nanoseconds."""
    file = _opened(f"{folder}/schedstat")
    times = _read(file)
    if file >= 0:
        os.close(file)
    return times


def _opened(path: str) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return -1


def _read(file: int) -> tuple[int, int]:
    try:
        used, waited, *_ = os.pread(file, 128, 0).split()
        return int(used), int(waited)
    except (OSError, ValueError):
        return 0, 0
