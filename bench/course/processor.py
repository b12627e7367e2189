"""The processor time of this process and of the database's, so that a busy machine can be told from a slow page."""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy import Engine, text


class Processor:
    """The time that this process and the server processes of its connections have had a processor, if the
    database is on this machine: else only this process."""

    def __init__(self, engine: Engine) -> None:
        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            )
            self._clocks = [Path(f"/proc/{pid}/schedstat") for (pid,) in found]

    def ms(self) -> float:
        """Milliseconds until now."""
        server = sum(int(clock.read_text().split()[0]) for clock in self._clocks if clock.exists())
        return time.process_time() * 1000 + server / 1e6
