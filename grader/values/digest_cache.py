"""A cache of values by the digest of their bytes, so that an entry is never out of date."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")


class DigestCache(Generic[V]):
    """A cache of total size `limit`; `size_of` gives the size of a value (1 by default). Over the limit, the
    least recently used values are dropped, but never the newest. Threads may share it."""

    def __init__(
        self,
        limit: int,
        *,
        size_of: Callable[[V], int] = lambda value: 1,
        on_evict: Callable[[str], None] = lambda digest: None,
    ) -> None:
        self._limit, self._size_of, self._on_evict = limit, size_of, on_evict
        self._values: OrderedDict[str, V] = OrderedDict()
        self._total = 0
        self._lock = threading.Lock()

    def get(self, digest: str) -> V | None:
        """The value with this digest, None if it is not cached."""
        with self._lock:
            return self._use(digest)

    def get_or_make(self, digest: str, make: Callable[[], V]) -> V:
        """The value with this digest. If it is not cached, one thread makes it, and others wait. If `make`
        raises, the exception is passed on and nothing is cached."""
        with self._lock:
            value = self._use(digest)
            if value is None:
                value = self._values[digest] = make()
                self._total += self._size_of(value)
                self._make_room()
            return value

    def _use(self, digest: str) -> V | None:
        if digest in self._values:
            self._values.move_to_end(digest)
        return self._values.get(digest)

    def _make_room(self) -> None:
        while self._total > self._limit and len(self._values) > 1:
            digest, value = self._values.popitem(last=False)
            self._total -= self._size_of(value)
            self._on_evict(digest)
