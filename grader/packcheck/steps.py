"""The steps of a pack check, one function each; every one returns a Step."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from grader.grading.report import Report, Result
from grader.grading.score import decimal_text
from grader.packcheck.report import Matrix, Step
from grader.packs import MistakeRow, Pack
from grader.packs.bundle import bundle_files, leaks
from grader.packs.handout import formula_faults
from grader.packs.lines import Lines, row_of
from grader.packs.mistakes import difference
from grader.packs.names import defines_faults, handout_faults, unnamed_faults
from grader.packs.signatures import signature_faults
from grader.values import Cause, Evidence, Limits, Verdict
from grader.values.faults import Fault

HEADROOM = 3
_TOP_TEST = re.compile(r"(?:async\s+)?def\s+(test\w*)\s*\(")
BARE_MB = 26  # resident size of a candidate that has only imported numpy
STARTER_SHARE = Decimal("0.2")


def failed(result: Result) -> bool:
    """Whether the test by itself gave less than all points of its row; this is what a mistake's `fails`
    lists. Points withheld for what the row needs don't count."""
    return not result.passes_alone


def files_step(pack: Pack, found: Sequence[Fault]) -> Step:
    """pack.toml and the files agree, the starter has each function that the handout names, and parameters
    are the same everywhere; `found` are the faults from reading the pack."""
    named = (*handout_faults(pack), *unnamed_faults(pack), *defines_faults(pack), *signature_faults(pack))
    faults = [str(fault) for fault in (*found, *named)]
    points = decimal_text(pack.total_points)
    points = f"add up to {points}" if pack.manifest.total is not None else points
    say = f"{len(pack.tests)} tests, points {points}"
    return Step("pack.toml and files", say, tuple(faults), declared=True)


def handout_step(pack: Pack) -> Step:
    """Every formula of the handout can be shown."""
    faults = [str(fault) for fault in formula_faults(pack.handout)]
    return Step("Formulas of the handout", "all shown as MathML", tuple(faults))


def bundle_step(pack: Pack) -> Step:
    """The students' bundle contains nothing of the solution or the tests."""
    names = ", ".join(sorted(bundle_files(pack)))
    return Step("Students' bundle", f"nothing of the solution in {names}", leaks(pack))


def collection_step(pack: Pack, items: Sequence[str], errors: Sequence[str], wide: Sequence[str]) -> Step:
    """The test functions are the rows of pack.toml, and all fixtures have function scope."""
    functions, rows = set(items), {row.id for row in pack.tests}
    faults = [_pytest_message(error) for error in errors]
    no_row = "pack.toml has no [[tests]] row for this function"
    faults += [str(_in_tests(pack, name, no_row)) for name in sorted(functions - rows)]
    faults += [str(fault) for fault in _defined_twice(pack)]
    if not errors:  # an error may be the reason why they are missing
        no_function = "tests/ has no test function with this name"
        absent = sorted(rows - functions)
        faults += [str(_in_row(pack, "tests", "id", name, "id", f'"{name}"', no_function)) for name in absent]
    too_wide = "a fixture must have function scope; remove its scope argument"
    faults += [str(_in_tests(pack, name, too_wide)) for name in wide]
    return Step("Test functions and rows", f"{len(rows)} of each", tuple(faults), declared=True)


def _defined_twice(pack: Pack) -> Iterator[Fault]:
    """A fault for each test function that a later one of the same name in the same file replaces."""
    for path, data in pack.below("tests").items():
        lines = data.decode("utf-8", "replace").split("\n")
        defined = [(m[1], n) for n, line in enumerate(lines, 1) if (m := _TOP_TEST.match(line))]
        first: dict[str, int] = {}
        for name, number in defined:
            if first.setdefault(name, number) != number:
                rule = f"is defined in line {first[name]} too, and only the last one is run"
                yield Fault(f"tests/{path}", "function", name, rule, number)


def _in_tests(pack: Pack, name: str, rule: str) -> Fault:
    """A fault of a function in tests/, with the line that defines it, if there is one."""
    for path, data in pack.below("tests").items():
        for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
            if re.match(rf"\s*(async\s+)?def\s+{re.escape(name)}\b", line):
                return Fault(f"tests/{path}", "function", name, rule, number)
    return Fault("tests/", "function", name, rule)


def _in_row(pack: Pack, table: str, key: str, value: str, about: str, shown: str, rule: str) -> Fault:
    """A fault of the row of pack.toml whose `key` has this value, at the row's key `about`."""
    data = pack.files["pack.toml"]
    place = f"{row_of(data, table, key, value)}.{about}"
    return Fault("pack.toml", place, shown, rule, Lines(data).of(place))


