"""The runner that a command uses: that of --runner, or a private one."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.grading.client import Client


def add_runner_argument(parser: argparse.ArgumentParser) -> None:
    """Add the option --runner."""
    parser.add_argument("--runner", metavar="SOCKET", help="use this runner instead of a private one")


def cores() -> int:
    """How many processors this process may use."""
    return max(1, len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else 1


def open_client(stack: ExitStack, socket: str | None, slots: int) -> Client | None:
    """A client of the runner at this socket, or of a private runner that ends with the stack.

    Prints the reason to stderr and returns None if no runner can be started.
    """
    from grader.runner.errors import NoRunner
    from grader.runner.private import private_runner

    try:
        path = socket or stack.enter_context(private_runner(slots=slots))
        from grader.grading.client import Client  # imports numpy while the runner starts

        return Client(path)
    except NoRunner as error:
        print(f"grader: no runner can be started here: {error}", file=sys.stderr)
        print(
            "`grader doctor` shows what is missing; `docker compose up` starts a service that has it.",
            file=sys.stderr,
        )
        return None
