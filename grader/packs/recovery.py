"""What is left of a faulty pack without what is at fault, so that one check can tell all there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.packs.consistency import TOML, mistake_files
from grader.packs.manifest import Manifest, MistakeRow, TestRow
from grader.values.faults import Fault

_HANDOUT = "handout.md"


def left_over(
    manifest: Manifest, files: Mapping[str, bytes], faults: Iterable[Fault]
) -> tuple[Manifest, dict[str, bytes]]:
    """The manifest and the files without strays, second rows of a name, and rows of nothing. An
    absent handout or starter file is empty."""
    barred = {fault.file for fault in faults} - {TOML}
    kept = {path: data for path, data in files.items() if path not in barred}
    kept.setdefault(_HANDOUT, b"-\n")
    for row in manifest.files:
        if row.required:
            kept.setdefault(f"starter/{row.name}", b"")
    tests: dict[str, TestRow] = {}
    for test in manifest.tests:
        tests.setdefault(test.id, test)
    mistakes: dict[str, MistakeRow] = {}
    for mistake in manifest.mistakes:
        fails = tuple(test for test in dict.fromkeys(mistake.fails) if test in tests)
        if fails and mistake_files(manifest, mistake, kept):
            mistakes.setdefault(mistake.name, mistake.model_copy(update={"fails": fails}))
    rows = {"tests": tuple(tests.values()), "mistakes": tuple(mistakes.values())}
    return manifest.model_copy(update=rows), kept


def is_enough(manifest: Manifest, files: Mapping[str, bytes]) -> bool:
    """Whether there are tests to be collected."""
    asked = [row.name for row in manifest.files]
    tests = any(path.startswith("tests/test_") and path.endswith(".py") for path in files)
    return tests and len(set(asked)) == len(asked)
