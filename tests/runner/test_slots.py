"""Slots: a fork-server is replaced between gradings, never during one."""

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
