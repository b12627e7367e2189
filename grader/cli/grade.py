"""`grader grade`: many submissions at once, each a file or a folder, in a private runner."""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.options import percent, whole, why_not_writable
from grader.cli.recorded import Unreadable, read_draws, read_secret
from grader.cli.runners import add_runner_argument, cores, open_client

if TYPE_CHECKING:
    from grader.cli.batch import BatchResult, BatchSettings

OUR_FAULT, BAD_INPUT, BELOW = 3, 2, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `grader grade`."""
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="one submission each: a file, or a folder of several files")
    add(
        "--pack",
        required=True,
        metavar="ID_OR_DIR",
        help="the folder of a pack, or the id of one that comes with gradecheck",
    )
    add(
        "--jobs",
        type=whole(1, 1000),
        metavar="N",
        help=f"how many to grade at the same time (default: {cores()})",
    )
    add("--json", metavar="OUT", help="write the list of reports to this file, or - for standard output")
    add("--fail-under", type=percent, metavar="PERCENT", help="exit 1 if a score is below this")
    add("--lines", action="store_true", help="look for the wrong line behind each failed test")
    add("--timings", action="store_true", help="show how long each phase took")
    add(
        "--replay",
        metavar="REPORT",
        help="use the random draws of this report again (a file written by --json)",
    )
    add(
        "--secret-file",
        metavar="FILE",
        help="file with the assignment's secret, which decides the draws of hidden tests",
    )
    add_runner_argument(parser)


def run(options: argparse.Namespace) -> int:
    """Grade every path. Returns 0 if all were graded, 1 if a score is below --fail-under, 2 after bad
    input (the other paths are graded), 3 after a fault of ours."""
    if why := why_not_writable(options.json):
        print(f"grader grade: {why}", file=sys.stderr)
        return BAD_INPUT
    jobs = max(1, min(options.jobs or cores(), len(options.paths)))
    with ExitStack() as stack, ThreadPoolExecutor(1) as helper:
        reading = helper.submit(_settings, options)  # while the runner starts, not after it
        client = open_client(stack, options.runner, jobs)
        settings = reading.result()
        if client is None or settings is None:
            return OUR_FAULT if client is None else BAD_INPUT
        from grader.cli.batch import grade_all

        results = grade_all(options.paths, settings, client, jobs)
        return _output(options, settings, results)


def _settings(options: argparse.Namespace) -> BatchSettings | None:
    """The pack and the draws; prints every fault to stderr and returns None if they can't be read."""
    from grader.cli.batch import BatchSettings
    from grader.packs import PackError, find, load

    try:
        pack = load(find(options.pack))
        secret = read_secret(options.secret_file) if options.secret_file else None
        recorded = read_draws(options.replay) if options.replay else []
    except PackError as error:
        print(f"grader grade: the pack can't be used:\n{error}", file=sys.stderr)
        return None
    except Unreadable as error:
        print(f"grader grade: {error}", file=sys.stderr)
        return None
    return BatchSettings(pack, secret, recorded, options.lines)


def _output(options: argparse.Namespace, settings: BatchSettings, results: list[BatchResult]) -> int:
    """Print or write the reports; returns the exit code that follows from them."""
    from grader.cli.report_text import show, show_timings
    from grader.grading.report_json import to_json

    if options.json != "-":
        for result in results:
            show(result)
    if options.timings:
        show_timings(results)
    reports = [result.report for result in results if result.report]
    if options.json and not _write(options.json, [to_json(report) for report in reports]):
        return BAD_INPUT
    if any(report.internal for report in reports):
        return OUR_FAULT
    if len(reports) < len(results):
        return BAD_INPUT
    lowest = (options.fail_under or 0) / 100 * float(settings.pack.total_points)
    below = any(report.score is not None and report.score < lowest for report in reports)
    return BELOW if options.fail_under is not None and below else 0


def _write(path: str, reports: list[dict[str, object]]) -> bool:
    """Write the list of reports; prints the reason to stderr and returns False if that is not possible."""
    text = json.dumps(reports, indent=1, ensure_ascii=path == "-", allow_nan=False) + "\n"
    if path == "-":
        sys.stdout.write(text)
        return True
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"grader grade: the reports can't be written: {error}", file=sys.stderr)
        return False
    return True
