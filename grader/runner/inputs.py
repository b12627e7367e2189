"""Waits for input on descriptors that seldom change."""

from __future__ import annotations

import select
from collections.abc import Sequence


class Inputs:
    """A poll of descriptors, made again only when they change."""

    def __init__(self) -> None:
        self._poll, self._of = select.poll(), list[int]()

    def ready(self, descriptors: Sequence[int], wait_ms: float) -> list[int]:
        """Those of the descriptors that have input, or whose other side has closed, within `wait_ms`."""
        if list(descriptors) != self._of:
            self._poll, self._of = select.poll(), list(descriptors)
            for fd in descriptors:
                self._poll.register(fd, select.POLLIN)
        return [fd for fd, _ in self._poll.poll(wait_ms)]
