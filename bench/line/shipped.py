"""The mistakes of the packs that ship, as faulty programs whose wrong lines are known."""

from __future__ import annotations

from collections.abc import Iterator

from bench.line.material import Faulty
from grader.packcheck.lines import changed_lines
from grader.packs import Pack, load
from grader.packs.folder import SHIPPED
from grader.packs.mistakes import program

STYLE = "shipped"


def shipped() -> Iterator[Faulty]:
    """Every mistake of every shipped pack that asks for Python."""
    for pack in map(load, sorted(path.parent for path in SHIPPED.glob("*/pack.toml"))):
        if any(row.kind == "python" for row in pack.manifest.files):
            yield from mistakes(pack)


def mistakes(pack: Pack) -> Iterator[Faulty]:
    """The mistakes of one pack."""
    solution = pack.below("solution")
    for row in pack.manifest.mistakes:
        files = program(pack, row)
        lines: dict[str, tuple[int, ...]] = {}
        for file, line in sorted(changed_lines(solution, files)):
            lines[file] = (*lines.get(file, ()), line)
        yield Faulty(pack.id, STYLE, row.name, files, (lines,))
