"""The `grader` command. Only the command that was asked for is imported."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

# name: (module with add_arguments(parser) and run(options) -> exit code, what it does)
COMMANDS = {
    "grade": ("grader.cli.grade", "grade files or folders against a pack, here and now"),
    "pack": ("grader.cli.pack", "make, prove and build packs"),
    "up": ("grader.local.command", "run everything on this machine"),
    "user": ("grader.local.accounts", "add people and courses, enrol, set passwords"),
    "doctor": ("grader.cli.doctor", "say which layers of isolation are active here"),
    "bench": ("bench.command", "measure every figure that the README claims"),
}
# name: (module with main(arguments) -> exit code, what it does)
SERVICES = {
    "web": ("web.serve", "serve the pages and the API"),
    "worker": ("grader.worker.main", "take gradings off the queue"),
    "sweep": ("grader.worker.sweeper", "take over what a dead worker left"),
    "runner": ("grader.runner.main", "run sandboxed jobs for a local socket"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. 0 done, 1 not as it should be, 2 bad input, 3 our fault."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = given[0] if given else ""
    try:
        if name in SERVICES:
            return int(importlib.import_module(SERVICES[name][0]).main(given[1:]) or 0)
        if name in COMMANDS:
            return _run(name, given[1:])
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        sys.stderr.close()
        return 0
    _parser().parse_args(given or ["--help"])
    return 2


def _run(name: str, arguments: list[str]) -> int:
    module_name, what = COMMANDS[name]
    module = importlib.import_module(module_name)
    parser = argparse.ArgumentParser(prog=f"grader {name}", description=what.capitalize() + ".")
    module.add_arguments(parser)
    return int(module.run(parser.parse_args(arguments)))


def _parser() -> argparse.ArgumentParser:
    """The parser of the first word alone: help, version, and what else may stand there."""
    from grader import __version__

    parser = argparse.ArgumentParser(prog="grader", description="Grade programs of a neural-networks course.")
    parser.add_argument("--version", action="version", version=f"gradecheck {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (_, what) in {**COMMANDS, **SERVICES}.items():
        commands.add_parser(name, help=what, add_help=False)
    return parser
