"""How often the line that is named is the one that is wrong, on faults written apart, and in which time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from bench.grading import NotDone
from bench.line.material import Faulty, singles
from bench.timing import Row
from grader.grading.client import Client
from grader.grading.grade import Draw, grade
from grader.grading.lines import with_lines
from grader.grading.report import Report
from grader.grading.submission import check_files
from grader.packs import Pack, find, load
from grader.runner.private import private_runner
from grader.values import Verdict

GOAL_RIGHT = 50.0


@dataclass(frozen=True)
class Named:
    """What the search said of one faulty program: "right", "wrong", "nothing", or "no value" if no test
    failed by a value. `line` is the first line that was named, `tried` the changes before it."""

    faulty: Faulty
    found: str
    line: str = ""
    kind: str = ""
    tried: int = 0


def line(runs: int) -> list[Row]:
    """Shares in percent of the programs whose tests fail by a value. Raises NotDone if there are none."""
    named = list(search_all(singles()))
    counts = Counter(one.found for one in named)
    searched = len(named) - counts["no value"]
    if not searched:
        raise NotDone("bench/line/material holds no program with a wrong value: it is not in the package")
    tried = [one.tried for one in named if one.found == "right"]
    return [
        _share("line: right", counts["right"], searched, GOAL_RIGHT),
        _share("line: another line", counts["wrong"], searched, 0.0),
        Row("line: changes tried, median", median(tried or [0]), "", "allowed", 4000, 0.0, len(tried)),
    ]


def _share(name: str, count: int, of: int, goal: float) -> Row:
    value = 100.0 * count / of
    return Row(name, value, "%", "goal", goal, value / goal if goal else value, of)


def search_all(programs: Iterable[Faulty], jobs: int = 2) -> Iterator[Named]:
    """Grade every program, and look for its wrong line."""
    packs: dict[str, Pack] = {}
    with ExitStack() as stack:
        client = Client(stack.enter_context(private_runner(slots=jobs)))
        pool = stack.enter_context(ThreadPoolExecutor(jobs))

        def one(faulty: Faulty) -> Named:
            pack = packs.setdefault(faulty.pack, load(find(faulty.pack)))
            submission = check_files(pack, dict(faulty.files))
            report = grade(pack, submission, client, draw=Draw(), explain=False)
            return judged(faulty, with_lines(report, pack, submission, client))

        yield from pool.map(one, programs)


def judged(faulty: Faulty, report: Report) -> Named:
    """Whether the lines of this report are those of the fault."""
    if all(result.verdict is not Verdict.FAILED for result in report.results):
        return Named(faulty, "no value")
    lines = [result.line for result in report.results if result.line is not None]
    if not lines:
        return Named(faulty, "nothing")
    true = [(file, line) for known in faulty.lines for file, numbers in known.items() for line in numbers]
    named = {(found.spot.file, found.spot.line): found for found in lines}
    first = lines[0]
    right = all(place in true for place in named)
    where = ", ".join(f"{file}:{number}" for file, number in named)
    return Named(faulty, "right" if right else "wrong", where, first.kind, first.tried)
