"""`grader grade`: many submissions at once, each a file or a folder, in a private runner."""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.runners import add_runner_argument, cores, opened

if TYPE_CHECKING:
    from grader.cli.batch import BatchSettings, Done, Recorded

OURS, BAD_INPUT, BELOW = 3, 2, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `grader grade`."""
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="one submission each: a file, or a folder of several files")
    add("--pack", required=True, metavar="ID_OR_DIR", help="a pack's folder, or the id of a shipped one")
    add("--jobs", type=int, metavar="N", help=f"gradings at a time (default: {cores()})")
    add("--json", metavar="OUT", help="write the list of reports to this file, or - for standard output")
    add("--fail-under", type=_percent, metavar="PERCENT", help="exit 1 if a score is below this")
    add("--timings", action="store_true", help="say where the time went")
    add("--replay", metavar="REPORT", help="repeat the draws of this report (a file written by --json)")
    add("--secret-file", metavar="FILE", help="the assignment's secret for the hidden draws")
    add_runner_argument(parser)


def _percent(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 100")
    return value


def run(options: argparse.Namespace) -> int:
    """0 if every submission got a verdict, 2 bad input (the rest is graded), 3 our fault, 1 if a
    score is below --fail-under."""
    jobs = max(1, min(options.jobs or cores(), len(options.paths)))
    with ExitStack() as stack, ThreadPoolExecutor(1) as helper:
        read = helper.submit(_settings, options)  # beside the start of the runner, not after it
        client = opened(stack, options.runner, jobs)
        settings = read.result()
        if client is None or settings is None:
            return OURS if client is None else BAD_INPUT
        from grader.cli.batch import grade_all

        done = grade_all(options.paths, settings, client, jobs)
        return _tell(options, settings, done)


def _settings(options: argparse.Namespace) -> BatchSettings | None:
    """The pack and the draws; None, with every fault on stderr, if they can't be read."""
    from grader.cli.batch import BatchSettings
    from grader.packs import PackError, find, load

    try:
        pack = load(find(options.pack))
        secret = Path(options.secret_file).read_bytes().strip() if options.secret_file else None
        recorded = _recorded(Path(options.replay)) if options.replay else []
    except PackError as error:
        print(f"grader grade: the pack can't be used:\n{error}", file=sys.stderr)
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"grader grade: {type(error).__name__}: {error}", file=sys.stderr)
        return None
    return BatchSettings(pack, secret, recorded)


def _recorded(path: Path) -> list[Recorded]:
    """The draws of every report in a file that --json wrote."""
    from grader.cli.batch import Recorded

    data = json.loads(path.read_text("utf-8"))
    return [
        Recorded(
            frozenset(file["sha256"] for file in report["files"]),
            {result["id"]: int(result["key"], 16) for result in report["results"]},
        )
        for report in (data if isinstance(data, list) else [data])
    ]


def _tell(options: argparse.Namespace, settings: BatchSettings, done: list[Done]) -> int:
    """Print or write the reports; the exit code they amount to."""
    from grader.cli.report_text import show, show_timings
    from grader.grading.report_json import to_json

    if options.json != "-":
        for each in done:
            show(each)
    if options.timings:
        show_timings(done)
    if options.json and not _written(options.json, [to_json(each.report) for each in done if each.report]):
        return BAD_INPUT
    if any(each.report and each.report.internal for each in done):
        return OURS
    if any(each.report is None for each in done):
        return BAD_INPUT
    least = (options.fail_under or 0) / 100 * float(settings.pack.total_points)
    below = any(each.report and each.report.score is not None and each.report.score < least for each in done)
    return BELOW if options.fail_under is not None and below else 0


def _written(place: str, reports: list[dict[str, object]]) -> bool:
    """Write the list of reports; False, with the reason on stderr, if that is not possible."""
    text = json.dumps(reports, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if place == "-":
        sys.stdout.write(text)
        return True
    try:
        Path(place).write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"grader grade: the reports can't be written: {error}", file=sys.stderr)
        return False
    return True
