"""Grades faulty programs, looks for their wrong lines, and judges what is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

from bench.line.material import Faulty
from grader.grading.client import Client
from grader.grading.grade import Draw, grade
from grader.grading.lines import with_lines
from grader.grading.report import Report
from grader.grading.submission import check_files
from grader.packcheck.lines import FURTHER, Files, found_in, lines_of
from grader.packcheck.steps import failed
from grader.packs import Pack, find, load
from grader.runner.private import private_runner
from grader.values import Graded, Order, Outcome, Verdict

CPU = "processor time: "


@dataclass(frozen=True)
class Named:
    """What the search said of one faulty program: "right", "equivalent", "another", "nothing", or
    "no value" if no test failed by one. `lines` are those that were named, `change` is the first one's kind
    and text, `tried` the changes before it; `cpu_s` is the processor time of the whole search, with its
    proofs."""

    faulty: Faulty
    found: str
    lines: tuple[str, ...] = ()
    change: str = ""
    tried: int = 0
    cpu_s: float = 0.0

    @property
    def says(self) -> str:
        """One line on this program, for a list."""
        faulty = self.faulty
        true = "; ".join(f"{file}:{numbers}" for known in faulty.lines for file, numbers in known.items())
        place = f"{faulty.pack}/{faulty.style} {faulty.id}: true {true}"
        return f"{self.found:<10} {place} named {self.lines} {self.change} {self.tried} {self.cpu_s:.2f} s"


class Measured(Client):
    """A client that keeps what the runner says of the processor time of a search."""

    cpu_s = 0.0

    def grade(self, order: Order, on_outcome: Callable[[Outcome], None] = lambda outcome: None) -> Graded:
        graded = super().grade(order, on_outcome)
        self.cpu_s += sum(ms / 1000 for name, ms in graded.timings if name.startswith(CPU))
        return graded


def search_all(programs: Iterable[Faulty], jobs: int = 2) -> Iterator[Named]:
    """Grade every program, and look for its wrong line."""
    pack_of = cache(lambda name: load(find(name)))
    with ExitStack() as stack:
        socket = stack.enter_context(private_runner(slots=jobs))
        pool = stack.enter_context(ThreadPoolExecutor(jobs))
        yield from pool.map(lambda faulty: search(faulty, pack_of(faulty.pack), Measured(socket)), programs)


def search(faulty: Faulty, pack: Pack, client: Measured) -> Named:
    """What the search says of one program."""
    submission = check_files(pack, dict(faulty.files))
    report = with_lines(grade(pack, submission, client, draw=Draw(), explain=False), pack, submission, client)
    return judged(faulty, report, lambda files: passes(pack, files, client), client.cpu_s)


def passes(pack: Pack, files: Files, client: Client) -> bool:
    """Whether a program passes every test of its pack on further draws."""
    submission = check_files(pack, dict(files))
    draws = (Draw(secret=b"further", team=f"{n}", files=f"{n}") for n in range(FURTHER))
    reports = (grade(pack, submission, client, draw=draw, explain=False) for draw in draws)
    return all(not failed(result) for report in reports for result in report.results)


def judged(faulty: Faulty, report: Report, right: Callable[[Files], bool], cpu_s: float = 0.0) -> Named:
    """Whether the lines of this report are those of the fault; `right` says whether a program is right."""
    if all(result.verdict is not Verdict.FAILED for result in report.results):
        return Named(faulty, "no value")
    lines = lines_of(report)
    known = {(file, n) for one in faulty.lines for file, numbers in one.items() for n in numbers}
    found = found_in(faulty.files, frozenset(known), lines, right)
    places = tuple(f"{line.spot.file}:{line.spot.line}" for line in lines)
    if not lines:
        return Named(faulty, found, cpu_s=cpu_s)
    first = lines[0]
    change = f"{first.kind}: {first.old!r} -> {first.new!r}"
    return Named(faulty, found, places, change, first.tried, cpu_s)
