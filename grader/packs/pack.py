"""A pack in memory: its manifest, its files, its digests. Reading one runs nothing of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

from grader.packs.consistency import cross_faults
from grader.packs.errors import PackError
from grader.packs.lines import Lines
from grader.packs.manifest import Manifest, TestRow
from grader.packs.paths import path_faults
from grader.packs.reading import NAME, read_manifest
from grader.packs.recovery import is_enough, left_over
from grader.packs.standins import stand_in_files
from grader.values import PackFiles, Visibility, files_digest
from grader.values.faults import Fault

RUN_FOLDERS = ("tests/", "support/", "solution/")
BEFOREHAND = {"defines", "reader"}  # of a file: what is looked at before it counts, and decides no verdict


@dataclass(frozen=True)
class Pack:
    """A pack that was read without a fault. Make one with `load`, `load_zip` or `from_files`."""

    manifest: Manifest
    files: Mapping[str, bytes]

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], folder: str | None = None) -> Pack:
        """The pack made of these (path, bytes); PackError lists every fault. `folder` is the
        name of the folder it lay in, which must be its id."""
        manifest, faults = _read(files, folder)
        if manifest is None or faults:
            raise PackError(faults)
        return cls.of(manifest, files)

    @classmethod
    def of(cls, manifest: Manifest, files: Mapping[str, bytes]) -> Pack:
        """The pack of a manifest and files that were looked at already."""
        return cls(manifest, MappingProxyType(dict(sorted(files.items()))))

    @property
    def id(self) -> str:
        """The pack's name, which is also its folder's."""
        return self.manifest.id

    @property
    def title(self) -> str:
        """The pack's title, one line."""
        return self.manifest.title

    @property
    def tests(self) -> tuple[TestRow, ...]:
        """The rows of the tests, visible ones first."""
        return self.manifest.tests

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files that students hand in."""
        return tuple(row.name for row in self.manifest.files)

    @cached_property
    def handout(self) -> str:
        """The handout's Markdown."""
        return self.files["handout.md"].decode("utf-8-sig")

    @property
    def total_points(self) -> Decimal:
        """Points of all tests."""
        return sum((row.points for row in self.tests), Decimal(0))

    @property
    def visible_points(self) -> Decimal:
        """Points of the visible tests."""
        rows = (row.points for row in self.tests if row.visibility is Visibility.VISIBLE)
        return sum(rows, Decimal(0))

    def below(self, folder: str) -> dict[str, bytes]:
        """The files of one folder, by their path below it."""
        start = folder.rstrip("/") + "/"
        return {p.removeprefix(start): data for p, data in self.files.items() if p.startswith(start)}

    @cached_property
    def content_digest(self) -> str:
        """Names this version: any changed byte changes it."""
        return files_digest(self.files.items())

    @cached_property
    def grading_digest(self) -> str:
        """Changes with what decides a verdict (tests, support, limits, files asked for) and
        with nothing else: points, titles and the handout leave a grade valid."""
        run = {p: data for p, data in self.run_files.items() if p.startswith(("tests/", "support/"))}
        manifest = self.manifest
        decides = {
            "runtime": manifest.runtime,
            "extra_files": manifest.extra_files,
            "files": sorted((row.model_dump(exclude=BEFOREHAND) for row in manifest.files), key=str),
            "limits": manifest.limits.model_dump(),
            "tests": sorted((_decisive(manifest, row) for row in self.tests), key=str),
        }
        text = json.dumps(decides, sort_keys=True).encode("ascii")
        return files_digest([*run.items(), (NAME, text)])

    @cached_property
    def pack_files(self) -> PackFiles:
        """What a runner needs of this pack."""
        files = tuple(self.run_files.items())
        return PackFiles(files_digest(files), files)

    @cached_property
    def run_files(self) -> dict[str, bytes]:
        """The files that take part in a grading; a file of the pack's own wins over a stand-in's."""
        own = {p: data for p, data in self.files.items() if p.startswith(RUN_FOLDERS)}
        return dict(sorted((stand_in_files(self.manifest.stand_ins) | own).items()))


@dataclass(frozen=True)
class Reading:
    """What reading a pack found: every fault, and the pack; of a faulty one what is left without
    what is at fault, None if that is too little to collect its tests."""

    faults: tuple[Fault, ...]
    pack: Pack | None


def read(files: Mapping[str, bytes], folder: str | None = None) -> Reading:
    """Read these (path, bytes) as `Pack.from_files` does, going on behind a fault."""
    manifest, faults = _read(files, folder)
    if manifest is None:
        return Reading(faults, None)
    if faults:
        manifest, files = left_over(manifest, files, faults)
    return Reading(faults, Pack.of(manifest, files) if is_enough(manifest, files) else None)


def _read(files: Mapping[str, bytes], folder: str | None) -> tuple[Manifest | None, tuple[Fault, ...]]:
    faults = list(path_faults(files))
    if NAME not in files:
        return None, (Fault(NAME, "", "missing", "a pack has a pack.toml at its top"), *faults)
    manifest, schema = read_manifest(files[NAME])
    faults = [*schema, *faults]
    if manifest is not None:
        if folder is not None and manifest.id != folder:
            rule = f'must be the name of the folder, "{folder}"'
            faults.append(Fault(NAME, "id", f'"{manifest.id}"', rule))
        faults += cross_faults(manifest, files)
    lines = Lines(files[NAME])
    placed = (replace(f, line=f.line or lines.of(f.key)) if f.file == NAME else f for f in faults)
    return manifest, tuple(placed)


def _decisive(manifest: Manifest, row: TestRow) -> list[object]:
    limits = manifest.limits_of(row)
    used = [limits.cpu_s, limits.wall_s, limits.memory_mb, limits.output_kb]
    by_hand = ["by hand"] if row.by_hand else []
    return [row.id, str(row.visibility), row.partial, *used, *by_hand]
