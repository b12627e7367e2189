"""Whether the runner can take work: it answers, and isolates at least as strongly as required."""

from __future__ import annotations

import threading
import time

from grader.grading.client import Runner
from grader.grading.errors import RunnerError
from grader.values import Mode

FRESH_S = 2.0


class RunnerHealth:
    """Asks the runner for its health, at most every two seconds."""

    def __init__(self, runner: Runner, least: Mode) -> None:
        self._runner, self._least = runner, least
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._obstacle = ""

    def obstacle(self, *, fresh: bool = False) -> str:
        """Why the runner can't take work, "" if it can. `fresh` asks the runner in any case."""
        with self._lock:
            if fresh or self._obstacle or time.monotonic() - self._asked_at > FRESH_S:
                self._obstacle = self._ask()
                self._asked_at = time.monotonic()
            return self._obstacle

    def _ask(self) -> str:
        try:
            mode = self._runner.health().mode
        except RunnerError as error:
            return f"the runner does not answer: {error.detail}"
        if mode.strength < self._least.strength:
            return f"the runner isolates in mode {mode}; at least {self._least} is required"
        return ""
