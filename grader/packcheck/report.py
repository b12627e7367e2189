"""The report of a pack check: its steps, the kill matrix, and what follows from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from grader.packcheck.line_rows import LineRow


@dataclass(frozen=True)
class Step:
    """One step of a check. `say` is its result in a few words, `faults` are sentences (none: the step is
    proven), `advice` are sentences on what may be wrong. `declared`: a fault of this step means that
    pack.toml, the files and their results contradict each other. `diffs` are (title, unified diff) of
    the edited solutions that a fault is about."""

    name: str
    say: str
    faults: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    declared: bool = False
    diffs: tuple[tuple[str, str], ...] = ()

    @property
    def proven(self) -> bool:
        return not self.faults

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Step:
        """The step from the dict of `asdict`. Earlier versions wrote no advice and no diffs."""
        faults, advice = tuple(data["faults"]), tuple(data.get("advice", ()))
        diffs = tuple((title, diff) for title, diff in data.get("diffs", ()))
        return cls(data["name"], data["say"], faults, advice, data.get("declared", False), diffs)


@dataclass(frozen=True)
class Matrix:
    """The kill matrix, which test fails which mistake: `rows` are (title of the mistake, ids of the tests
    that failed it), `tests` are all ids in the pack's order."""

    tests: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def reach(self) -> dict[str, tuple[str, ...]]:
        """The mistakes that each test fails, by the test's id."""
        return {test: tuple(title for title, fails in self.rows if test in fails) for test in self.tests}

    @property
    def lone(self) -> tuple[tuple[str, str], ...]:
        """(test, mistake) for each test that fails only one mistake."""
        return tuple((test, titles[0]) for test, titles in self.reach.items() if len(titles) == 1)

    @property
    def alike(self) -> tuple[tuple[str, ...], ...]:
        """Groups of mistakes that fail the same tests, so that no result distinguishes them."""
        groups: dict[frozenset[str], list[str]] = defaultdict(list)
        for title, fails in self.rows:
            groups[frozenset(fails)].append(title)
        return tuple(tuple(titles) for titles in groups.values() if len(titles) > 1)


@dataclass(frozen=True)
class Flakiness:
    """On how many of `draws` draws each test failed the solution. `tests` are (id, how many), without the
    tests that never failed."""

    draws: int
    tests: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Survivor:
    """A mutant that no test failed: its place, and the line in the solution and in the mutant."""

    file: str
    line: int
    kind: str
    before: str
    after: str


@dataclass(frozen=True)
class Mutants:
    """The mutants of a check: of `possible` ones `tried` were graded. `stopped` are sentences on tests that
    stopped with an error of their own on a mutant."""

    possible: int
    tried: int
    survivors: tuple[Survivor, ...]
    stopped: tuple[str, ...] = ()

    @property
    def caught(self) -> int:
        """How many mutants a test failed."""
        return self.tried - len(self.survivors)


@dataclass(frozen=True)
class CheckReport:
    """The report of the check of one version of a pack. `flakiness` and `mutants` are None if the check
    ended before them; `lines` is empty if no lines were looked for."""

    pack_id: str
    content_digest: str
    steps: tuple[Step, ...]
    matrix: Matrix
    flakiness: Flakiness | None = None
    mutants: Mutants | None = None
    lines: tuple[LineRow, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether every step is proven."""
        return all(step.proven for step in self.steps)

    @property
    def contradicted(self) -> bool:
        """Whether pack.toml, the files and their results contradict each other."""
        return any(step.declared and not step.proven for step in self.steps)

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults of all steps, in order."""
        return tuple(fault for step in self.steps for fault in step.faults)

    def to_json(self) -> dict[str, Any]:
        """JSON values; `from_json` reads them back. `coverage` follows from the matrix."""
        matrix = self.matrix
        reach = {test: list(titles) for test, titles in matrix.reach.items()}
        coverage = {
            "reach": reach,
            "lone": dict(matrix.lone),
            "alike": [list(titles) for titles in matrix.alike],
        }
        return asdict(self) | {"proven": self.proven, "coverage": coverage}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CheckReport:
        """The report from the dict of `to_json`, also of an earlier version. KeyError if it is not one."""
        rows = tuple((title, tuple(failed)) for title, failed in data["matrix"]["rows"])
        return cls(
            data["pack_id"],
            data["content_digest"],
            tuple(Step.from_json(step) for step in data["steps"]),
            Matrix(tuple(data["matrix"]["tests"]), rows),
            _flakiness(data.get("flakiness")),
            _mutants(data.get("mutants")),
            tuple(LineRow(**row) for row in data.get("lines", ())),
        )


def unreadable_report(name: str, faults: Iterable[object]) -> CheckReport:
    """The report on a pack that can't be read, by the name of its folder."""
    step = Step("pack.toml and files", "", tuple(str(fault) for fault in faults), declared=True)
    return CheckReport(name, "", (step,), Matrix((), ()))


def _flakiness(data: Mapping[str, Any] | None) -> Flakiness | None:
    if data is None:
        return None
    return Flakiness(data["draws"], tuple((test, count) for test, count in data["tests"]))


def _mutants(data: Mapping[str, Any] | None) -> Mutants | None:
    if data is None:
        return None
    survivors = tuple(Survivor(**row) for row in data["survivors"])
    return Mutants(data["possible"], data["tried"], survivors, tuple(data["stopped"]))
