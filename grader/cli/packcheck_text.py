"""The check of a pack in a terminal: one line per step, the kill matrix, and the lines found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.packcheck import LineRow, Matrix, Step
from grader.values.text import displayable, one_line


def step_lines(step: Step) -> Iterator[str]:
    """The lines of a step with its faults."""
    yield f"  {'✓' if step.proven else '✕'} {step.name:<24} {step.say if step.proven else ''}".rstrip()
    for fault in step.faults:
        yield f"      {one_line(fault, 400)}"
    for title, diff in step.diffs:
        yield from diff_lines(title, diff)
    for advice in step.advice:
        yield f"      look: {one_line(advice, 400)}"


def diff_lines(title: str, diff: str) -> Iterator[str]:
    """A mistake's diff under its title."""
    yield f"      {one_line(title)}"
    yield from (f"        {line}" for line in displayable(diff).split("\n"))


def matrix_lines(matrix: Matrix) -> Iterator[str]:
    """The matrix: a row for each mistake, a column for each test (numbers, names below), ■ if it fails."""
    if not matrix.rows:
        return
    rows = [(one_line(title, 80), fails) for title, fails in matrix.rows]
    width = max(len(title) for title, _ in rows) + 2
    yield ""
    yield " " * width + "".join(f"{number:>3}" for number in range(1, len(matrix.tests) + 1))
    for title, fails in rows:
        yield f"{title:<{width}}" + "".join("  ■" if test in fails else "  ·" for test in matrix.tests)
    counts = [len(titles) for titles in matrix.reach.values()]
    yield f"{'fails':<{width}}" + "".join(f"{count:>3}" for count in counts)
    yield ""
    for number, test in enumerate(matrix.tests, 1):
        yield f"{number:>4}  {test}"
    yield ""


def found_lines(rows: Sequence[LineRow]) -> Iterator[str]:
    """The table of lines: for each mistake, whether the search finds its line, and the line that it names."""
    if not rows:
        return
    titles = [one_line(row.title, 80) for row in rows]
    width = max(map(len, titles)) + 2
    yield f"{'mistake':<{width}}{'line':<16}named"
    for title, row in zip(titles, rows, strict=True):
        place = f"{one_line(row.file, 80)}:{row.line}  {one_line(row.text, 80)}" if row.line else ""
        yield f"{title:<{width}}{row.words:<16}{place}".rstrip()
    yield ""
