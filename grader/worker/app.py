"""The Celery application: one task without arguments, acknowledged late, its result ignored."""

from __future__ import annotations

import logging
from collections.abc import Callable

from celery import Celery
from celery.apps import worker
from celery.signals import setup_logging

from grader.logs import emit, events
from grader.logs.errors import error_name, places
from grader.worker import redis_prefetch
from grader.worker.broker import QUEUE, TASK, broker_url

TASK_LOGGERS = ("celery.worker.strategy", "celery.app.trace")


def make_app(redis_url: str, do_next: Callable[[], bool]) -> Celery:
    """An app whose task `grade_next` calls `do_next`; it is made when a worker starts, not at import."""
    redis_prefetch.install()
    _use_our_logging()
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

    @app.task(name=TASK, shared=False)  # type: ignore[untyped-decorator]  # celery has no types
    def grade_next() -> None:
        try:
            do_next()
        except Exception as error:  # else Celery logs its text
            emit(events.TaskFailed(error_name(error), places(error)))

    return app


def _use_our_logging() -> None:
    """Send Celery's log through our handler, also what it prints when a signal ends it."""
    setup_logging.connect(_no_setup)
    worker.safe_say = lambda message, stream=None: logging.getLogger(worker.__name__).info("%s", message)
    for name in TASK_LOGGERS:  # we log each job ourselves
        logging.getLogger(name).setLevel(logging.WARNING)


def _no_setup(**_: object) -> None:
    """Celery sets up its own logging unless a function is connected to this signal."""
