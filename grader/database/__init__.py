"""The database: models, and functions that take a Session to read or change rows; one module per topic.

The caller opens the session with `reading` or `writing`, and so decides where the transaction ends.
"""

from grader.database.engine import may_write, open_engine, reading, writing
from grader.database.errors import ReadOnlySession
from grader.database.migrate import migrate

__all__ = ["ReadOnlySession", "may_write", "migrate", "open_engine", "reading", "writing"]
