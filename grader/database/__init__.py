"""The database: models, queries and commands. Plain functions, one module a topic, that take a Session.

The caller opens the session (`reading` or `writing`) and with it decides on the transaction.
"""

from grader.database.engine import open_engine, reading, writing
from grader.database.errors import ReadOnlySession
from grader.database.migrate import migrate

__all__ = ["ReadOnlySession", "migrate", "open_engine", "reading", "writing"]
