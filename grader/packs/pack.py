"""A pack in memory: its manifest, files and digests. Reading a pack runs none of its code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from grader.packs.consistency import cross_faults
from grader.packs.errors import PackError
from grader.packs.lines import Lines
from grader.packs.manifest import Manifest, TestRow
from grader.packs.outline import Outline
from grader.packs.paths import path_faults
from grader.packs.placeholders import fill
from grader.packs.reading import NAME, read_manifest
from grader.packs.recovery import can_be_collected, remaining_pack
from grader.packs.standins import stand_in_files
from grader.values import PackFiles, files_digest
from grader.values.faults import Fault

RUN_FOLDERS = ("tests/", "support/", "solution/")
CHECKED_AT_UPLOAD = {"defines", "reader"}  # keys of a file that don't change a verdict


@dataclass(frozen=True)
class Pack(Outline):
    """A pack without faults. Make one with `load`, `load_zip` or `from_files`."""

    manifest: Manifest
    files: Mapping[str, bytes]

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], folder: str | None = None) -> Pack:
        """The pack with these files (bytes by path); PackError lists every fault. `folder` is the
        name of its folder, which must be its id."""
        manifest, faults = _read(files, folder)
        if manifest is None or faults:
            raise PackError(faults)
        return cls.of(manifest, files)

    @classmethod
    def of(cls, manifest: Manifest, files: Mapping[str, bytes]) -> Pack:
        """The pack with a manifest and files that were checked before."""
        return cls(manifest, MappingProxyType(dict(sorted(files.items()))))

    @cached_property
    def handout(self) -> str:
        """The handout's Markdown, with its placeholders filled in."""
        return fill(self.files["handout.md"].decode("utf-8-sig"), self.manifest)

    @property
    def support(self) -> tuple[str, ...]:
        return tuple(self.below("support"))

    def below(self, folder: str) -> dict[str, bytes]:
        """The files of one folder (bytes), by their path inside it."""
        start = folder.rstrip("/") + "/"
        return {p.removeprefix(start): data for p, data in self.files.items() if p.startswith(start)}

    @cached_property
    def content_digest(self) -> str:
        """SHA-256 (hex) of this version of the pack: any changed byte changes it."""
        return files_digest(self.files.items())

    @cached_property
    def grading_digest(self) -> str:
        """SHA-256 (hex) of what decides a verdict: tests, support, limits, files asked for. A change
        of points, titles or the handout leaves it the same, so a grade stays valid."""
        tested = {p: data for p, data in self.run_files.items() if p.startswith(("tests/", "support/"))}
        manifest = self.manifest
        decides = {
            "runtime": manifest.runtime,
            "extra_files": manifest.extra_files,
            "files": sorted((row.model_dump(exclude=CHECKED_AT_UPLOAD) for row in manifest.files), key=str),
            "limits": manifest.limits.model_dump(),
            "tests": sorted((_decisive(manifest, row) for row in self.tests), key=str),
        }
        if manifest.answers:
            decides["answers"] = sorted(manifest.answers)
        text = json.dumps(decides, sort_keys=True).encode("ascii")
        return files_digest([*tested.items(), (NAME, text)])

    @cached_property
    def pack_files(self) -> PackFiles:
        """The part of this pack that a runner needs."""
        files = tuple(self.run_files.items())
        return PackFiles(files_digest(files), files)

    @cached_property
    def run_files(self) -> dict[str, bytes]:
        """The files used in a grading (bytes by path); the pack's own files replace those of a stand-in."""
        own = {p: data for p, data in self.files.items() if p.startswith(RUN_FOLDERS)}
        return dict(sorted((stand_in_files(self.manifest.stand_ins) | own).items()))


@dataclass(frozen=True)
class Reading:
    """The result of reading a pack: every fault, and the pack without its faulty parts. `pack` is None
    if too little is left to collect tests."""

    faults: tuple[Fault, ...]
    pack: Pack | None


def read(files: Mapping[str, bytes], folder: str | None = None) -> Reading:
    """Read these files (bytes by path) like `Pack.from_files`, but continue after a fault."""
    manifest, faults = _read(files, folder)
    if manifest is None:
        return Reading(faults, None)
    if faults:
        manifest, files = remaining_pack(manifest, files, faults)
    return Reading(faults, Pack.of(manifest, files) if can_be_collected(manifest, files) else None)


def _read(files: Mapping[str, bytes], folder: str | None) -> tuple[Manifest | None, tuple[Fault, ...]]:
    faults = list(path_faults(files))
    if NAME not in files:
        return None, (Fault(NAME, "", "missing", "a pack needs a pack.toml in its top folder"), *faults)
    manifest, schema = read_manifest(files[NAME])
    faults = [*schema, *faults]
    if manifest is not None:
        if folder is not None and manifest.id != folder:
            rule = f'must be the name of the folder, "{folder}"'
            faults.append(Fault(NAME, "id", f'"{manifest.id}"', rule))
        faults += cross_faults(manifest, files)
    lines = Lines(files[NAME])
    with_lines = (replace(f, line=f.line or lines.of(f.key)) if f.file == NAME else f for f in faults)
    return manifest, tuple(with_lines)


def _decisive(manifest: Manifest, row: TestRow) -> list[object]:
    limits = manifest.limits_of(row)
    used = [limits.cpu_s, limits.wall_s, limits.memory_mb, limits.output_kb]
    by_hand = ["by hand"] if row.by_hand else []
    needs = [["needs", *row.needs]] if row.needs else []
    fixed = ["fixed draw"] if row.draw == "fixed" else []
    return [row.id, str(row.visibility), row.partial, *used, *by_hand, *needs, *fixed]
