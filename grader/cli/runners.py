"""The runner that a command uses: the one it was given, or a private one."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.grading.client import Client


def add_runner_argument(parser: argparse.ArgumentParser) -> None:
    """The option --runner."""
    parser.add_argument("--runner", metavar="SOCKET", help="use this runner instead of a private one")


def cores() -> int:
    """How many processors this process may use."""
    return max(1, len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else 1


def opened(stack: ExitStack, socket: str | None, slots: int) -> Client | None:
    """A client of the runner at this socket, or of a private one that ends with the stack;
    None, with the reason on stderr, if there is none to be had."""
    from grader.runner.errors import NoRunner
    from grader.runner.private import private_runner

    try:
        path = socket or stack.enter_context(private_runner(slots=slots))
        from grader.grading.client import Client  # imports numpy, which a starting runner does meanwhile

        return Client(path)
    except NoRunner as error:
        print(f"grader: no runner can be had here: {error}", file=sys.stderr)
        print("`grader doctor` says what is missing; `docker compose up` brings it along.", file=sys.stderr)
        return None