def solution_step(pack: Pack, reports: Sequence[Report]) -> Step:
    """The solution earns every point on every draw."""
    total = decimal_text(pack.total_points)
    faults = [
        f"{', '.join(tests)}: {verdict} on draw {number}: {message}"
        for (verdict, message), (number, tests) in _by_reason(reports).items()
    ]
    say = f"{total} of {total} on {_draws(len(reports))}{_by_hand(pack)}"
    return Step("Solution", say, tuple(dict.fromkeys(faults)))


def _by_reason(reports: Sequence[Report]) -> dict[tuple[Verdict, str], tuple[int, list[str]]]:
    """The failures by (verdict, reason): the first draw with this failure, and the ids of its tests."""
    failures: dict[tuple[Verdict, str], tuple[int, list[str]]] = {}
    for number, report in enumerate(reports, 1):
        for result in report.results:
            if failed(result):
                _, tests = failures.setdefault((result.verdict, reason(result)), (number, []))
                if result.id not in tests:
                    tests.append(result.id)
    return failures


def _draws(count: int) -> str:
    return "1 draw" if count == 1 else f"{count} draws"


def _by_hand(pack: Pack) -> str:
    points = sum((row.points for row in pack.tests if row.by_hand), Decimal(0))
    return f", {decimal_text(points)} of them by hand" if points else ""


def repeat_step(first: Report, second: Report) -> Step:
    """The same draw gives the same report."""
    faults = [
        f"{one.id}: two runs on the same draw give different results ({_difference(one, two)})"
        for one, two in zip(first.results, second.results, strict=True)
        if _timeless(one) != _timeless(two)
    ]
    return Step("Same draw, same report", "yes", tuple(faults))


def starter_step(pack: Pack, report: Report) -> Step:
    """The starter earns very few points and does not crash."""
    earned = sum((result.earned or Decimal(0) for result in report.results), Decimal(0))
    faults = [f"{r.id}: {r.verdict}: {reason(r)}" for r in report.results if not _not_yet(r)]
    faults += [
        f"{r.id}: the starter's own text would be marked by hand" for r in report.results if r.awaits_mark
    ]
    if earned >= STARTER_SHARE * pack.total_points:
        most = decimal_text(STARTER_SHARE * pack.total_points)
        faults.append(f"earns {decimal_text(earned)} points; a starter must earn less than {most}")
    say = f"{decimal_text(earned)} of {decimal_text(pack.total_points)}, without a crash"
    return Step("Starter", say, tuple(faults))


AboutMistake = tuple[MistakeRow, str]
"""A mistake, and what is wrong with it."""


def unsteady(pack: Pack, row: MistakeRow, one: Sequence[str], two: Sequence[str]) -> list[AboutMistake]:
    """The fault that a mistake fails different tests on another draw; empty if it doesn't."""
    differing = sorted(set(one) ^ set(two))
    rule = f"on another draw this mistake has different results in {', '.join(differing)}"
    return [_of_mistake(pack, row, rule)] if differing else []


def stopped(pack: Pack, row: MistakeRow, report: Report) -> list[AboutMistake]:
    """A fault for each test that stopped with an error of its own on a mistake, instead of failing it."""
    return [
        _of_mistake(
            pack, row, f"{result.id} stopped with an error of its own on this mistake: {reason(result)}"
        )
        for result in report.internal
    ]


def _of_mistake(pack: Pack, row: MistakeRow, rule: str) -> AboutMistake:
    shown = json.dumps(row.fails)
    rule = f"{rule} ({pack.manifest.mistake_title(row)})"
    return row, str(_in_row(pack, "mistakes", *row.stated, "fails", shown, rule))


def mistakes_step(pack: Pack, matrix: Matrix, found: Iterable[AboutMistake]) -> Step:
    """Every mistake fails exactly the tests that its row names. `found` are faults found before. Faulty
    edits are shown as a diff."""
    faults = list(found)
    for row, (_, fails) in zip(pack.manifest.mistakes, matrix.rows, strict=True):
        missed, extra = set(row.fails) - set(fails), set(fails) - set(row.fails)
        if missed:
            faults.append(_of_mistake(pack, row, f"this mistake passes {', '.join(sorted(missed))}"))
        if extra:
            faults.append(_of_mistake(pack, row, f"this mistake fails {', '.join(sorted(extra))} too"))
    count = len(matrix.rows)
    faulty = dict.fromkeys(row for row, _ in faults if row.edit)
    return Step(
        "Mistakes",
        f"{count} of {count} fail exactly their tests",
        tuple(fault for _, fault in faults),
        declared=True,
        diffs=tuple((pack.manifest.mistake_title(row), difference(pack, row)) for row in faulty),
    )


