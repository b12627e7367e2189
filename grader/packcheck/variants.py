"""The submissions that a check grades: solution, starter, mistakes, and functions that return zeros."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import combinations

from grader.grading.submission import Submission
from grader.packcheck.stub_source import stub
from grader.packcheck.stubs import names_of
from grader.packs import MistakeRow, Pack
from grader.packs.mistakes import program

MOST_NAMES = 4  # names of `defines`: they make 15 sets


def solution(pack: Pack) -> Submission:
    """The solution as a submission."""
    return _submission(pack, pack.below("solution"))


def starter(pack: Pack) -> Submission:
    """The unchanged starter as a submission: only the files that the pack asks for."""
    files = pack.below("starter")
    return _submission(pack, {name: files[name] for name in pack.names if name in files})


def mistake(pack: Pack, row: MistakeRow) -> Submission:
    """A mistake as a submission."""
    return _submission(pack, program(pack, row))


def with_file(pack: Pack, name: str, source: bytes) -> Submission:
    """The solution with one file replaced, as a submission."""
    return _submission(pack, {**pack.below("solution"), name: source})


def with_tests(pack: Pack, ids: Collection[str]) -> Pack:
    """The pack with only the rows of these tests, and the mistakes that fail one of them."""
    tests = tuple(row for row in pack.tests if row.id in ids)
    known = {row.id for row in tests}
    mistakes = tuple(
        row.model_copy(update={"fails": tuple(test for test in row.fails if test in known)})
        for row in pack.manifest.mistakes
        if known.intersection(row.fails)
    )
    return replace(pack, manifest=pack.manifest.model_copy(update={"tests": tests, "mistakes": mistakes}))


def within(pack: Pack, left_s: float) -> Pack:
    """The pack, or with less time for a whole grading if only `left_s` seconds are left for the check."""
    limits = pack.manifest.limits
    if left_s >= limits.total_s:
        return pack
    shorter = limits.model_copy(update={"total_s": max(1.0, left_s)})
    return replace(pack, manifest=pack.manifest.model_copy(update={"limits": shorter}))


def zeroed(pack: Pack) -> Iterator[tuple[tuple[str, ...], Submission]]:
    """(names, submission) for each set of the first functions asked for: the solution in which these
    functions return zeros, e.g. a constant loss with a zero gradient. None for packs of text."""
    files = pack.below("solution")
    rows = [row for row in pack.manifest.files if row.kind == "python" and row.name in files]
    names = [(row.name, name) for row in rows for name in names_of(pack, row)][:MOST_NAMES]
    for count in range(1, len(names) + 1):
        for chosen in combinations(names, count):
            changed = {
                file: stub(files[file], "zeros", [name for other, name in chosen if other == file])
                for file in {file for file, _ in chosen}
            }
            yield tuple(name for _, name in chosen), _submission(pack, {**files, **changed})


def _submission(pack: Pack, files: dict[str, bytes]) -> Submission:
    order = [name for name in pack.names if name in files]
    order += sorted(set(files) - set(order))
    return Submission(tuple((name, files[name]) for name in order))
