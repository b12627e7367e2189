"""The Celery application: one task without arguments, acknowledged late, its result ignored."""

from __future__ import annotations

from collections.abc import Callable

from celery import Celery

from grader.worker import redis_prefetch
from grader.worker.broker import QUEUE, TASK, broker_url


def make_app(redis_url: str, do_next: Callable[[], bool]) -> Celery:
    """An app whose task `grade_next` calls `do_next`; made by whoever starts it, never at import."""
    redis_prefetch.install()
    app = Celery("gradecheck", broker=broker_url(redis_url), set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        broker_connection_max_retries=None,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"socket_keepalive": True, "health_check_interval": 10},
        task_acks_late=True,
        task_default_queue=QUEUE,
        task_ignore_result=True,
        task_serializer="json",
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
    )

    @app.task(name=TASK)  # type: ignore[untyped-decorator]  # celery has no types
    def grade_next() -> None:
        do_next()

    return app
