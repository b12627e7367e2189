"""Solutions whose functions return odd values: no test may hang on one, or end without a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.grading.report import Report
from grader.grading.submission import Submission
from grader.packcheck.odd_source import LIKE, PLAIN, odd
from grader.packcheck.report import Step
from grader.packcheck.steps import reason
from grader.packcheck.stubs import names_of
from grader.packs import FileRow, Pack
from grader.values import Verdict
from grader.values.returned import UNFINISHED

MOST_FUNCTIONS = 4  # that are replaced alone: each costs a run of all tests
STEP = 7
QUICK = (0, 8, 16)


@dataclass(frozen=True)
class OddAnswers:
    """A submission in which `who` return `what`, both in words."""

    who: str
    what: str
    submission: Submission


def odd_answers(pack: Pack, *, thorough: bool = True) -> Iterator[OddAnswers]:
    """All functions together, with each odd value once, and with values like the right ones in turn; and the
    first few functions alone, with all values in turn. If not `thorough`, a few with all values in turn, each
    beginning at another value. None for a pack that asks for no Python."""
    names = [name for row in _python_rows(pack) for name in names_of(pack, row)]
    if not names:
        return
    like, every = list(LIKE.values()), [*LIKE.values(), *PLAIN.values()]
    together = {what: [value] for what, value in PLAIN.items()} | {"values like the right ones": like}
    alone = names[:MOST_FUNCTIONS] if len(names) > 1 else []
    if not thorough:
        together = {f"odd values in turn, from number {at}": _from(every, at) for at in QUICK}
        alone = alone[:1]
    for what, values in together.items():
        yield OddAnswers("all functions", what, _submission(pack, names, values))
    for at, name in enumerate(alone):
        yield OddAnswers(name, "odd values in turn", _submission(pack, [name], _from(every, STEP * at)))


def _from(values: Sequence[str], at: int) -> list[str]:
    """The values from number `at` on, and then those before it."""
    at %= len(values)
    return [*values[at:], *values[:at]]


def _python_rows(pack: Pack) -> list[FileRow]:
    return [row for row in pack.manifest.files if row.kind == "python"]


def _submission(pack: Pack, names: Sequence[str], values: Sequence[str]) -> Submission:
    files = pack.below("solution")
    for row in _python_rows(pack):
        chosen = [name for name in names_of(pack, row) if name in names]
        if row.name in files and chosen:
            files[row.name] = odd(files[row.name], chosen, values)
    return Submission(tuple((name, files[name]) for name in pack.names if name in files))


def odd_step(reports: Sequence[tuple[OddAnswers, Report]]) -> Step:
    """Every test gave a verdict on every odd value."""
    faults: dict[str, str] = {}  # by test, the first
    for answers, report in reports:
        for result in report.results:
            if result.verdict is Verdict.INTERNAL or result.message == UNFINISHED:
                why = f"gives no verdict if {answers.who} return {answers.what}"
                faults.setdefault(result.id, f"{result.id}: {why}: {reason(result)}")
    say = f"{len(reports)} variants, a verdict on each" if reports else "no Python is asked for"
    return Step("Odd answers", say, tuple(faults.values()))
