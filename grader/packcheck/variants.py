"""The submissions that a check grades: solution, starter, mistakes, and functions that return zeros."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import combinations

from grader.grading.submission import Submission
from grader.packs import MistakeRow, Pack
from grader.packs.mistakes import program

MOST_NAMES = 4  # names of `defines`: they make 15 sets
_ZEROS = """

def _zeros_like(value):
    if isinstance(value, dict):
        return {key: _zeros_like(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_zeros_like, value))
    return value * 0 if not isinstance(value, (str, bytes, type(None))) else value


def _answering_zeros(function):
    def zeros(*args, **kwargs):  # on copies: a function may return its result in its arguments
        return _zeros_like(function(*deepcopy(args), **deepcopy(kwargs)))

    from copy import deepcopy

    return zeros

"""


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


def zeroed(pack: Pack) -> Iterator[tuple[tuple[str, ...], Submission]]:
    """(names, submission) for each set of defined functions: the solution in which these functions return
    zeros, e.g. a constant loss with a zero gradient. None for packs of several files or of text."""
    if len(pack.names) != 1:
        return
    (row,) = pack.manifest.files
    if row.kind != "python":
        return
    source = pack.below("solution").get(row.name, b"")
    names = row.defines[:MOST_NAMES]
    for count in range(1, len(names) + 1):
        for chosen in combinations(names, count):
            tail = "".join(f"{name} = _answering_zeros({name})\n" for name in chosen)
            yield chosen, Submission(((row.name, source + (_ZEROS + tail).encode()),))


def _submission(pack: Pack, files: dict[str, bytes]) -> Submission:
    order = [name for name in pack.names if name in files]
    order += sorted(set(files) - set(order))
    return Submission(tuple((name, files[name]) for name in order))
