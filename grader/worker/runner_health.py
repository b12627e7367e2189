"""Whether the runner may be given work: it answers, and isolates at least as asked."""

from __future__ import annotations

import threading
import time

from grader.grading.client import Runner
from grader.grading.errors import RunnerError
from grader.values import Mode

FRESH_S = 2.0


class RunnerHealth:
    """Asks the runner how it is, at most every two seconds."""

    def __init__(self, runner: Runner, least: Mode) -> None:
        self._runner, self._least = runner, least
        self._lock = threading.Lock()
        self._asked = float("-inf")
        self._obstacle = ""

    def obstacle(self, *, fresh: bool = False) -> str:
        """Why no work can be given, "" if it can; asked anew if `fresh`."""
        with self._lock:
            if fresh or self._obstacle or time.monotonic() - self._asked > FRESH_S:
                self._obstacle = self._ask()
                self._asked = time.monotonic()
            return self._obstacle

    def _ask(self) -> str:
        try:
            mode = self._runner.health().mode
        except RunnerError as error:
            return f"the runner does not answer: {error.detail}"
        if mode.strength < self._least.strength:
            return f"the runner isolates in mode {mode}; {self._least} is the least asked for"
        return ""
