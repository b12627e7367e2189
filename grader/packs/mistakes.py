"""A pack's mistakes as programs: the files of a mistake, and its difference from the solution."""

from __future__ import annotations

import difflib

from grader.packs.consistency import TOML, mistake_files
from grader.packs.edits import diff
from grader.packs.errors import PackError
from grader.packs.manifest import MistakeRow
from grader.packs.pack import Pack
from grader.values.faults import Fault


def program(pack: Pack, row: MistakeRow) -> dict[str, bytes]:
    """All files of the wrong solution, by name: the solution, with the mistake's files replaced."""
    return {**pack.below("solution"), **mistake_files(pack.manifest, row, pack.files)}


def difference(pack: Pack, row: MistakeRow) -> str:
    """How a mistake differs from the solution, as a unified diff."""
    return diff(pack.below("solution"), mistake_files(pack.manifest, row, pack.files))


def named(pack: Pack, name: str) -> MistakeRow:
    """The mistake with this id; PackError lists the ids that exist."""
    rows = {row.name: row for row in pack.manifest.mistakes}
    if name in rows:
        return rows[name]
    near = difflib.get_close_matches(name, rows, n=1)
    rule = f"did you mean {near[0]}?" if near else f"known ids: {', '.join(rows) or 'none'}"
    raise PackError([Fault(TOML, "mistakes", f'"{name}"', f"no mistake has this id; {rule}")])
