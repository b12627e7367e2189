"""What the kernel measures of a process, from files that stay open."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from grader.sandbox.figures import Figures

COMPUTES = "data = b'x' * (1 << 24)\nwhile True: data.count(1)"


@pytest.fixture
def child():
    """A process that computes and holds 16 MB; it is ended after the test."""
    process = subprocess.Popen([sys.executable, "-c", COMPUTES])
    yield process
    process.kill()
    process.wait()


def test_the_figures_of_a_process_are_its_own(child: subprocess.Popen[bytes]) -> None:
    figures, ours = Figures(child.pid), Figures(os.getpid())

    while figures.used_ns() < 1e8:
        time.sleep(0.01)

    assert 16_384 < figures.peak_kb() != ours.peak_kb() > 0
    assert figures.waited_ns() >= 0
    figures.close()


def test_the_figures_of_an_ended_process_are_zero(child: subprocess.Popen[bytes]) -> None:
    figures = Figures(child.pid)
    child.kill()
    child.wait()

    assert (figures.used_ns(), figures.waited_ns(), figures.peak_kb()) == (0, 0, 0)


def test_closed_figures_and_those_of_no_process_are_zero() -> None:
    closed, nobody = Figures(os.getpid()), Figures(-1)
    closed.close()

    assert (closed.waited_ns(), closed.peak_kb()) == (0, 0)
    assert (nobody.waited_ns(), nobody.peak_kb()) == (0, 0)


def test_closing_twice_closes_no_file_of_others() -> None:
    figures = Figures(os.getpid())
    figures.close()
    with open(os.devnull, "rb") as other:
        figures.close()
        assert other.read() == b""
