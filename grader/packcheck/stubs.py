"""Programs without any work, and what they earn: what a student could hand in who did not write any code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from grader.grading.report import Report
from grader.grading.score import decimal_text
from grader.grading.submission import Submission
from grader.packcheck.report import Step
from grader.packcheck.stub_source import MARK, stub
from grader.packs import FileRow, Pack
from grader.values import Visibility

SHARE = Decimal("0.05")  # of all points: what a stub may earn unless the pack says why
WORDS = {
    "zeros": "zeros for every answer",
    "ones": "ones for every answer",
    "argument": "an argument as the answer",
    "linear": "the sum of the entries as loss, and its slopes",
    "table": "a table of the answers that an earlier attempt showed",
}
OF_TEXTS = {"zeros": ("0", "0"), "ones": ("1", "a")}  # what stands for every formula, and for every answer
_DEFINED = re.compile(r"^(?:def|class)\s+([A-Za-z]\w*)", re.MULTILINE)
_RAISED = re.compile(r"^class\s+(\w+)\([^)\n]*(?:Error|Exception)\b", re.MULTILINE)
_FORMULA, _ANSWER = re.compile(r"^([^#=\n]+=)[^\n]*", re.MULTILINE), re.compile(r"^(\[\w+\])[^\n]*")
_RECORDED = re.compile(rf"^{re.escape(MARK)}([0-9a-f]{{16}})$", re.MULTILINE)


def names_of(pack: Pack, row: FileRow) -> tuple[str, ...]:
    """The functions of a file that students write: its `defines`, or what the solution defines. Classes of
    exceptions return nothing, so they are left out."""
    source = pack.files.get(f"solution/{row.name}", b"").decode("utf-8", "replace")
    raised = set(_RAISED.findall(source))
    return tuple(name for name in row.defines or _DEFINED.findall(source) if name not in raised)


def recording(pack: Pack) -> Submission | None:
    """The solution, printing which calls it gets; None if the pack asks for no Python."""
    return _python(pack, "record") if pack.manifest.python_files else None


def calls_in(report: Report) -> frozenset[str]:
    """The calls whose answers a report on a `recording` shows: those of the visible tests."""
    visible = (r.output for r in report.results if r.visibility is Visibility.VISIBLE)
    return frozenset(call for output in visible for call in _RECORDED.findall(output))


def stubs(pack: Pack, calls: frozenset[str]) -> Iterator[tuple[str, Submission]]:
    """(kind, submission) for each kind of stub that fits the pack. `calls` are those of another draw."""
    for kind in WORDS:
        if pack.manifest.python_files:
            yield kind, _python(pack, kind, calls)
        elif kind in OF_TEXTS:
            yield kind, Submission(tuple(_texts(pack, kind)))


def _python(pack: Pack, kind: str, calls: frozenset[str] = frozenset()) -> Submission:
    files = dict(_texts(pack, kind if kind in OF_TEXTS else "zeros"))
    for row in pack.manifest.files:
        source = pack.files.get(f"solution/{row.name}")
        if row.kind == "python" and source is not None:
            files[row.name] = stub(source, kind, names_of(pack, row), calls)
    return Submission(tuple((name, files[name]) for name in pack.names if name in files))


def _texts(pack: Pack, kind: str) -> Iterator[tuple[str, bytes]]:
    formula, answer = OF_TEXTS[kind]
    for row in pack.manifest.files:
        if row.kind == "text":
            text = pack.files.get(f"solution/{row.name}", b"").decode("utf-8", "replace")
            yield row.name, _text(text, formula, answer).encode()


def _text(text: str, formula: str, answer: str) -> str:
    """The sheet of answers, or else the formulas, with the same content under every name."""
    names = [match[1] for line in text.splitlines() if (match := _ANSWER.match(line))]
    if names:
        return "".join(f"{name} {answer}\n" for name in names)
    return _FORMULA.sub(rf"\g<1> {formula}", text)


def stubs_step(pack: Pack, reports: Sequence[tuple[str, Report]]) -> Step:
    """No stub earns more than SHARE of the points, unless `[stubs]` in pack.toml says why."""
    most = SHARE * pack.total_points
    reasons: Mapping[str, str] = pack.manifest.stubs.model_dump()
    faults, advice = [], []
    for kind, report in reports:
        earned = _earned(report)
        points = "1 point" if earned == 1 else f"{decimal_text(earned)} points"
        shown = f"{WORDS[kind]}: {points} ({_rows(report)})"
        if earned > most and not reasons[kind]:
            rule = f"a program without any work may earn {decimal_text(most)}"
            faults.append(f"{shown}; {rule}: give these rows needs, or say why in [stubs] {kind}")
        elif earned:
            advice.append(f"{shown}{'; ' + reasons[kind] if reasons[kind] else ''}")
    sums = ", ".join(f"{kind} {decimal_text(_earned(report))}" for kind, report in reports)
    return Step(
        "Programs without work", f"earn: {sums} of {decimal_text(pack.total_points)}", (*faults,), (*advice,)
    )


def _earned(report: Report) -> Decimal:
    return sum((result.earned or Decimal(0) for result in report.results), Decimal(0))


def _rows(report: Report) -> str:
    """The rows that earned something, with their points."""
    rows = [(result.id, result.earned) for result in report.results if result.earned]
    return ", ".join(f"{test} {decimal_text(earned)}" for test, earned in rows) or "no row"
