"""The two services besides the database that pages use: Redis, which notifies workers, and the runner.

Either may be down. Then a page says so; the page does not fail, and no submission is lost.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from grader.grading.client import Client, FileScan, Health
from grader.grading.errors import RunnerError
from grader.logs import emit, events
from grader.logs.errors import error_name
from grader.settings import Settings
from grader.values import Cause
from grader.values.readings import PackReading
from grader.worker import notify

PREFLIGHT_S = 3.0
HEALTH_S = 0.5
PACKS_AT_ONCE = 4
"""Threads of this process that may wait for packs to be read; the others go on answering pages."""
CACHE_S = 2.0
"""Seconds for which an answer about health is cached, so that many polling pages ask only once."""

Files = tuple[tuple[str, bytes], ...]
T = TypeVar("T")


class Backends(Protocol):
    """What the pages need; tests pass their own."""

    def notify(self) -> bool:
        """Notify a worker; False if Redis can't be reached (then the sweeper notifies it later)."""

    def watched(self, public_id: str, user_id: int) -> None:
        """Remember that this user has the page of this submission open."""

    def preflight(self, files: Files) -> tuple[FileScan, ...] | None:
        """What a parser in the sandbox finds in the files; None if no runner answers in time."""

    def read_pack(self, data: bytes) -> PackReading:
        """What a job in the sandbox reads in the zip of a pack. Raises RunnerError."""

    def queue_reachable(self) -> bool:
        """Whether Redis can be reached."""

    def health(self) -> Health | None:
        """The runner's health, None if it does not answer."""


@dataclass
class CachedAnswer(Generic[T]):
    """An answer of a backend, requested again only after `CACHE_S` seconds."""

    request: Callable[[], T]
    answers: list[tuple[float, T]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self) -> T:
        """The answer, at most `CACHE_S` seconds old; one thread requests it, others wait for it."""
        with self.lock:
            if not self.answers or time.monotonic() - self.answers[0][0] > CACHE_S:
                answer = self.request()
                self.answers[:] = [(time.monotonic(), answer)]
            return self.answers[0][1]


class LiveBackends:
    """Redis and the runner, at the addresses in the settings."""

    def __init__(self, settings: Settings) -> None:
        self._redis_url = settings.redis_url
        self._reading = threading.BoundedSemaphore(PACKS_AT_ONCE)
        self._scanner = Client(settings.runner_socket, timeout_s=PREFLIGHT_S)
        self._health_client = Client(settings.runner_socket, timeout_s=HEALTH_S)
        self._reachable = CachedAnswer(lambda: notify.is_reachable(self._redis_url))
        self._health = CachedAnswer(self._request_health)

    def notify(self) -> bool:
        return notify.notify(self._redis_url)

    def watched(self, public_id: str, user_id: int) -> None:
        notify.note_watched(self._redis_url, public_id, user_id)

    def preflight(self, files: Files) -> tuple[FileScan, ...] | None:
        try:
            return self._scanner.preflight(files)
        except RunnerError as error:
            emit(events.PreflightSkipped(error=error_name(error)))
            return None

    def read_pack(self, data: bytes) -> PackReading:
        if not self._reading.acquire(blocking=False):
            raise RunnerError(Cause.SYSTEM, "other packs are being read; try again in a moment")
        try:
            return self._scanner.read_pack(data)
        finally:
            self._reading.release()

    def queue_reachable(self) -> bool:
        return self._reachable.get()

    def health(self) -> Health | None:
        return self._health.get()

    def _request_health(self) -> Health | None:
        try:
            return self._health_client.health()
        except RunnerError as error:
            emit(events.RunnerUnreachable(why=error.detail))
            return None
