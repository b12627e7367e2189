"""A runner in the process of the tests, where faults can be made at a chosen place, and its parts be read."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.runner.pack_cache import PackCache
from grader.runner.readers import Readers
from grader.runner.service import Service
from grader.runner.slots import Slots
from grader.runner.test_hosts import Hosts
from grader.sandbox.modes import choices
from grader.sandbox.processes import ForkServerProcess
from grader.values import Mode, Order, Outcome, Verdict


@contextlib.contextmanager
def in_process(mode: Mode) -> Iterator[Service]:
    """A runner with two slots in this mode."""
    with tempfile.TemporaryDirectory(prefix="gc-") as place:
        Path(place).chmod(0o711)  # test hosts of another user read their pack below it
        with contextlib.closing(_made(mode, Path(place) / "packs")) as service:
            yield service


def _made(mode: Mode, folder: Path) -> Service:
    chosen = choices(mode, mode, folder)[0]
    packs = PackCache(folder, chosen.hosts.uid)
    hosts = Hosts(chosen.hosts, packs, ForkServerProcess("host", chosen.hosts))
    slots = Slots(2, chosen.jobs, ForkServerProcess("candidate", chosen.jobs), None)
    return Service(mode, packs, hosts, slots, Readers(chosen.jobs))


def verdicts(service: Service, order: Order) -> dict[str, Verdict]:
    """Grade the order: the verdict of each row."""
    given: dict[str, Outcome] = {}
    service.packs.put(order.pack)
    service.grade(order, lambda outcome: given.update({outcome.id: outcome}), None)
    print(*(outcome.detail for outcome in given.values()), sep="\n")  # the reason, if a test fails
    return {test: outcome.verdict for test, outcome in given.items()}
