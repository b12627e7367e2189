"""A whole pack read and rendered at once. The service has it done in a sandboxed job; nothing here runs a
pack's code."""

from __future__ import annotations

import html
import importlib.metadata
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from grader.packs.archive import load_zip, write_zip, zip_files
from grader.packs.bundle import bundle_files
from grader.packs.errors import PackError
from grader.packs.handout import render
from grader.packs.pack import Pack
from grader.values import files_digest
from grader.values.faults import Fault
from grader.values.readings import LARGEST_HTML, MOST_FAULTS, PackPage, PackReading, ReadPack

PHASES = ("the archive and pack.toml", "handout.md", "the students' bundle")
_LIBRARIES = ("markdown-it-py", "mdit-py-plugins")
_LONGEST = {"file": 300, "key": 300, "value": 300, "rule": 2000, "excerpt": 500}  # characters


def read_archive(data: bytes, on_phase: Callable[[str], None] = lambda phase: None) -> PackReading:
    """What pages show of the pack in this zip, or every fault; `on_phase` is told what comes next."""
    on_phase(PHASES[0])
    try:
        pack = load_zip(data)
        return PackReading((), rendered(pack, on_phase))
    except PackError as error:
        return PackReading(tuple(_bounded(error.faults)))


def rendered(pack: Pack, on_phase: Callable[[str], None] = lambda phase: None) -> ReadPack:
    """What pages show of this pack, its archive and its bundle. Raises PackError if they are too large."""
    on_phase(PHASES[1])
    handout = tidied(pack)
    if len(handout) > LARGEST_HTML:
        rule = f"must be at most {LARGEST_HTML} characters as HTML"
        raise PackError([Fault("handout.md", "size", f"{len(handout)} characters", rule)])
    on_phase(PHASES[2])
    files = bundle_files(pack)
    bundle = zip_files(files, pack.id)
    page = PackPage(
        manifest=pack.manifest.model_dump_json(exclude_unset=True),
        content_digest=pack.content_digest,
        grading_digest=pack.grading_digest,
        support=pack.support,
        handout=handout,
        bundle=tuple((path, len(data)) for path, data in sorted(files.items())),
        bundle_size=len(bundle),
        made_by=made_by(),
    )
    return ReadPack(page, write_zip(pack), bundle)


def tidied(pack: Pack) -> str:
    """The handout's HTML without a first heading that repeats the title, since the page shows the title;
    with headings one level below the page's title, and with wide parts that the keyboard can scroll."""
    title = re.escape(html.escape(pack.title, quote=False).replace('"', "&quot;"))
    below, count = re.subn(rf"\A<h1[^>]*>{title}</h1>\n?", "", render(pack.handout, first_heading=1))
    text = below if count else render(pack.handout)
    text = text.replace("<th></th>", "<td></td>")
    return re.sub(
        r'<(table|pre|math display="block"|math(?=[^>]*alttext="[^"]{28}))', r'<\1 tabindex="0"', text
    )


@cache
def made_by() -> str:
    """The digest of what decides how a pack is read and shown: our modules, and the versions of the
    libraries for Markdown."""
    folder = Path(__file__).parent
    files = [(str(path.relative_to(folder)), path.read_bytes()) for path in folder.rglob("*.py")]
    versions = [(name, importlib.metadata.version(name).encode()) for name in _LIBRARIES]
    return files_digest([*files, *versions])


def _bounded(faults: tuple[Fault, ...]) -> Iterable[Fault]:
    """The first faults with their texts cut, so that an answer stays small whatever the pack contains."""
    for fault in faults[: MOST_FAULTS - 1]:
        cut = {name: _cut(getattr(fault, name), most) for name, most in _LONGEST.items()}
        yield Fault(**{**vars(fault), **cut})
    if len(faults) >= MOST_FAULTS:
        yield Fault("pack", "", "", f"{len(faults) - MOST_FAULTS + 1} more faults are not shown")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
