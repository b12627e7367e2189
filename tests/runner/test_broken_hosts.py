"""A pack's process that failed in one grading serves no other one, and costs no other grading a row."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest

from grader.runner import shared, test_host
from grader.runner.errors import HostBroken
from grader.runner.grading import GradingRun
from grader.runner.service import HOST_TRIES, Service
from grader.runner.slots import Slot
from grader.sandbox.errors import SystemFault
from grader.values import Mode, Order, Verdict
from tests.runner import kit
from tests.runner.in_process import in_process, verdicts

ROWS = ("test_a", "test_b")
TESTS = (
    "def test_a(student): assert student.f(1.0) == 1.0\ndef test_b(student): assert student.f(2.0) == 2.0\n"
)
RIGHT = b"def f(x): return x\n"


@pytest.fixture(scope="module")
def service(servers: None) -> Iterator[Service]:
    with in_process(Mode.UNPRIVILEGED) as made:
        yield made


@pytest.fixture
def order(request: pytest.FixtureRequest) -> Order:
    """An order for a pack of this test only, so that its host is new."""
    pack = kit.pack(f"# {request.node.name}\n{TESTS}", solution__m=RIGHT.decode())
    return Order(pack, ("m.py",), (("m.py", RIGHT),), tuple(map(kit.plan, ROWS)), rehearse=False)


def at_first(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, do: Callable[..., None], times: int = 1
) -> Callable[[], int]:
    """Call `do` before the first calls of a function; what comes back gives the number of its calls."""
    usual, calls = getattr(owner, name), list[None]()

    def watched(*args: object, **more: object) -> object:
        calls.append(None)
        if len(calls) <= times:
            do(*args)
        return usual(*args, **more)

    monkeypatch.setattr(owner, name, watched)
    return lambda: len(calls)


def keeps_something(*_: object) -> None:
    raise shared.KeepsState("the tests keep an open descriptor from before a grading")


ALL_PASS = dict.fromkeys(ROWS, Verdict.PASSED)


def test_an_examiner_that_could_not_be_forked_costs_no_row(
    service: Service, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    forks = at_first(monkeypatch, test_host.TestHost, "_let_one_fork", keeps_something)

    assert verdicts(service, order) == ALL_PASS
    assert forks() == 2


def test_a_pack_that_never_forks_an_examiner_ends_with_its_reason_in_every_row(
    service: Service, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_host.TestHost, "_let_one_fork", keeps_something)

    assert verdicts(service, order) == dict.fromkeys(ROWS, Verdict.INTERNAL)


def test_a_grading_that_waits_for_a_host_which_breaks_takes_a_new_one(
    service: Service, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    between: list[dict[str, Verdict]] = []

    def grade_another(_: test_host.TestHost) -> None:
        at_first(monkeypatch, test_host.TestHost, "_let_one_fork", keeps_something)
        between.append(verdicts(service, order))

    at_first(monkeypatch, test_host.TestHost, "examiner", grade_another)

    assert verdicts(service, order) == ALL_PASS
    assert between == [ALL_PASS]


def test_hosts_that_break_in_other_gradings_do_not_count_as_tries_of_this_one(
    service: Service, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_it(host: test_host.TestHost) -> None:
        with contextlib.suppress(SystemFault), host.alone():
            raise SystemFault("a fault in another grading")

    examiners = at_first(monkeypatch, test_host.TestHost, "examiner", break_it, times=HOST_TRIES)

    assert verdicts(service, order) == ALL_PASS
    assert examiners() == HOST_TRIES + 1


def test_a_host_is_not_used_in_the_middle_of_a_rehearsal(
    service: Service, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Slot) -> None:
        raise SystemFault("no candidate could be started")

    candidates = at_first(monkeypatch, Slot, "candidate", fail)
    runs = at_first(monkeypatch, GradingRun, "run", lambda *_: None)
    rehearsed = Order(order.pack, order.names, order.files, order.tests, rehearse=True)

    with pytest.raises(SystemFault, match="no candidate"):
        verdicts(service, rehearsed)
    assert (candidates(), runs()) == (1, 1)
    assert verdicts(service, rehearsed) == ALL_PASS
    assert runs() == 3, "the new host rehearses too"


def test_a_host_that_broke_in_a_rehearsal_is_not_used_by_the_grading_that_waits_for_it(
    service: Service, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_it(_: Service, host: test_host.TestHost, *more: object) -> None:
        with contextlib.suppress(SystemFault), host.alone():
            host.rehearsal().close()  # its tests begin, and nobody goes on with them
            raise SystemFault("no candidate could be started")

    at_first(monkeypatch, Service, "_rehearse", break_it)
    rehearsed = Order(order.pack, order.names, order.files, order.tests, rehearse=True)

    assert verdicts(service, rehearsed) == ALL_PASS


def test_a_broken_host_forks_and_rehearses_no_more(service: Service, order: Order) -> None:
    refused = list[HostBroken]()
    with service.hosts.borrow(order.pack.digest) as host:
        with contextlib.suppress(SystemFault), host.alone():
            raise SystemFault("a fault of ours")
        for use in (host.examiner, host.prepare, host.alone().__enter__):
            try:
                use()
            except HostBroken as e:
                refused.append(e)

    assert len(refused) == 3
