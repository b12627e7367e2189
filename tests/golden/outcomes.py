"""The part of a report in a golden file: each test's verdict, points and findings, without sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.grading.grade import Draw, grade
from grader.grading.report import Report, Result
from grader.grading.score import decimal_text
from grader.grading.submission import Submission
from grader.packcheck import variants
from grader.packs import Pack
from grader.values import Verdict

DRAW = Draw(
    secret=b"golden files", team="golden", files="golden"
)  # does not depend on any file, so a changed comment changes no numbers
Outcomes = dict[str, dict[str, Any]]


def programs(pack: Pack) -> Iterator[tuple[str, Submission]]:
    """(id, submission) of the solution, the starter and each mistake, in the pack's order."""
    yield "solution", variants.solution(pack)
    yield "starter", variants.starter(pack)
    for row in pack.manifest.mistakes:
        yield row.name, variants.mistake(pack, row)


def graded(pack: Pack, submission: Submission, client: Any) -> Outcomes:
    """The outcome of each test, by its id."""
    return outcomes(grade(pack, submission, client, draw=DRAW))


def outcomes(report: Report) -> Outcomes:
    """The part of each result in a golden file, by the test's id; empty parts are left out."""
    return {result.id: {name: part for name, part in _parts(result) if part} for result in report.results}


def _parts(result: Result) -> Iterator[tuple[str, Any]]:
    yield "verdict", str(result.verdict)
    yield "withheld", decimal_text(result.withheld) if result.unmet else ""
    yield "earned", "later" if result.earned is None else decimal_text(result.earned)
    if result.verdict is Verdict.TIMEOUT:
        return  # the rest depends on the machine's speed
    lost = [case for case in result.cases if case.verdict is not Verdict.PASSED]
    yield "cases", [[case.name, str(case.verdict)] for case in lost]
    yield "within", sum(number.passed for number in result.numbers)
    yield "beyond", [number.name for number in result.numbers if not number.passed]
    yield "why", result.diagnosis and [str(result.diagnosis.fit), *result.diagnosis.mistakes]
    yield "signal", result.diagnosis and result.diagnosis.signal
    yield "pictures", [picture.kind for picture in result.pictures]


def text(outcomes_by_program: dict[str, Outcomes]) -> str:
    """The golden file of one pack: all tests of the solution; of others, those that differ from it."""
    solution = outcomes_by_program["solution"]
    lines = {key: _lines(key, tests, solution) for key, tests in outcomes_by_program.items()}
    rows = ",\n".join(f" {json.dumps(key)}: {{\n{tests}\n }}" for key, tests in lines.items())
    return f"{{\n{rows}\n}}\n"


def _lines(key: str, outcomes: Outcomes, solution: Outcomes) -> str:
    shown = {
        test: parts for test, parts in outcomes.items() if key == "solution" or parts != solution.get(test)
    }
    texts = {test: json.dumps(parts, ensure_ascii=False) for test, parts in shown.items()}
    return ",\n".join(f"  {json.dumps(test)}: {text}" for test, text in texts.items())


def read(path: Path) -> dict[str, Outcomes]:
    """All outcomes of every program in a golden file."""
    programs: dict[str, Outcomes] = json.loads(path.read_text("utf-8"))
    return {key: programs["solution"] | changed for key, changed in programs.items()}
