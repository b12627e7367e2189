"""`grader doctor`: which layers of isolation are active on this machine, and what is missing."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from contextlib import ExitStack
from dataclasses import asdict

from grader.cli.runners import add_runner_argument, open_client

MISSING = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `grader doctor`."""
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_runner_argument(parser)


def run(options: argparse.Namespace) -> int:
    """Print each layer and what it lacks. Returns 0 if programs can be graded here, 3 if not."""
    if platform.system() != "Linux":
        print(f"{platform.system()} can't isolate programs as gradecheck needs it. Use: docker compose up")
        return MISSING
    with ExitStack() as stack:
        from grader.grading.errors import RunnerError

        client = open_client(stack, options.runner, 1)
        if client is None:
            return MISSING
        try:
            health = client.health()
        except RunnerError as error:
            print(f"grader doctor: {error}", file=sys.stderr)
            return MISSING
    if options.json:
        json.dump(asdict(health), sys.stdout, indent=1)
        print()
        return 0
    print(f"mode  {health.mode}")
    for layer in health.layers:
        print(f"  {'✓' if layer.active else '·'} {layer.name:<22} {layer.why}")
    print("engine")
    for name, value in health.engine.items():
        print(f"    {name:<22} {value}")
    return 0