def tests_step(matrix: Matrix) -> Step:
    """Every test is failed by some mistake."""
    caught = {test for _, fails in matrix.rows for test in fails}
    faults = [
        f"{test}: no mistake fails this test, so nothing shows that it can fail"
        for test in matrix.tests
        if test not in caught
    ]
    return Step("Tests", f"{len(matrix.tests)} of {len(matrix.tests)} are failed by a mistake", tuple(faults))


def zeros_step(variants: Sequence[tuple[tuple[str, ...], bool]]) -> Step:
    """No function can return zeros and keep its points. A constant loss agrees with a zero gradient,
    so another test must check that loss. `variants` says of each whether it loses points."""
    faults = [
        f"{' and '.join(names)} can return zeros and still earn every point; test their values"
        for names, loses in variants
        if not loses
    ]
    say = f"{len(variants)} variants, each loses points" if variants else "no Python is asked for"
    return Step("Functions that return zeros", say, tuple(faults))


def time_step(pack: Pack, total_s: float, gradings: int) -> Step:
    """The check took too long: what to change."""
    limit = pack.manifest.limits.total_s
    fault = (
        f"the check took more than {total_s:g} s and ended after {gradings} gradings; make the tests faster, "
        f"or lower limits.total_s, which is {limit:g} s, and the tests' own limits. `grader pack check` on "
        "your machine has no such limit"
    )
    return Step("Time", "the check took too long", (fault,))


def headroom_step(pack: Pack, reports: Sequence[Report]) -> Step:
    """The solution uses at most a third of each limit."""
    faults: list[str] = []
    least = float("inf")
    for row in pack.tests:
        limits = pack.manifest.limits_of(row)
        for name, used, allowed in _used(row.id, limits, reports):
            least = min(least, allowed / used if used > 0 else least)
            if used * HEADROOM > allowed:
                faults.append(
                    f"{row.id}: {name} {used:.2f} of {allowed:g}; at least {HEADROOM} times that is needed"
                )
    say = f"uses at most 1/{least:.0f} of each limit" if least < float("inf") else "nothing measured"
    return Step("Headroom", say, tuple(faults))


def _used(test: str, limits: Limits, reports: Sequence[Report]) -> Iterator[tuple[str, float, float]]:
    """(name with unit, most used over the reports, limit) for each limit of one test."""
    evidence = [r.evidence for report in reports for r in report.results if r.id == test] or [Evidence()]
    yield "CPU seconds", max(e.cpu_ns for e in evidence) / 1e9, limits.cpu_s
    # the least wall time, since other processes may load the machine
    yield "wall seconds", min(e.wall_ns for e in evidence) / 1e9, limits.wall_s
    yield "MB of memory", max(e.peak_memory_kb for e in evidence) / 1024 - BARE_MB, limits.memory_mb
    yield "KB printed", max(e.output_bytes for e in evidence) / 1024, limits.output_kb


def _not_yet(result: Result) -> bool:
    """Whether it passed, failed, or raised the starter's own "not written yet"."""
    if result.verdict in (Verdict.PASSED, Verdict.FAILED):
        return True
    unwritten = "NotImplemented" in result.message + result.traceback
    return result.verdict is Verdict.ERROR and unwritten


def _timeless(result: Result) -> Result:
    return replace(result, evidence=Evidence(), arguments=b"")


def _difference(one: Result, two: Result) -> str:
    if one.verdict is not two.verdict:
        return f"{one.verdict}, then {two.verdict}"
    names = ("earned", "message", "numbers", "cases", "output")
    return ", ".join(name for name in names if getattr(one, name) != getattr(two, name)) or "details"


def reason(result: Result) -> str:
    """Why a result lost points: one line of its message, or of the detail that staff see."""
    if result.verdict is Verdict.INTERNAL and result.cause is Cause.PACK:
        return _pytest_message(result.detail) or "no message"
    return first_line(result.message or result.detail) or "no message"


def _pytest_message(text: str) -> str:
    """The short form of pytest's text on an error: the place in tests/, and the lines marked E."""
    text = re.sub(r"[^\s\"]*/(?=tests/)", "", text)  # without the path of the runner's folder
    lines = [line.strip() for line in text.splitlines()]
    if unknown := re.search(r"FixtureLookupError: \('(\w+)'", text):
        return f"the test asks for a fixture {unknown[1]}, which does not exist"
    marked = dict.fromkeys(line[1:].strip() for line in lines if re.match(r"E .*\w", line))
    places = [line.split(": ")[0] for line in lines if re.match(r"tests/\S+\.py:\d+: ", line)]
    return ": ".join([*places[-1:], " ".join(marked)] if marked else places[-1:])[:400] or first_line(text)


def first_line(text: str) -> str:
    """The last line of a traceback, else the first line that is not empty; at most 300 characters."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return ""
    return (lines[-1] if lines[0].startswith("Traceback") else lines[0])[:300]
