"""Compares what pack.toml declares with the pack's files. Reads names and bytes; runs nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from grader.packs.edits import edit_faults, edited_files
from grader.packs.manifest import Manifest, MistakeRow
from grader.packs.needs import needs_faults
from grader.packs.placeholders import placeholder_faults
from grader.values import Visibility
from grader.values.faults import Fault

TOML = "pack.toml"
TEXT_SUFFIXES = (".py", ".md", ".toml", ".txt", ".csv")


def cross_faults(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[Fault]:
    """Every contradiction between the manifest and the files, in the order of pack.toml."""
    yield from _unique(manifest)
    yield from _order(manifest)
    yield from _total(manifest)
    yield from needs_faults(manifest)
    yield from _handout(manifest, files)
    yield from _folders(manifest, files)
    yield from _mistakes(manifest, files)
    yield from _texts(files)


def mistake_files(manifest: Manifest, row: MistakeRow, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of one mistake, by their names in the solution; empty if its row has a fault."""
    only = manifest.single_file or ""
    if row.edit:
        solution = _below("solution", files)
        faulty = any(True for _ in edit_faults(row.edit, solution, only))
        return {} if faulty else edited_files(row.edit, solution, only)
    if row.path in files:
        return {only: files[row.path]} if only else {}
    return _below(row.path, files)


def _below(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    start = folder + "/"
    return {path.removeprefix(start): data for path, data in files.items() if path.startswith(start)}


def _unique(manifest: Manifest) -> Iterator[Fault]:
    yield from _twice("files", [("name", row.name) for row in manifest.files])
    yield from _twice("tests", [("id", row.id) for row in manifest.tests])
    names = [row.name for row in manifest.mistakes]
    yield from _twice("mistakes", [row.stated for row in manifest.mistakes], names)


def _twice(table: str, stated: Sequence[tuple[str, str]], names: Sequence[str] = ()) -> Iterator[Fault]:
    """A fault for each row of (key, value) that repeats an earlier row's value or name, ignoring case."""
    first: dict[str, int] = {}
    for index, (key, value) in enumerate(stated):
        before = first.setdefault((names[index] if names else value).lower(), index)
        if before != index:
            rule = f"must be unique, but {table}[{before}] has it too"
            yield Fault(TOML, f"{table}[{index}].{key}", f'"{value}"', rule)


def _total(manifest: Manifest) -> Iterator[Fault]:
    points = sum((row.points for row in manifest.tests), Decimal(0))
    if manifest.total is not None and points != manifest.total:
        rule = f"the points of the tests add up to {points.normalize():f}"
        yield Fault(TOML, "total", f"{manifest.total.normalize():f}", rule)


def _order(manifest: Manifest) -> Iterator[Fault]:
    hidden_before = ""
    for index, row in enumerate(manifest.tests):
        if row.visibility is Visibility.HIDDEN:
            hidden_before = row.id
        elif hidden_before:
            key = f"tests[{index}].visibility"
            yield Fault(
                TOML, key, '"visible"', f"visible tests must come first, but {hidden_before} is hidden"
            )
            return
    if not sum(row.points for row in manifest.tests):
        yield Fault(TOML, "tests.points", "0 in total", "at least one test must be worth points")


def _handout(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[Fault]:
    if not files.get("handout.md", b"").strip():
        yield Fault("handout.md", "", "missing or empty", "it must tell students what to do")
    yield from placeholder_faults(files.get("handout.md", b"").decode("utf-8-sig", "replace"), manifest)


def _folders(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[Fault]:
    required_by_name = {row.name: row.required for row in manifest.files}
    for folder in ("starter", "solution"):
        for name, required in required_by_name.items():
            if required and f"{folder}/{name}" not in files:
                yield Fault(f"{folder}/{name}", "", "missing", "pack.toml asks for this file")
    for path in files:
        folder, _, name = path.partition("/")
        if folder == "solution" and name not in required_by_name and not manifest.extra_files:
            yield Fault(path, "", "", "solution/ may contain only files that pack.toml asks for")
        if folder == "support" and name in required_by_name:
            yield Fault(
                path, "", "", "a file in support/ must not have the name of a file that students submit"
            )
    if not any(path.startswith("tests/test_") and path.endswith(".py") for path in files):
        yield Fault("tests/", "", "", "must contain at least one file test_*.py")


def _mistakes(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[Fault]:
    known = {row.id for row in manifest.tests}
    for index, row in enumerate(manifest.mistakes):
        key = f"mistakes[{index}]"
        yield from _edits(manifest, row, files, key) if row.edit else _whole(manifest, row, files, key)
        for test in row.fails:
            if test not in known:
                yield Fault(TOML, f"{key}.fails", f'"{test}"', "is not the id of a test in this pack")
        for test, times in Counter(row.fails).items():
            if times > 1:
                yield Fault(TOML, f"{key}.fails", f'"{test}" {times} times', "must be unique")
    yield from _strays({row.path for row in manifest.mistakes if row.path}, files)


def _edits(manifest: Manifest, row: MistakeRow, files: Mapping[str, bytes], key: str) -> Iterator[Fault]:
    if any(file.required and f"solution/{file.name}" not in files for file in manifest.files):
        return  # reported once, not again for each edit
    solution = _below("solution", files)
    for number, name, value, rule in edit_faults(row.edit, solution, manifest.single_file or ""):
        yield Fault(TOML, f"{key}.edit[{number}].{name}", value, rule)


def _whole(manifest: Manifest, row: MistakeRow, files: Mapping[str, bytes], key: str) -> Iterator[Fault]:
    below = _below(row.path, files)
    if row.path not in files and not below:
        yield Fault(TOML, f"{key}.path", f'"{row.path}"', "no such file or folder in the pack")
    if row.path in files and manifest.single_file is None:
        rule = "must be a folder, because students submit more than one file"
        yield Fault(TOML, f"{key}.path", f'"{row.path}"', rule)
    for name in sorted(set(below) - {file.name for file in manifest.files}):
        if not manifest.extra_files:
            yield Fault(
                f"{row.path}/{name}", "", "", "a mistake may contain only files that pack.toml asks for"
            )


def _strays(declared: set[str], files: Mapping[str, bytes]) -> Iterator[Fault]:
    for path in files:
        if path.startswith("mistakes/") and "/".join(path.split("/")[:2]) not in declared:
            yield Fault(path, "", "", "no [[mistakes]] row names this file")


def _texts(files: Mapping[str, bytes]) -> Iterator[Fault]:
    for path, data in files.items():
        if path == TOML or not path.endswith(TEXT_SUFFIXES) or path.startswith("mistakes/"):
            continue
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            yield Fault(path, f"byte {error.start}", "", "must be UTF-8 text")
