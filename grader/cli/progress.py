"""A progress bar of one line on stderr; it prints nothing if stderr is not a terminal."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

WIDTH = 24
LEAST = 4  # no bar for fewer


class Progress:
    """Counts up to `total`; each `advance` redraws. Safe to call from several threads."""

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0
        self.shown = total >= LEAST and sys.stderr.isatty()
        self.marks = "█·" if "utf" in (sys.stderr.encoding or "").lower() else "#."
        self._lock, self._start = threading.Lock(), time.monotonic()

    def __enter__(self) -> Progress:
        self._draw()
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def advance(self) -> None:
        """Count one more."""
        with self._lock:
            self.done += 1
            self._draw()

    def line(self, elapsed_s: float) -> str:
        """The text of the bar after this many seconds: count, rate, and the time that is left."""
        filled = WIDTH * self.done // self.total
        bar = self.marks[0] * filled + self.marks[1] * (WIDTH - filled)
        if not self.done or elapsed_s <= 0:
            return f"{bar} {self.done} of {self.total}"
        rate = self.done / elapsed_s
        left_s = (self.total - self.done) / rate
        return f"{bar} {self.done} of {self.total}, {rate:.1f} per second, {left_s:.0f} s left"

    def _draw(self) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[K" + self.line(time.monotonic() - self._start))
            sys.stderr.flush()
