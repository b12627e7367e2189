"""`python -m grader.local.alive worker|sweeper`: exit code 0 if the process of this container is alive."""

from __future__ import annotations

import socket
import sys

from sqlalchemy import Engine

from grader.database import heartbeats, open_engine, reading
from grader.settings import read_settings


def is_alive(engine: Engine, kind: str, host: str) -> bool:
    """Whether a process of that kind on that host has sent a heartbeat lately."""
    with reading(engine) as session:
        return any(host in row.name for row in heartbeats.alive(session, kind))


if __name__ == "__main__":
    engine = open_engine(read_settings().database_url)
    sys.exit(0 if is_alive(engine, sys.argv[1], socket.gethostname()) else 1)
