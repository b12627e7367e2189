"""Slots: a fork-server is replaced between gradings, never during one."""

import threading
from collections.abc import Iterator

import pytest

from grader.runner import slots
from grader.runner.slots import Slots
from grader.sandbox import canaries
from grader.sandbox.processes import ForkServerProcess, Setup
from grader.values import Mode

SETUP = Setup(Mode.UNPRIVILEGED)


@pytest.fixture
def slot_pool(monkeypatch: pytest.MonkeyPatch, servers: None) -> Iterator[Slots]:
    monkeypatch.setattr(slots, "JOBS_PER_SERVER", 3)
    pool = Slots(1, SETUP, ForkServerProcess("candidate", SETUP), None)
    yield pool
    pool.close()


def test_a_grading_keeps_its_fork_server_for_any_number_of_jobs(slot_pool: Slots) -> None:
    with slot_pool.borrow() as slot:
        first = slot.candidate()
        for _ in range(5):
            slot.candidate().close()
        alive = first.cpu_ns()
        first.close()

    assert alive is not None


def test_after_many_jobs_the_next_grading_has_a_new_fork_server(slot_pool: Slots) -> None:
    with slot_pool.borrow() as slot:
        old = slot.candidate()
        for _ in range(5):
            slot.candidate().close()
        old.close()
    with slot_pool.borrow() as slot:
        new = slot.candidate()
        same = new.server is old.server
        new.close()

    assert not same


def test_a_fork_server_that_died_is_replaced(slot_pool: Slots) -> None:
    with slot_pool.borrow() as slot:
        job = slot.candidate()
        job.close()
        job.server.close()
    with slot_pool.borrow() as slot:
        job = slot.candidate()
        reply = canaries._ask(job, "def f():\n    return 7\n", "f")
        job.close()

    assert reply == 7


def test_a_waiting_candidate_is_in_the_sandbox_before_it_is_used(slot_pool: Slots) -> None:
    with slot_pool.borrow() as slot:
        job = slot.candidate()
        fields = canaries.status(job.pid)
        job.close()

    assert (fields["Seccomp"], fields["NoNewPrivs"], fields["CapEff"]) == ("2", "1", "0" * 16)


def test_bulk_work_never_holds_the_last_slot(servers: None) -> None:
    pool = Slots(2, SETUP, ForkServerProcess("candidate", SETUP), None)
    second_bulk, student = threading.Event(), threading.Event()

    def borrow(done: threading.Event, bulk: bool) -> None:
        with pool.borrow(bulk=bulk):
            done.set()

    try:
        with pool.borrow(bulk=True):
            threads = [
                threading.Thread(target=borrow, args=(second_bulk, True)),
                threading.Thread(target=borrow, args=(student, False)),
            ]
            for thread in threads:
                thread.start()
            assert student.wait(30)
            threads[1].join()
            assert not second_bulk.is_set()
            assert pool.free == 1
        for thread in threads:
            thread.join()
        assert second_bulk.is_set()
    finally:
        pool.close()


def test_a_runner_with_one_slot_does_bulk_work_too(slot_pool: Slots) -> None:
    with slot_pool.borrow(bulk=True) as slot:
        assert slot.number == 0
