"""Notifies workers, by Celery messages through Redis, that jobs wait in the database.

Only the database says which jobs wait; a message just wakes a worker up. Send it after the commit. A lost
message loses no job: the sweeper sends another one.
"""

from __future__ import annotations

import contextlib
from functools import cache

import redis
from celery import Celery
from kombu.exceptions import KombuError
from redis.backoff import NoBackoff
from redis.retry import Retry

from grader.logs import emit, events
from grader.logs.errors import error_name
from grader.worker.broker import QUEUE, TASK, broker_url, client_url

TIMEOUT_S = 0.5
WATCHED, WATCHED_S = "gradecheck:watched:", 60


def notify(redis_url: str, times: int = 1) -> bool:
    """Notify workers that this many jobs wait, one message each. Returns False after a short time,
    without raising, if Redis can't be reached."""
    try:
        for _ in range(times):
            _sender(redis_url).send_task(TASK, queue=QUEUE, retry=False, ignore_result=True)
    except (KombuError, redis.RedisError, OSError) as error:
        emit(events.NotifyFailed(error=error_name(error)))
        return False
    return True


@cache
def _sender(redis_url: str) -> Celery:
    sender = Celery("gradecheck-notify", broker=broker_url(redis_url), set_as_current=False)
    sender.conf.update(
        broker_transport_options={
            "socket_timeout": TIMEOUT_S,
            "socket_connect_timeout": TIMEOUT_S,
            "max_retries": 0,  # else it tries to connect for seconds, while an upload waits
        },
        task_serializer="json",
    )
    return sender


@cache
def _client(redis_url: str) -> redis.Redis:
    return redis.Redis.from_url(
        client_url(redis_url),
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )


def pending(redis_url: str) -> int | None:
    """How many messages no worker has taken yet; None if Redis can't be reached."""
    try:
        return int(_client(redis_url).llen(QUEUE))
    except (redis.RedisError, OSError):
        return None


def note_watched(redis_url: str, public_id: str, user_id: int) -> None:
    """Remember for WATCHED_S seconds that the user has the page of this submission open; nothing happens if
    Redis is down."""
    with contextlib.suppress(redis.RedisError, OSError):
        _client(redis_url).set(f"{WATCHED}{public_id}:{user_id}", 1, ex=WATCHED_S)


def is_watched(redis_url: str, public_id: str, user_id: int) -> bool:
    """Whether the user had the page of this submission open in the last WATCHED_S seconds, as far as Redis
    knows."""
    try:
        return bool(_client(redis_url).exists(f"{WATCHED}{public_id}:{user_id}"))
    except (redis.RedisError, OSError):
        return False


def is_reachable(redis_url: str) -> bool:
    """Whether Redis answers."""
    return pending(redis_url) is not None
