"""A faulty pack without its faulty parts, so that one check can go on and report every fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.packs.consistency import TOML, mistake_files
from grader.packs.manifest import Manifest, MistakeRow, TestRow
from grader.packs.needs import needs_faults
from grader.values.faults import Fault

_HANDOUT = "handout.md"


def remaining_pack(
    manifest: Manifest, files: Mapping[str, bytes], faults: Iterable[Fault]
) -> tuple[Manifest, dict[str, bytes]]:
    """The manifest and the files (bytes by path) without files that don't belong in a pack, repeated rows,
    faulty needs, and mistakes without files or tests. A missing handout or starter file becomes an
    empty one."""
    refused = {fault.file for fault in faults} - {TOML}
    remaining = {path: data for path, data in files.items() if path not in refused}
    remaining.setdefault(_HANDOUT, b"-\n")
    for row in manifest.files:
        if row.required:
            remaining.setdefault(f"starter/{row.name}", b"")
    tests: dict[str, TestRow] = {}
    faulty_needs = any(True for _ in needs_faults(manifest))
    for test in manifest.tests:
        tests.setdefault(test.id, test.model_copy(update={"needs": ()}) if faulty_needs else test)
    mistakes: dict[str, MistakeRow] = {}
    for mistake in manifest.mistakes:
        fails = tuple(test for test in dict.fromkeys(mistake.fails) if test in tests)
        if fails and mistake_files(manifest, mistake, remaining):
            mistakes.setdefault(mistake.name, mistake.model_copy(update={"fails": fails}))
    rows = {"tests": tuple(tests.values()), "mistakes": tuple(mistakes.values())}
    return manifest.model_copy(update=rows), remaining


def can_be_collected(manifest: Manifest, files: Mapping[str, bytes]) -> bool:
    """Whether there are test files, and no file name is repeated: then tests can be collected."""
    names = [row.name for row in manifest.files]
    tests = any(path.startswith("tests/test_") and path.endswith(".py") for path in files)
    return tests and len(set(names)) == len(names)
