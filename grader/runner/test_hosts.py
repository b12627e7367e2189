"""Warm test hosts, one for each pack version: started on demand, and ended when least recently used."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator

from grader.logs import emit, events
from grader.runner.errors import PackFault
from grader.runner.pack_cache import PackCache
from grader.runner.test_host import TestHost
from grader.sandbox.errors import SystemFault
from grader.sandbox.processes import ForkServerProcess, Setup

HOSTS_KEPT = 8
READY_WAIT_S = 10.0


class _Place:
    """The entry of one pack's host. Starting it takes the entry's own lock, so that a pack which hangs
    during collection delays only its own gradings."""

    def __init__(self) -> None:
        self.making = threading.Lock()
        self.host: TestHost | None = None
        self.users = 0
        self.retired = False


class Hosts:
    """The warm hosts of a runner, by digest, the least recently used ended first."""

    def __init__(self, setup: Setup, packs: PackCache, server: ForkServerProcess) -> None:
        """`server` is a fork-server for hosts of this setup."""
        self._setup, self._packs, self._server = setup, packs, server
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._lock = threading.Lock()
        self._ending = False

    @contextlib.contextmanager
    def borrow(self, digest: str) -> Iterator[TestHost]:
        """This pack's host, started and collected if needed. It is not ended while anyone has it borrowed.

        It is retired, so that the next borrower gets a new one, if it has ended or is broken, and by a
        PackFault inside. Raises PackFault, SystemFault.
        """
        while True:
            place = self._enter(digest)
            try:
                if (host := self._usable(digest, place)) is not None:
                    with self._retiring(digest, place):
                        yield host
                    return
            finally:
                self._leave(place)

    def _usable(self, digest: str, place: _Place) -> TestHost | None:
        """The entry's host, made if there is none yet; None if the entry is retired: then a new one is
        needed. Raises PackFault, SystemFault."""
        with place.making:
            if place.host is not None and (place.host.broken or not place.host.alive):
                self._lose(digest, place)  # ended only when nobody has it: its descriptors may be in use
            if place.retired:
                return None
            if place.host is None:
                with self._retiring(digest, place):
                    place.host = self._make(digest)
            return place.host

    @contextlib.contextmanager
    def _retiring(self, digest: str, place: _Place) -> Iterator[None]:
        """Retire the entry if a PackFault comes out of this context, or if its host is broken then."""
        try:
            yield
        except BaseException as e:
            if isinstance(e, PackFault) or (place.host is not None and place.host.broken):
                self._lose(digest, place)
                self._check()
            raise

    def _lose(self, digest: str, place: _Place) -> None:
        if not place.retired:
            emit(events.TestHostLost(digest=digest[:12]))
        self._retire(digest, place)

    def _enter(self, digest: str) -> _Place:
        with self._lock:
            place = self._places.setdefault(digest, _Place())
            self._places.move_to_end(digest)
            place.users += 1
            idle = [(d, p) for d, p in self._places.items() if p.users == 0]
            surplus = max(0, len(self._places) - HOSTS_KEPT)
        for old, unused in idle[:surplus]:
            self._retire(old, unused)
        return place

    def _leave(self, place: _Place) -> None:
        with self._lock:
            place.users -= 1
            self._end_if_unused(place)

    def _retire(self, digest: str, place: _Place) -> None:
        with self._lock:
            if self._places.get(digest) is place:
                del self._places[digest]
            place.retired = True
            self._end_if_unused(place)

    @staticmethod
    def _end_if_unused(place: _Place) -> None:
        if place.retired and place.users == 0 and place.host is not None:
            place.host.close()
            place.host = None

    def _live_server(self) -> ForkServerProcess:
        """The fork-server, a new one if it died. Raises SystemFault."""
        with self._lock:
            if self._ending:
                raise SystemFault("the runner is ending")
            if not self._server.alive:
                self._server.close()
                self._server = ForkServerProcess("host", self._setup)
                emit(events.ForkServerRenewed(kind="host", died=True))
            return self._server

    def _check(self) -> None:
        """Raise SystemFault if hosts end because their fork-server does."""
        if self._ending or self._server.ends_within(0.1):
            raise SystemFault("the fork-server of test hosts ended")

    def _make(self, digest: str) -> TestHost:
        began, folder = time.monotonic(), str(self._packs.path(digest))
        job = self._live_server().start(readable=folder)
        try:
            job.await_ready(time.monotonic() + READY_WAIT_S)
            host = TestHost(job, folder)
        except (SystemFault, PackFault):
            job.close()
            raise
        emit(events.TestHostStarted(digest=digest[:12], run_ms=(time.monotonic() - began) * 1000))
        return host

    def close(self) -> None:
        """End all hosts."""
        self._ending = True
        for digest, place in list(self._places.items()):
            self._retire(digest, place)
        self._server.close()
