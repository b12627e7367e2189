"""Renews the leases of claims: one thread does it for all, and writes the results of finished tests.

Gradings only add their results to a list and never wait for the database. A lost claim is marked `lost`.
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
    """A claim of this worker and the results that its job has so far."""

    def __init__(self, claim: claims.Claim) -> None:
        self.claim = claim
        self.lost = False
        self.done: list[dict[str, Any]] = []
        self.written = 0
        self.renewed_at = time.monotonic()
        self._context = copy_context()

    def add(self, result: dict[str, Any]) -> None:
        """Add a finished result, as JSON; the renewer writes it soon."""
        self.done.append(result)

    def log(self, event: events.Event) -> None:
        """Log, from the renewer's thread, under the id that was bound when this object was made."""
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
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; no lease is renewed after that."""
        self._stopped.set()
        self._thread.join()

    @contextmanager
    def holding(self, claim: claims.Claim) -> Iterator[HeldClaim]:
        """Renew this claim's lease until the block ends."""
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
                    self._renew(held)
                except Exception as error:  # if the lease ends, the fence keeps late writes out
                    held.log(events.LeaseNotRenewed(held.claim.job_id, error_name(error)))

    def _renew(self, held: HeldClaim) -> None:
        count = len(held.done)
        renewal_due = time.monotonic() - held.renewed_at > self._lease_s / 3
        if count == held.written and not renewal_due:
            return
        with writing(self._engine) as session:
            if count > held.written:
                still_ours = claims.write_progress(session, held.claim, held.done[:count], self._lease_s)
            else:
                still_ours = claims.renew(session, held.claim, self._lease_s)
        # The thread that works on the job logs a lost claim: the job may also be done by now.
        held.written, held.renewed_at, held.lost = count, time.monotonic(), not still_ours
