"""Keeps claims alive: one thread renews every lease and writes what tests have finished.

Gradings only tell it; they never wait for the database. A claim that was lost is marked so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

from sqlalchemy import Engine

from grader.database import claims, writing
from grader.logs import emit, events
from grader.logs.errors import error_name

PROGRESS_S = 0.25


class HeldClaim:
    """One claim in hand and what its job has finished so far."""

    def __init__(self, claim: claims.Claim) -> None:
        self.claim = claim
        self.lost = False
        self.done: list[dict[str, Any]] = []
        self.written = 0
        self.touched = time.monotonic()
        self._context = copy_context()

    def tell(self, finished: dict[str, Any]) -> None:
        """One more thing is finished, as JSON; it is written soon."""
        self.done.append(finished)

    def log(self, event: events.Event) -> None:
        """Log with the id that was bound where the claim began to be held; for the renewer's thread."""
        self._context.run(emit, event)


class LeaseRenewer:
    """Renews leases a third of their length apart; `lease_s` in seconds."""

    def __init__(self, engine: Engine, lease_s: float) -> None:
        self._engine, self._lease_s = engine, lease_s
        self._held: dict[int, HeldClaim] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease_renewer", daemon=True)

    def start(self) -> None:
        """Begin to keep."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; leases are renewed no more."""
        self._stopped.set()
        self._thread.join()

    @contextmanager
    def holding(self, claim: claims.Claim) -> Iterator[HeldClaim]:
        """Keep this claim's lease until the block ends."""
        held = HeldClaim(claim)
        with self._lock:
            self._held[claim.job_id] = held
        try:
            yield held
        finally:
            with self._lock:
                del self._held[claim.job_id]

    def _run(self) -> None:
        while not self._stopped.wait(PROGRESS_S):
            with self._lock:
                due = [held for held in self._held.values() if not held.lost]
            for held in due:
                try:
                    self._keep(held)
                except Exception as error:  # the lease may run out; the fence guards the rest
                    held.log(events.LeaseNotRenewed(held.claim.job_id, error_name(error)))

    def _keep(self, held: HeldClaim) -> None:
        count = len(held.done)
        renewal_due = time.monotonic() - held.touched > self._lease_s / 3
        if count == held.written and not renewal_due:
            return
        with writing(self._engine) as session:
            if count > held.written:
                kept = claims.write_progress(session, held.claim, held.done[:count], self._lease_s)
            else:
                kept = claims.renew(session, held.claim, self._lease_s)
        # Whoever works on the job says that it was lost: it may just as well be done by now.
        held.written, held.touched, held.lost = count, time.monotonic(), not kept
