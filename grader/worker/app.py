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

SAYS_EACH_TASK = ("celery.worker.strategy", "celery.app.trace")


def make_app(redis_url: str, do_next: Callable[[], bool]) -> Celery:
    """An app whose task `grade_next` calls `do_next`; made by whoever starts it, never at import."""
    redis_prefetch.install()
    _have_celery_log_as_we_do()
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
        except Exception as error:  # Celery would log its text
            emit(events.TaskFailed(error_name(error), places(error)))

    return app


def _have_celery_log_as_we_do() -> None:
    """Its lines go through our handler, also those that it prints when a signal ends it."""
    setup_logging.connect(_leave_logging)
    worker.safe_say = lambda said, stream=None: logging.getLogger(worker.__name__).info("%s", said)
    for name in SAYS_EACH_TASK:  # a job has lines of its own
        logging.getLogger(name).setLevel(logging.WARNING)


def _leave_logging(**_: object) -> None:
    """Celery sets up logging of its own unless somebody answers this signal."""
