"""Emits events: to the log, and to callbacks, e.g. for counting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from grader.logs.events import Event
from grader.logs.lines import event_text

Callback = Callable[[str, Mapping[str, Any]], None]

_log = logging.getLogger("gradecheck")
_id: ContextVar[str] = ContextVar("id", default="")
_callbacks: list[Callback] = []


@contextmanager
def bound(id: str) -> Iterator[None]:
    """Until the block ends, every log line of this thread has this id."""
    token = _id.set(id)
    try:
        yield
    finally:
        _id.reset(token)


def bind(id: str) -> None:
    """Give every log line of this thread this id, until the thread ends; for worker threads."""
    _id.set(id)


def bound_id() -> str:
    """The id of this thread's log lines, "" if there is none."""
    return _id.get()


def emit(event: Event) -> None:
    """Log the event with the bound id, and call every callback with it. Never raises."""
    fields = {**({"id": bound_id()} if bound_id() else {}), **vars(event)}
    _log.log(event.level, event_text(event.name, fields), extra={"event": event.name, "fields": fields})
    for callback in tuple(_callbacks):
        try:
            callback(event.name, fields)
        except Exception as error:
            _log.error("a callback for events raised %s", type(error).__name__)


def on_event(callback: Callback) -> Callable[[], None]:
    """Call `callback(name, fields)` at every event from now on, in the event's own thread, so it should be
    fast; its exceptions are only logged. Returns a function that removes the callback."""
    _callbacks.append(callback)
    return lambda: _callbacks.remove(callback)
