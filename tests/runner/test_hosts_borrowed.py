"""Which host a borrower gets, and when one is closed: its descriptors may be in use until nobody has it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from grader.runner.errors import PackFault
from grader.runner.test_hosts import HOSTS_KEPT, Hosts
from grader.sandbox.errors import SystemFault


class FakeHost:
    """A host without a process."""

    def __init__(self) -> None:
        self.alive, self.broken, self.closed = True, False, 0

    def close(self) -> None:
        self.closed += 1


class FakeServer:
    """A fork-server without a process."""

    def ends_within(self, wait_s: float) -> bool:
        return False

    def close(self) -> None: ...


class FakeHosts(Hosts):
    """Hosts that are made without a process; the first tries fail with these errors."""

    def __init__(self, *errors: Exception) -> None:
        nothing: Any = FakeServer()
        super().__init__(nothing, nothing, nothing)
        self.errors, self.all = list(errors), list[FakeHost]()

    def _make(self, digest: str) -> Any:
        if self.errors:
            raise self.errors.pop(0)
        self.all.append(FakeHost())
        return self.all[-1]


@contextlib.contextmanager
def raised(*kinds: type[Exception]) -> Iterator[None]:
    with pytest.raises(kinds):
        yield


def test_a_host_serves_all_borrowers_while_it_is_whole() -> None:
    hosts = FakeHosts()
    with hosts.borrow("a") as first, hosts.borrow("a") as second:
        assert first is second
    with hosts.borrow("a") as third:
        assert third is first
    assert [h.closed for h in hosts.all] == [0]


@pytest.mark.parametrize("change", [{"alive": False}, {"broken": True}], ids=["ended", "broken"])
def test_a_useless_host_is_closed_when_the_last_borrower_has_gone(change: dict[str, bool]) -> None:
    hosts = FakeHosts()
    with hosts.borrow("a") as first:
        with hosts.borrow("a"):
            vars(first).update(change)
            with hosts.borrow("a") as new:
                assert new is not first
            assert hosts.all[0].closed == 0
        assert hosts.all[0].closed == 0
    assert [h.closed for h in hosts.all] == [1, 0]
    with hosts.borrow("a") as later:
        assert later is new


@pytest.mark.parametrize("fault", [PackFault, SystemFault, ValueError])
def test_any_error_that_breaks_a_host_retires_it(fault: type[Exception]) -> None:
    hosts = FakeHosts()
    with raised(fault), hosts.borrow("a") as first:
        first.broken = True
        raise fault("while it was used")
    assert hosts.all[0].closed == 1
    with hosts.borrow("a") as second:
        assert second is not first


@pytest.mark.parametrize(("fault", "made"), [(PackFault, 2), (SystemFault, 1)])
def test_an_error_that_breaks_nothing_retires_a_host_only_if_it_is_the_packs(
    fault: type[Exception], made: int
) -> None:
    hosts = FakeHosts()
    with raised(fault), hosts.borrow("a"):
        raise fault("while it was used")
    with hosts.borrow("a"):
        assert len(hosts.all) == made


@pytest.mark.parametrize("fault", [PackFault, SystemFault])
def test_after_a_host_that_could_not_be_made_the_next_borrower_gets_one(fault: type[Exception]) -> None:
    hosts = FakeHosts(fault("it can't be collected"))
    with raised(fault), hosts.borrow("a"):
        pytest.fail("there is no host")
    with hosts.borrow("a") as host:
        assert host.alive


def test_the_least_recently_used_host_is_closed_first_and_never_one_that_is_borrowed() -> None:
    hosts = FakeHosts()
    with hosts.borrow("oldest"):
        for number in range(HOSTS_KEPT + 1):
            with hosts.borrow(str(number)):
                pass
        assert [h.closed for h in hosts.all] == [0, 1, 1, *[0] * (HOSTS_KEPT - 1)]


def test_after_the_end_a_borrowed_host_is_closed_by_its_borrower() -> None:
    hosts = FakeHosts()
    with hosts.borrow("a"):
        hosts.close()
        assert hosts.all[0].closed == 0
    assert hosts.all[0].closed == 1
