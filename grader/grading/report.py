"""A report: what one grading found. Its JSON: report_json.py; who sees what of it: disclosure.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Annotated

from pydantic import WithJsonSchema

from grader.grading.result import Mark, Result
from grader.grading.score import score_of
from grader.values import Mode, Showing, Verdict

__all__ = ["GradedFile", "Heading", "Mark", "PackIdentity", "Report", "Result"]


Digest = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[0-9a-f]{64}$"})]


@dataclass(frozen=True)
class PackIdentity:
    """Which pack graded: `content_digest` names this very version, `grading_digest` what decides a
    verdict."""

    id: str
    title: str
    content_digest: Digest
    grading_digest: Digest


@dataclass(frozen=True)
class GradedFile:
    """A file that was handed in, by name and SHA-256."""

    name: str
    sha256: Digest


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What everybody may see of a grading: the pack, the files handed in, how jobs were isolated, and as
    `engine` our version and the digests of what decides a verdict."""

    pack: PackIdentity
    files: tuple[GradedFile, ...]
    mode: Mode | None = None
    engine: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Report(Heading):
    """One grading of one submission by one version of a pack.

    `draw` names whose draw it was, `timings` are (stage, milliseconds), `replay` the command that grades
    the same again, `showing` how much students see of a diagnosis.
    """

    results: tuple[Result, ...]
    draw: str = ""
    replay: str = ""
    timings: tuple[tuple[str, float], ...] = ()
    showing: Showing = field(default_factory=Showing)

    @property
    def score(self) -> Decimal | None:
        """Points earned over all tests; None while one of them is internal."""
        return score_of(self.results).earned

    @property
    def max(self) -> Decimal:
        """Points that can be earned over all tests."""
        return score_of(self.results).total

    @property
    def awaiting(self) -> Decimal:
        """Points that wait for a mark by hand; while there are any, the score is provisional."""
        return score_of(self.results).awaiting

    @property
    def internal(self) -> tuple[Result, ...]:
        """The results that are our fault, which someone must look at."""
        return tuple(result for result in self.results if result.verdict is Verdict.INTERNAL)

    def with_marks(self, marks: Mapping[str, Mark]) -> Report:
        """This report with marks, by test id, on those of its rows that are marked by hand."""
        given = {r.id: r.with_mark(marks[r.id]) for r in self.results if r.id in marks and r.awaits_mark}
        return replace(self, results=tuple(given.get(r.id, r) for r in self.results))
