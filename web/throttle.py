"""Rate limits: counted in Redis, or in this process while Redis is down."""

from __future__ import annotations

import logging
import math
import threading
import time
from dataclasses import dataclass, field

import redis

from grader.logs import emit, events

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rule:
    """At most `limit` times in `window_s` seconds."""

    name: str
    limit: int
    window_s: int


@dataclass
class Tally:
    """Counts in this process. For each key: when its window ends, and the count in it."""

    most: int = 10_000
    counts: dict[str, tuple[float, int]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, key: str, window_s: int) -> tuple[int, float]:
        """Add 1; returns (count in this window, seconds until it ends)."""
        with self.lock:
            now = time.monotonic()
            end, count = self.counts.get(key, (0.0, 0))
            if end <= now:
                end, count = now + window_s, 0
            self._make_room(now)
            self.counts[key] = (end, count + 1)
            return count + 1, end - now

    def forget(self, key: str) -> None:
        with self.lock:
            self.counts.pop(key, None)

    def _make_room(self, now: float) -> None:
        if len(self.counts) < self.most:
            return
        self.counts = {key: row for key, row in self.counts.items() if row[0] > now}
        if len(self.counts) >= self.most:
            self.counts.clear()


class Throttle:
    """Counts actions and says when a limit is reached; an unreachable Redis never makes a page fail."""

    def __init__(self, redis_url: str | None) -> None:
        self._tally = Tally()
        self._redis: redis.Redis | None = None
        if redis_url:
            self._redis = redis.Redis.from_url(redis_url, socket_timeout=0.3, socket_connect_timeout=0.3)

    def hit(self, rule: Rule, subject: str) -> int:
        """Count one action of `subject`, a user or an address; 0 if it is allowed, else seconds to wait."""
        key = f"throttle:{rule.name}:{subject}"
        count, left = self._count(key, rule.window_s)
        if count <= rule.limit:
            return 0
        wait_s = max(1, math.ceil(left))
        emit(
            events.LimitReached(rule.name, wait_s)
        )  # without `subject`, which may be text that somebody typed
        return wait_s

    def reset(self, rule: Rule, subject: str) -> None:
        """Set the count of `subject` back to 0, as after a correct password."""
        key = f"throttle:{rule.name}:{subject}"
        self._tally.forget(key)
        if self._redis is not None:
            try:
                self._redis.delete(key)
            except redis.RedisError:
                log.debug("redis is down; %s was reset in this process only", rule.name)

    def _count(self, key: str, window_s: int) -> tuple[int, float]:
        if self._redis is None:
            return self._tally.add(key, window_s)
        try:
            with self._redis.pipeline() as pipe:
                pipe.set(key, 0, ex=window_s, nx=True)
                pipe.incr(key)
                pipe.ttl(key)
                _, count, left = pipe.execute()
            return int(count), float(left)
        except redis.RedisError:
            emit(events.LimitLocal(rule=key.split(":")[1]))
            return self._tally.add(key, window_s)
