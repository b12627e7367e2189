"""What the service says while it runs: events with fixed names and fields, one line each.

Every line is written by `grader.logs.lines`; `grader.logs.events` has the table of events. No line holds
a text that a student wrote: not a file, its name, what it printed, nor the text of an exception.
"""

from grader.logs.emit import bind, bound, bound_id, emit, on_event
from grader.logs.setup import Format, add_option, configure, from_environment

__all__ = [
    "Format",
    "add_option",
    "bind",
    "bound",
    "bound_id",
    "configure",
    "emit",
    "from_environment",
    "on_event",
]
