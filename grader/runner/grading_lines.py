"""Logs the beginning and the end of one grading."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from types import TracebackType

from grader.logs import emit, events
from grader.runner.errors import BadPack, Cancelled, PackFault
from grader.values import Order
from grader.wire import WireError


class GradingLines:
    """Logs the beginning on entry, the end in `done`, and an exception on exit."""

    def __init__(self, order: Order) -> None:
        self._digest, self._tests = order.pack.digest[:12], len(order.tests)
        self.verdicts: Counter[str] = Counter()
        self._began = time.monotonic()

    def __enter__(self) -> GradingLines:
        emit(events.GradingBegun(digest=self._digest, tests=self._tests))
        return self

    def done(self, stages: Sequence[tuple[str, float]]) -> None:
        """Log that every test has its outcome; `stages` are (name, milliseconds)."""
        run_ms = (time.monotonic() - self._began) * 1000
        emit(events.GradingDone(self._digest, dict(self.verdicts), run_ms, dict(stages)))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            return
        cancelled = isinstance(error, Cancelled | WireError)
        cause = "pack" if isinstance(error, PackFault | BadPack) else "system"
        emit(events.GradingFailed(digest=self._digest, cause="cancelled" if cancelled else cause))
