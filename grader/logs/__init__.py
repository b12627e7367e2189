"""The service's logs: events with fixed names and fields, one line each.

`grader.logs.lines` writes every line; `grader.logs.events` has the table of events. No line contains a
text that a student wrote: no file, file name, printed output or text of an exception.
"""

from grader.logs.emit import bind, bound, bound_id, emit, on_event
from grader.logs.setup import Format, LineFormatter, add_option, configure, from_environment

__all__ = [
    "Format",
    "LineFormatter",
    "add_option",
    "bind",
    "bound",
    "bound_id",
    "configure",
    "emit",
    "from_environment",
    "on_event",
]
