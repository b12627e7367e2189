"""A pack's mistakes in a terminal: the list, the diffs, and one of them written to files to try it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.cli.packcheck_text import diff_lines
from grader.packs import Pack, PackError
from grader.packs.mistakes import difference, named, program
from grader.values.faults import Fault
from grader.values.text import one_line


def mistake_lines(pack: Pack) -> Iterator[str]:
    """The lines of the list: id and title of each mistake, why it is wrong, and the tests that it fails."""
    for row in pack.manifest.mistakes:
        title = pack.manifest.mistake_title(row)
        yield f"{row.name}  {one_line(title)}"
        if row.why and row.why.removesuffix(".") != title:
            yield f"    {one_line(row.why, 400)}"
        yield f"    fails {', '.join(row.fails)}"


def edit_lines(pack: Pack) -> Iterator[str]:
    """The diff between the solution and each mistake that is defined by edits."""
    for row in pack.manifest.mistakes:
        if row.edit:
            yield from diff_lines(pack.manifest.mistake_title(row), difference(pack, row))


def write_out(pack: Pack, pack_name: str, mistake: str, folder: Path, force: bool) -> list[str]:
    """Write the wrong program of this id into the folder; several files go into a new folder of that name.

    Returns lines with the paths and the command that grades it. Raises PackError if there is no such
    mistake, or if a file exists already and `force` is False.
    """
    wrong = program(pack, named(pack, mistake))
    folder = folder if len(wrong) == 1 else folder / mistake
    files = {folder / name: data for name, data in wrong.items()}
    existing = [path for path in files if path.exists()]
    if existing and not force:
        rule = "exists already; --force overwrites it, --out DIR writes elsewhere"
        raise PackError([Fault(str(path), "", "", rule) for path in existing])
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    submission = next(iter(files)) if len(files) == 1 else folder
    return [*map(str, files), "", f"Grade it: grader grade {submission} --pack {pack_name}"]
