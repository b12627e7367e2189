"""The `grader` command. It imports only the module of the command that is run."""

from __future__ import annotations

import argparse
import importlib
import io
import sys
from collections.abc import Sequence

BAD_INPUT = 2
# name: (module with add_arguments(parser) and run(options) -> exit code, help text)
COMMANDS = {
    "grade": ("grader.cli.grade", "grade files or folders with a pack, on this machine"),
    "pack": ("grader.cli.pack", "make, check and build packs"),
    "up": ("grader.local.command", "run the whole service on this machine"),
    "user": ("grader.local.accounts", "add users and courses, enrol users, set passwords"),
    "doctor": ("grader.cli.doctor", "show which layers of isolation are active on this machine"),
    "bench": ("bench.command", "measure every figure that the README claims"),
}
# name: (module with main(arguments) -> exit code, help text)
SERVICES = {
    "web": ("web.serve", "serve the pages and the API"),
    "worker": ("grader.worker.main", "grade the submissions in the queue"),
    "sweep": ("grader.worker.sweeper", "queue the jobs of lost workers again"),
    "runner": ("grader.runner.main", "run sandboxed jobs for a local socket"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0 for success, 1 if a requirement is not met, 2 bad input, 3 our fault."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    name = words[0] if words else ""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a character must not end a command
            stream.reconfigure(errors="backslashreplace")
    try:
        if name in SERVICES:
            return int(importlib.import_module(SERVICES[name][0]).main(words[1:]) or 0)
        if name in COMMANDS:
            return _run(name, words[1:])
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output has closed it, as `| head` does
        sys.stderr.close()
        return 0
    if not words:
        _parser().print_help(sys.stderr)
        return BAD_INPUT
    _parser().parse_args(words)
    return BAD_INPUT


def _run(name: str, arguments: list[str]) -> int:
    module_name, summary = COMMANDS[name]
    module = importlib.import_module(module_name)
    parser = argparse.ArgumentParser(prog=f"grader {name}", description=summary.capitalize() + ".")
    module.add_arguments(parser)
    return int(module.run(parser.parse_args(arguments)))


def _parser() -> argparse.ArgumentParser:
    """The parser of the first argument only: --help, --version or the name of a command."""
    from grader import __version__

    parser = argparse.ArgumentParser(prog="grader", description="Grade programs of a neural-networks course.")
    parser.add_argument("--version", action="version", version=f"gradecheck {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (_, summary) in {**COMMANDS, **SERVICES}.items():
        commands.add_parser(name, help=summary, add_help=False)
    return parser
