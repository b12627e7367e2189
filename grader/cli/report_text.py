"""Reports as tables in a terminal."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterator

from grader.cli.batch import BatchResult
from grader.diagnosis.words import traces
from grader.diagnosis.words.lines import question, sentence
from grader.grading.report import Report, Result
from grader.grading.same_stop import stop_of
from grader.grading.score import decimal_text
from grader.values import Verdict, Visibility
from grader.values.lines import Line
from grader.values.text import displayable, one_line

SHAPES = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✕",
    Verdict.ERROR: "!",
    Verdict.TIMEOUT: "⧖",
    Verdict.MEMORY: "▣",
    Verdict.OUTPUT_LIMIT: "≡",
    Verdict.REFUSED: "⊘",
    Verdict.INTERNAL: "◇",
}
COLOURS = {Verdict.PASSED: "32", Verdict.FAILED: "31", Verdict.ERROR: "35", Verdict.INTERNAL: "34"}
INDENT = " " * 27
WIDTH = 110
MOST_QUOTED = 160  # characters of a line
MOST_LINES, MOST_WIDE = 30, 1000  # of one message


def show(result: BatchResult) -> None:
    """Print the table of one submission, or on stderr why it was not graded."""
    if result.report is None:
        print(f"{one_line(result.path)}: not graded", file=sys.stderr)
        for fault in result.faults:
            print(f"  {displayable(fault)}", file=sys.stderr)
        return
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print("\n".join(lines(result, result.report, coloured)))


def show_timings(results: list[BatchResult]) -> None:
    """Print how long each submission and its phases took, one line each, on stderr."""
    for result in results:
        stages = result.report.timings if result.report else ()
        parts = ", ".join(f"{stage} {ms:.1f}" for stage, ms in stages)
        print(f"{one_line(result.path)}: {result.took_ms:.1f} ms ({parts})", file=sys.stderr)


def lines(batch_result: BatchResult, report: Report, coloured: bool = False) -> Iterator[str]:
    """The table of one submission. A message is printed once; later tests name the first that has it. Tests
    that stopped by a fault have no message of their own, so those are the same only if the detail is too."""
    yield f"{one_line(batch_result.path)}   {report.pack.title}   {score_text(report)}"
    for note in batch_result.notes:
        yield f"  {note}"
    for finding in batch_result.findings:
        yield from textwrap.indent(str(finding), "  ").splitlines()
    unreadable = any(finding.blocks for finding in batch_result.findings)
    first_titles: dict[
        tuple[str, ...], str
    ] = {}  # where it stopped, or what is printed: the first test's title
    causes: dict[str, str] = {}  # a diagnosed cause: the title of the first test with it
    for result in report.results:
        printed = result.message, result.detail if result.verdict is Verdict.INTERNAL else ""
        first_title = first_titles.setdefault(stop_of(result) or printed, result.title)
        no_loss = result.awaits_mark or result.verdict is Verdict.PASSED
        if no_loss or unreadable:
            yield _row(result, coloured)
        elif first_title != result.title:
            yield f"{_row(result, coloured)}; same as: {one_line(first_title)}"
        else:
            yield _row(result, coloured)
            yield from _details(result, causes)
    yield ""


def score_text(report: Report) -> str:
    """`85 of 100 points`, or that there is no score yet."""
    if report.score is None:
        return "score: not yet (a fault on our side, not in the submission)"
    provisional = f", provisional: {decimal_text(report.awaiting)} await marking" if report.awaiting else ""
    return f"{decimal_text(report.score)} of {decimal_text(report.max)} points{provisional}"


def _row(result: Result, coloured: bool) -> str:
    label = f"{SHAPES[result.verdict]} {str(result.verdict).replace('_', ' ')}"
    if result.awaits_mark:
        label = "✎ awaits marking"
    elif result.verdict is Verdict.FAILED and result.passes_alone:
        label = "◌ not counted"
    elif result.verdict is Verdict.FAILED and result.earned:
        label = "◐ partly"
    verdict = f"{label:<14}"
    if coloured:
        colour = "34" if result.awaits_mark else COLOURS.get(result.verdict, "33")
        verdict = f"\x1b[{colour}m{verdict}\x1b[0m"
    earned = "–" if result.earned is None else decimal_text(result.earned)
    points = f"{earned} / {decimal_text(result.points)}" if result.points else "advice"
    hidden = " (hidden)" if result.visibility is Visibility.HIDDEN else ""
    return f"  {verdict} {points:>8}  {one_line(result.title)}{hidden}"


def diagnosis_text(result: Result, causes: dict[str, str]) -> str:
    """The sentence and question of the diagnosis, or the first test that has the same cause."""
    assert result.diagnosis is not None
    first = causes.setdefault(result.diagnosis.cause, result.title)
    if first != result.title:
        return f"Same cause as: {one_line(first)}"
    return f"{result.diagnosis.sentence}\n{result.diagnosis.question}".strip()


def _line(line: Line) -> Iterator[str]:
    """Where the file is wrong: the line with a mark under the place, and a question."""
    spot, text = line.spot, one_line(line.text)
    yield from textwrap.wrap(sentence(line), WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
    end = spot.end_column if spot.end_line == spot.line else len(text)
    mark = " " * spot.column + "^" * max(1, min(end, len(text)) - spot.column)
    number = f"{spot.line} | "
    if len(text) <= MOST_QUOTED:
        yield f"{INDENT}{number}{text}"
        yield f"{INDENT}{' ' * (len(number) - 2)}| {mark}"
    yield f"{INDENT}{question(line)}"


def _details(result: Result, causes: dict[str, str]) -> Iterator[str]:
    texts = [result.message, result.traceback]
    if result.diagnosis is not None:
        texts.insert(1, diagnosis_text(result, causes))
    if result.verdict is Verdict.INTERNAL:
        texts.append("\n".join(result.detail.splitlines()[-6:]))
    has_question = result.diagnosis is not None and result.diagnosis.question
    if result.hint and result.verdict is Verdict.FAILED and not has_question:
        texts.append(f"Hint: {result.hint}")
    for text in texts:
        for line in displayable(text).splitlines()[:MOST_LINES]:
            yield from textwrap.wrap(line[:MOST_WIDE], WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
    if result.line is not None:
        spot = result.line.spot
        first = causes.setdefault(f"{spot.file}:{spot.line}", result.title)
        yield from (
            _line(result.line) if first == result.title else [f"{INDENT}Same line as: {one_line(first)}"]
        )
    if result.trace is not None:
        said = one_line(traces.sentence(result.trace))
        first = causes.setdefault(said, result.title)
        text = said if first == result.title else f"Same values as: {one_line(first)}"
        yield from textwrap.wrap(text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
