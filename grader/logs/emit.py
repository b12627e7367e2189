"""Say that something happened: to the log, and to whoever counts events."""

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
    """Every line of this thread carries this id until the block ends."""
    token = _id.set(id)
    try:
        yield
    finally:
        _id.reset(token)


def bind(id: str) -> None:
    """The same until the thread ends; for threads that work for the one which has the id."""
    _id.set(id)


def bound_id() -> str:
    """The id that lines of this thread carry now, "" if none."""
    return _id.get()


def emit(event: Event) -> None:
    """Log the event with the bound id, and hand it to every callback. Never raises."""
    fields = {**({"id": bound_id()} if bound_id() else {}), **vars(event)}
    _log.log(event.level, event_text(event.name, fields), extra={"event": event.name, "fields": fields})
    for callback in tuple(_callbacks):
        try:
            callback(event.name, fields)
        except Exception as error:
            _log.error("a callback for events raised %s", type(error).__name__)


def on_event(callback: Callback) -> Callable[[], None]:
    """Call `callback(name, fields)` at every event from now on, in the thread that it happens in, so it
    should be quick; what it raises is logged and goes no further. Gives a function that ends this."""
    _callbacks.append(callback)
    return lambda: _callbacks.remove(callback)
