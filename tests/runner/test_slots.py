"""Slots: a fork-server is renewed between gradings, never under one."""

from collections.abc import Iterator

import pytest

from grader.runner import slots
from grader.runner.slots import Slots
from grader.sandbox import canaries
from grader.sandbox.processes import ForkServerProcess, Setup
from grader.values import Mode

SETUP = Setup(Mode.UNPRIVILEGED)


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch, servers: None) -> Iterator[Slots]:
    monkeypatch.setattr(slots, "JOBS_PER_SERVER", 3)
    made = Slots(1, SETUP, ForkServerProcess("candidate", SETUP), None)
    yield made
    made.close()


def test_a_grading_keeps_its_fork_server_however_many_jobs_it_takes(one: Slots) -> None:
    with one.borrow() as slot:
        first = slot.candidate()
        for _ in range(5):
            slot.candidate().close()
        alive = first.cpu_ns()
        first.close()

    assert alive is not None


def test_after_many_jobs_the_next_grading_has_a_fresh_fork_server(one: Slots) -> None:
    with one.borrow() as slot:
        old = slot.candidate()
        for _ in range(5):
            slot.candidate().close()
        old.close()
    with one.borrow() as slot:
        new = slot.candidate()
        same = new.server is old.server
        new.close()

    assert not same


def test_a_fork_server_that_died_is_replaced(one: Slots) -> None:
    with one.borrow() as slot:
        job = slot.candidate()
        job.close()
        job.server.close()
    with one.borrow() as slot:
        job = slot.candidate()
        said = canaries._ask(job, "def f():\n    return 7\n", "f")
        job.close()

    assert said == 7


def test_a_waiting_candidate_is_confined_before_it_is_asked_for(one: Slots) -> None:
    with one.borrow() as slot:
        job = slot.candidate()
        facts = canaries.status(job.pid)
        job.close()

    assert (facts["Seccomp"], facts["NoNewPrivs"], facts["CapEff"]) == ("2", "1", "0" * 16)
