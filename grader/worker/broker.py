"""Redis as Celery's broker, and the names that senders and workers share."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

TASK = "grader.worker.grade_next"
QUEUE = "gradecheck"


def broker_url(redis_url: str) -> str:
    """Celery's form of a Redis URL: it writes `unix://PATH` as `redis+socket://PATH`."""
    parts = urlsplit(redis_url)
    if parts.scheme not in ("unix", "redis+socket"):
        return redis_url
    query = f"?{parts.query}" if parts.query else ""
    return f"redis+socket://{unquote(parts.path)}{query}"


def client_url(redis_url: str) -> str:
    """The form of a Redis URL that the redis client takes."""
    return redis_url.replace("redis+socket://", "unix://", 1)
