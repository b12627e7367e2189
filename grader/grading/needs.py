"""What a row earns after the rows that it needs: nothing, if those did not pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from grader.grading.result import Result
from grader.grading.score import decimal_text
from grader.packs import TestRow
from grader.values import Verdict

OPEN = (Verdict.PASSED, Verdict.INTERNAL)  # nothing is withheld for a fault that is not the student's


def counted(row: TestRow, own: Result, results: Mapping[str, Result]) -> Result:
    """The row's result. If one of its needs did not pass, its points are withheld, and its message says
    which row has to pass first. `results` are the final results of what it needs, by id; an id that is
    not in it is not needed."""
    known = [[results[need] for need in entry if need in results] for entry in row.needed]
    unmet = [entry for entry in known if entry and not any(need.verdict in OPEN for need in entry)]
    awaited = own.awaits_mark
    if not unmet or not (own.earned or awaited):
        return own
    withheld = own.points if awaited else own.earned or Decimal(0)
    passed = own.verdict is Verdict.PASSED
    texts = [own.message, _sentence(passed, withheld, unmet)]
    texts = texts[::-1] if passed else texts
    return replace(
        own,
        verdict=Verdict.FAILED if passed else own.verdict,
        earned=Decimal(0),
        unmet=tuple(" or ".join(need.id for need in entry) for entry in unmet),
        withheld=withheld,
        message="\n".join(texts).strip(),
        hint="" if passed else own.hint,
    )


def own_message(result: Result, results: Mapping[str, Result]) -> str:
    """The message of the test by itself: without the sentence that `counted` added. `results` are those of
    the same report, by id."""
    if not result.unmet:
        return result.message
    unmet = [[results[need] for need in entry.split(" or ")] for entry in result.unmet]
    added = _sentence(result.passes_alone, result.withheld, unmet)
    return result.message.replace(added, "", 1).strip()


def _sentence(passed: bool, withheld: Decimal, unmet: list[list[Result]]) -> str:
    """Which rows have to pass before the points count."""
    points = "1 point counts" if withheld == 1 else f"{decimal_text(withheld)} points count"
    titles = " and ".join(" or ".join(f"“{need.title}”" for need in entry) for entry in unmet)
    first = "This test passed, but its" if passed else "Its"
    return f"{first} {points} only when {titles} {'passes' if len(unmet) == 1 else 'pass'} too."
