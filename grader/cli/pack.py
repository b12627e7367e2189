"""`grader pack new / check / mistakes / build / import`: authoring."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.runners import add_runner_argument, cores, opened
from grader.packs import write_zip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.packcheck import CheckReport, Step
    from grader.packs import Pack
    from grader.values.faults import Fault

NOT_PROVEN, UNREADABLE, OURS = 1, 2, 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `grader pack`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="new|check|mistakes|build|import")
    new = actions.add_parser("new", help="a small working pack, to be edited")
    new.add_argument("name", help="the new folder; its last part becomes the pack's id")
    check = actions.add_parser(
        "check", help="prove a pack: 0 proven, 1 not, 2 its parts contradict each other"
    )
    check.add_argument("folder", metavar="ID_OR_DIR")
    check.add_argument(
        "--draws", type=_count, default=20, metavar="N", help="grade the solution on N draws (20)"
    )
    check.add_argument(
        "--mutants",
        type=_count,
        default=60,
        metavar="N",
        help="make N slips in the solution (60), or none: 0",
    )
    check.add_argument("--json", metavar="OUT", help="write the proof to this file, or - for standard output")
    check.add_argument(
        "--diff", action="store_true", help="show how each edited mistake differs from the solution"
    )
    add_runner_argument(check)
    mistakes = actions.add_parser("mistakes", help="list the mistakes of a pack, or write one out to try it")
    mistakes.add_argument("folder", metavar="ID_OR_DIR")
    mistakes.add_argument("mistake", nargs="?", metavar="MISTAKE", help="write this one out as files")
    mistakes.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to (default: here)")
    mistakes.add_argument("--force", action="store_true", help="overwrite files that are there")
    build = actions.add_parser("build", help="a zip archive to upload")
    build.add_argument("folder", metavar="ID_OR_DIR")
    build.add_argument("--out", metavar="FILE", help="default: ID.zip here")
    build.add_argument("--bundle", action="store_true", help="the students' bundle instead of the pack")
    taken = actions.add_parser("import", help="into a course of this installation, to be checked there")
    taken.add_argument("source", metavar="ZIP_ID_OR_DIR")
    taken.add_argument("--course", required=True, metavar="SLUG")
    taken.add_argument(
        "--state", type=Path, default=Path("var"), help="the state of `grader up` (default: %(default)s)"
    )


def run(options: argparse.Namespace) -> int:
    """Do what was asked; the exit code."""
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
    print(f"\nEdit it, then prove it: grader pack check {folder}")
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
    from grader.packcheck import unreadable_report
    from grader.packs import find, read_folder

    folder = find(options.folder)
    found = read_folder(folder)
    for fault in found.faults:
        print(fault, file=sys.stderr, flush=True)
    if found.pack is None:
        report = unreadable_report(folder.resolve().name, found.faults)
        _write(report, options.json)
        return UNREADABLE
    proven = _proven(found.pack, found.faults, options)
    if proven is None:
        return UNREADABLE if found.faults else OURS
    _write(proven, options.json)
    return UNREADABLE if proven.contradicted else 0 if proven.proven else NOT_PROVEN


def _proven(pack: Pack, found: Sequence[Fault], options: argparse.Namespace) -> CheckReport | None:
    """The proof, told step by step; None if there is none by fault of ours."""
    from grader.cli.mistakes import edit_lines
    from grader.cli.packcheck_text import matrix_lines, step_lines
    from grader.grading.errors import RunnerError
    from grader.packcheck import check
    from grader.packcheck.errors import Ungraded

    said, quiet = frozenset(map(str, found)), options.json == "-"

    def show(step: Step) -> None:
        if not quiet:
            print("\n".join(step_lines(step, said)), flush=True)

    with ExitStack() as stack:
        client = opened(stack, options.runner, cores())
        if client is None:
            return None
        try:
            asked = {"draws": options.draws, "most_mutants": options.mutants}
            report = check(pack, client, on_step=show, jobs=cores(), found=found, **asked)
        except (Ungraded, RunnerError) as error:
            print(f"grader pack check: {error}", file=sys.stderr)
            return None
    if not quiet:
        print("\n".join([*(edit_lines(pack) if options.diff else ()), *matrix_lines(report.matrix)]))
        print("proven" if report.proven else f"not proven; faults: {len(report.faults)}")
    return report


def _write(report: CheckReport, out: str | None) -> None:
    """The proof as JSON, if it was asked for."""
    text = json.dumps(report.to_json(), indent=1, ensure_ascii=False) + "\n"
    if out == "-":
        sys.stdout.write(text)
    elif out:
        Path(out).write_text(text, encoding="utf-8")


def _count(text: str) -> int:
    if not 0 <= int(text) <= 10_000:
        raise ValueError(text)
    return int(text)


def _load(name: str) -> Pack:
    from grader.packs import find, load

    return load(find(name))
