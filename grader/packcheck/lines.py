"""Whether the search for the wrong line finds the lines of a pack's own mistakes."""

from __future__ import annotations

import difflib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from grader.grading.client import Runner
from grader.grading.lines import failed_by_value, with_lines
from grader.grading.report import Report
from grader.grading.submission import Submission
from grader.logs import bind, bound_id
from grader.packcheck.errors import OutOfTime, Ungraded
from grader.packcheck.line_rows import FOUND, LineRow
from grader.packcheck.report import Step
from grader.packcheck.steps import failed
from grader.packs import MistakeRow, Pack
from grader.packs.mistakes import program
from grader.values.lines import Line, Spot

FURTHER = 20  # draws on which a program must pass to count as right
MOST_S = 120.0  # for all mistakes; those not begun by then are not looked at

Files = Mapping[str, bytes]
Place = tuple[str, int]
"""A file and the number of a line of it."""
Passes = Callable[[Files], bool]
"""Whether a program passes every test on further draws."""


def changed_lines(before: Files, after: Files) -> frozenset[Place]:
    """The lines of `after` that differ from `before`; where lines were dropped, the two beside them."""
    found: set[Place] = set()
    for name in after:
        old, new = (files.get(name, b"").splitlines() for files in (before, after))
        for tag, _, _, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            lines = range(start + 1, end + 1) if end > start else (max(start, 1), start + 1)
            found |= {(name, line) for line in lines if tag != "equal"}
    return frozenset(found)


def repaired(files: Files, line: Line) -> dict[str, bytes] | None:
    """The files with the change that was found at this line; None if the line does not tell all of it."""
    try:
        text = files[line.spot.file].decode().replace("\r\n", "\n").replace("\r", "\n")
    except (KeyError, UnicodeDecodeError):
        return None
    start, end = _offsets(text, line.spot)
    if line.together or text[start:end] != line.old:
        return None
    return {**files, line.spot.file: f"{text[:start]}{line.new}{text[end:]}".encode()}


def _offsets(text: str, spot: Spot) -> tuple[int, int]:
    lines = text.split("\n")

    def at(line: int, column: int) -> int:
        return sum(len(before) + 1 for before in lines[: line - 1]) + column

    return at(spot.line, spot.column), at(spot.end_line, spot.end_column)


def found_in(files: Files, true: frozenset[Place], lines: Sequence[Line], passes: Passes) -> str:
    """What these lines of a wrong program are: "right" if all stand on changed lines, "equivalent" if the
    changes at the others give a right program too, else "another"; "nothing" without a line."""
    if not lines:
        return "nothing"
    others = {line.spot: line for line in lines if (line.spot.file, line.spot.line) not in true}
    if not others:
        return "right"
    changed = [repaired(files, line) for line in others.values()]
    return "equivalent" if all(c is not None and passes(c) for c in changed) else "another"


def lines_of(report: Report) -> list[Line]:
    """The lines of a report's results, each once."""
    return list({r.line.spot: r.line for r in report.results if r.line is not None}.values())


def look_at_all(
    pack: Pack,
    client: Runner,
    graded: Sequence[tuple[MistakeRow, Submission, Report]],
    grade: Callable[[Submission, int], Report],
    jobs: int,
    until: float,
) -> tuple[LineRow, ...]:
    """A row for each mistake whose lines were looked for, `jobs` at a time. `grade` gives the report of a
    submission on a draw (1 and more: further ones); it may raise OutOfTime and Ungraded. No mistake is begun
    after `until` (monotonic)."""

    def look(one: tuple[MistakeRow, Submission, Report]) -> LineRow | None:
        row, submission, report = one
        title = pack.manifest.mistake_title(row)
        if not failed_by_value(report):
            return LineRow(title, "no value")
        if time.monotonic() > until:
            return None
        files = program(pack, row)
        lines = lines_of(with_lines(report, pack, submission, client))

        def passes(changed: Files) -> bool:
            new = Submission(tuple((name, changed[name]) for name, _ in submission.files))
            return all(not _fails(grade(new, draw)) for draw in range(1, FURTHER + 1))

        try:
            found = found_in(files, changed_lines(pack.below("solution"), files), lines, passes)
        except (OutOfTime, Ungraded):
            return None
        return _row(title, found, lines)

    with ThreadPoolExecutor(jobs, initializer=bind, initargs=(bound_id(),)) as pool:
        return tuple(row for row in pool.map(look, graded) if row is not None)


def _fails(report: Report) -> bool:
    return any(failed(result) for result in report.results)


def _row(title: str, found: str, lines: Sequence[Line]) -> LineRow:
    if not lines:
        return LineRow(title, found)
    first = lines[0]
    return LineRow(title, found, first.spot.file, first.spot.line, first.text.strip(), first.kind)


def lines_step(rows: Sequence[LineRow], mistakes: int, took_s: float) -> Step:
    """For how many mistakes the search names the line. Advice: those for which it names another line, where
    the change does not make the program right. It has no faults: a pack is as good without lines."""
    if not rows:
        return Step("Lines", "no mistake was looked at")
    say = ", ".join(_counts(Counter(row.found for row in rows)))
    if len(rows) < mistakes:
        say += f"; {mistakes - len(rows)} not looked at, for lack of time"
    advice = [
        f"{row.title}: {row.file}, line {row.line} is named, but the mistake is in another line, and the "
        f"change there does not pass the tests on {FURTHER} further draws: compare more than these tests do"
        for row in rows
        if row.found == "another"
    ]
    return Step("Lines", f"{say}; {took_s:.0f} s", advice=tuple(advice))


def _counts(counts: Counter[str]) -> Iterator[str]:
    return (f"{FOUND[found]} {counts[found]}" for found in FOUND if counts[found])
