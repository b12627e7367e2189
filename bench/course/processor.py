"""The processor time of a page, here and in the database: it tells a slow page from a busy machine."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event


class Processor:
    """The time that this process and the server processes of its connections have had a processor, if the
    database is on this machine: else only this process. What a server process gives to parallel workers is
    not in it: set max_parallel_workers_per_gather to 0 to see all."""

    def __init__(self, engine: Engine) -> None:
        self._clocks: list[Path] = []
        engine.dispose()  # so that every connection is made under our eyes
        event.listen(engine, "connect", self._note)

    def _note(self, connection: Any, record: object) -> None:
        self._clocks.append(Path(f"/proc/{connection.info.backend_pid}/schedstat"))

    def ms(self) -> float:
        """Milliseconds until now."""
        server = sum(int(clock.read_text().split()[0]) for clock in self._clocks if clock.exists())
        return time.process_time() * 1000 + server / 1e6
