"""`grader bench`: measures every number that the README states."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `grader bench`."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these rows (default: all)")
    parser.add_argument("--runs", type=int, default=30, metavar="N", help="runs of each (default: 30)")
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="line: only every N-th program (default: all)"
    )
    parser.add_argument("--json", metavar="OUT", help="write the rows to this file, or - for standard output")


def run(options: argparse.Namespace) -> int:
    """The exit code: 0 if all was measured, 2 for an unknown name, 3 if a measured job failed."""
    from bench.main import measure

    return measure(options.names, options.runs, options.json, options.every)
