"""`grader pack new / check / mistakes / build / import`: the commands for authors of packs."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.options import whole, why_not_writable
from grader.cli.runners import add_runner_argument, cores, open_client
from grader.packs import write_zip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.packcheck import CheckReport, Step
    from grader.packs import Pack
    from grader.values.faults import Fault

    Actions = argparse._SubParsersAction[argparse.ArgumentParser]

NOT_PROVEN, UNREADABLE, OUR_FAULT = 1, 2, 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `grader pack`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="new|check|mistakes|build|import")
    new = actions.add_parser("new", help="make a small working pack to edit")
    new.add_argument("name", help="the new folder; its last part becomes the pack's id")
    _add_check(actions)
    _add_mistakes(actions)
    build = actions.add_parser("build", help="make a zip archive to upload")
    build.add_argument("folder", metavar="ID_OR_DIR")
    build.add_argument("--out", metavar="FILE", help="default: ID.zip in the current folder")
    build.add_argument(
        "--bundle", action="store_true", help="make the bundle for students instead of the pack"
    )
    import_ = actions.add_parser(
        "import", help="add a pack to a course of this installation, where a worker checks it"
    )
    import_.add_argument("source", metavar="ZIP_ID_OR_DIR")
    import_.add_argument("--course", required=True, metavar="SLUG")
    import_.add_argument(
        "--state",
        type=Path,
        help="the state folder of `grader up`; needed unless GRADECHECK_DATABASE_URL is set",
    )


def _add_check(actions: Actions) -> None:
    check = actions.add_parser(
        "check", help="check a pack; exit code 0: proven, 1: not proven, 2: its parts contradict each other"
    )
    check.add_argument("folder", metavar="ID_OR_DIR")
    check.add_argument(
        "--draws",
        type=whole(0, 10_000),
        default=20,
        metavar="N",
        help="grade the solution on N random draws (default: %(default)s); 1: a short check",
    )
    check.add_argument(
        "--mutants",
        type=whole(0, 10_000),
        default=60,
        metavar="N",
        help="generate at most N mutants of the solution (default: %(default)s)",
    )
    check.add_argument(
        "--json", metavar="OUT", help="write the report to this file, or - for standard output"
    )
    check.add_argument(
        "--diff",
        action="store_true",
        help="show how each mistake that is defined by edits differs from the solution",
    )
    add_runner_argument(check)


def _add_mistakes(actions: Actions) -> None:
    mistakes = actions.add_parser(
        "mistakes", help="list the mistakes of a pack, or write one to files to try it"
    )
    mistakes.add_argument("folder", metavar="ID_OR_DIR")
    mistakes.add_argument("mistake", nargs="?", metavar="MISTAKE", help="id of the mistake to write to files")
    mistakes.add_argument(
        "--out",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="where to write them (default: the current folder)",
    )
    mistakes.add_argument("--force", action="store_true", help="overwrite existing files")


def run(options: argparse.Namespace) -> int:
    """Run the chosen action and return its exit code."""
    from grader.packs import PackError

    try:
        actions = {
            "new": _new,
            "check": _check,
            "mistakes": _mistakes,
            "build": _build,
            "import": _import,
        }
        return actions[options.action](options)
    except PackError as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    except BrokenPipeError:
        raise
    except OSError as error:
        print(f"grader pack: {error}", file=sys.stderr)
        return UNREADABLE


def _new(options: argparse.Namespace) -> int:
    from grader.packs.new import write_new

    folder = Path(options.name)
    for path in write_new(folder):
        print(path)
    print(f"\nEdit it, then check it: grader pack check {folder}")
    return 0


def _build(options: argparse.Namespace) -> int:
    from grader.packs.bundle import bundle

    pack = _load(options.folder)
    data = bundle(pack) if options.bundle else write_zip(pack)
    out = Path(options.out or (f"{pack.id}-students.zip" if options.bundle else f"{pack.id}.zip"))
    out.write_bytes(data)
    print(f"{out}  {len(data)} bytes  content {pack.content_digest[:12]}  grading {pack.grading_digest[:12]}")
    return 0


def _mistakes(options: argparse.Namespace) -> int:
    from grader.cli.mistakes import mistake_lines, write_out

    pack = _load(options.folder)
    if options.mistake is None:
        print("\n".join(mistake_lines(pack)))
        return 0
    print("\n".join(write_out(pack, options.folder, options.mistake, options.out, options.force)))
    return 0


def _import(options: argparse.Namespace) -> int:
    from grader.cli.importing import import_pack
    from grader.database.errors import StoreError
    from grader.settings import SettingsError

    try:
        print(import_pack(options.source, options.course, options.state))
    except (StoreError, SettingsError, LookupError) as error:
        print(f"grader pack import: {error.args[0]}", file=sys.stderr)
        return UNREADABLE
    return 0


def _check(options: argparse.Namespace) -> int:
    from grader.cli.packcheck_text import step_lines
    from grader.packcheck import unreadable_report
    from grader.packs import find, read_folder

    if why := why_not_writable(options.json):
        print(f"grader pack check: {why}", file=sys.stderr)
        return UNREADABLE
    folder = find(options.folder)
    reading = read_folder(folder)
    if reading.pack is None:
        report = unreadable_report(folder.resolve().name, reading.faults)
        if options.json != "-":
            print("\n".join(line for step in report.steps for line in step_lines(step)))
        _write(report, options.json)
        return UNREADABLE
    checked = _checked(reading.pack, reading.faults, options)
    if checked is None:
        return UNREADABLE if reading.faults else OUR_FAULT
    _write(checked, options.json)
    return UNREADABLE if checked.contradicted else 0 if checked.proven else NOT_PROVEN


def _checked(pack: Pack, faults: Sequence[Fault], options: argparse.Namespace) -> CheckReport | None:
    """The report of the check, whose steps are printed as they end; None if a fault of ours stopped it."""
    from grader.cli.mistakes import edit_lines
    from grader.cli.packcheck_text import found_lines, matrix_lines, step_lines
    from grader.grading.errors import RunnerError
    from grader.packcheck import check
    from grader.packcheck.errors import Ungraded

    quiet = options.json == "-"

    def show(step: Step) -> None:
        if not quiet:
            print("\n".join(step_lines(step)), flush=True)

    with ExitStack() as stack:
        client = open_client(stack, options.runner, cores())
        if client is None:
            return None
        try:
            limits = {"draws": options.draws, "most_mutants": options.mutants}
            report = check(pack, client, on_step=show, jobs=cores(), found=faults, **limits)
        except (Ungraded, RunnerError) as error:
            print(f"grader pack check: {error}", file=sys.stderr)
            return None
    if not quiet:
        tables = (*matrix_lines(report.matrix), *found_lines(report.lines))
        print("\n".join([*(edit_lines(pack) if options.diff else ()), *tables]))
        print("proven" if report.proven else f"not proven; faults: {len(report.faults)}")
    return report


def _write(report: CheckReport, out: str | None) -> None:
    """Write the report as JSON if --json is given."""
    text = json.dumps(report.to_json(), indent=1, ensure_ascii=out == "-") + "\n"
    if out == "-":
        sys.stdout.write(text)
    elif out:
        Path(out).write_text(text, encoding="utf-8")


def _load(name: str) -> Pack:
    from grader.packs import find, load

    return load(find(name))
