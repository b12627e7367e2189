"""`python -m grader.local.alive worker|sweeper`: exit 0 if this container's own process was seen lately."""

from __future__ import annotations

import socket
import sys

from sqlalchemy import Engine

from grader.database import heartbeats, open_engine, reading
from grader.settings import read_settings


def is_alive(engine: Engine, kind: str, host: str) -> bool:
    """Whether a process of that kind on that host has lately said that it lives."""
    with reading(engine) as session:
        return any(host in beat.name for beat in heartbeats.alive(session, kind))


if __name__ == "__main__":
    engine = open_engine(read_settings().database_url)
    sys.exit(0 if is_alive(engine, sys.argv[1], socket.gethostname()) else 1)
