"""Time that is not the student's: what the examiner computes, and the wait of ready processes for a core.

On a busy machine most of a test's wall time can be such waiting. The kernel measures it for each thread
(the second number of schedstat), so the wall limit need not guess how busy the machine is.
"""

from __future__ import annotations

from grader.sandbox.figures import Figures, times_of

_THIS_THREAD = "/proc/thread-self"


def _ours_ns(process: Figures) -> int:
    return process.used_ns() + process.waited_ns()


class Delays:
    """Adds up the time of one test that is not the student's: of the examiner, of the thread that serves it
    (the one that made this object), and the waits of the candidate."""

    def __init__(self, examiner: Figures) -> None:
        """`examiner` is the process that runs the test."""
        self._examiner = examiner
        self._candidate: Figures | None = None
        self._runner_start = sum(times_of(_THIS_THREAD))
        self._examiner_start = self._examiner_now = _ours_ns(examiner)
        self._candidate_start = self._candidate_now = 0
        self._examiner_used, self._examiner_s = examiner.used_ns(), 0.0
        self._others_s = 0.0

    def attach(self, candidate: Figures) -> None:
        """Count the waits of this candidate from now on."""
        if self._candidate:
            self.seconds()
            self._others_s += (self._candidate_now - self._candidate_start) / 1e9
        self._candidate = candidate
        self._candidate_start = self._candidate_now = candidate.waited_ns()

    def add(self, seconds: float) -> None:
        """Count this time too, e.g. that of starting a candidate."""
        self._others_s += seconds

    def seconds(self) -> float:
        """The time so far. What an ended process or thread has waited stays counted."""
        self._examiner_now = max(self._examiner_now, _ours_ns(self._examiner))
        if self._candidate:
            self._candidate_now = max(self._candidate_now, self._candidate.waited_ns())
        runner = sum(times_of(_THIS_THREAD)) - self._runner_start
        candidate = self._candidate_now - self._candidate_start
        return self._others_s + (self._examiner_now - self._examiner_start + candidate + runner) / 1e9

    def examiner_s(self) -> float:
        """The processor time of the examiner so far, in seconds; as last seen, if it has ended."""
        self._examiner_s = max(self._examiner_s, (self._examiner.used_ns() - self._examiner_used) / 1e9)
        return self._examiner_s
