"""The report of one grading. Its JSON is in report_json.py, who sees which part in disclosure.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Annotated

from pydantic import WithJsonSchema

from grader.grading.result import Mark, Result
from grader.grading.score import score_of
from grader.values import Mode, Showing, Verdict
from grader.values.lines import Line
from grader.values.traces import Trace

__all__ = ["GradedFile", "Heading", "Mark", "PackIdentity", "Report", "Result"]


Digest = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[0-9a-f]{64}$"})]


@dataclass(frozen=True)
class PackIdentity:
    """The pack of a grading: `content_digest` is the digest of this exact version, `grading_digest` that of
    what decides a verdict."""

    id: str
    title: str
    content_digest: Digest
    grading_digest: Digest


@dataclass(frozen=True)
class GradedFile:
    """A submitted file, by name and SHA-256 (hex)."""

    name: str
    sha256: Digest


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The part of a report that everybody may see: the pack, the submitted files, how jobs were isolated
    (`mode`), and the versions of what decides a verdict (`engine`)."""

    pack: PackIdentity
    files: tuple[GradedFile, ...]
    mode: Mode | None = None
    engine: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Report(Heading):
    """One grading of one submission by one version of a pack.

    `draw` names the team whose random numbers were drawn, `timings` are (stage, milliseconds), `replay` is
    the command that repeats the grading, `showing` is how much of a diagnosis students see.
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
        """Points that are still to be given by hand; while there are any, the score is provisional."""
        return score_of(self.results).awaiting

    @property
    def internal(self) -> tuple[Result, ...]:
        """The INTERNAL results: by our fault or the pack author's, so that staff must look at them."""
        return tuple(result for result in self.results if result.verdict is Verdict.INTERNAL)

    def with_lines(
        self, lines: Mapping[str, Line | None], traces: Mapping[str, Trace | None] | None = None
    ) -> Report:
        """This report with these wrong lines and traces (by test id) and no others; the rest stays."""
        traces = traces or {}
        results = (replace(r, line=lines.get(r.id), trace=traces.get(r.id)) for r in self.results)
        return replace(self, results=tuple(results))

    def with_marks(self, marks: Mapping[str, Mark]) -> Report:
        """This report with these marks (by test id) in the rows that wait for a mark by hand."""
        marked = {r.id: r.with_mark(marks[r.id]) for r in self.results if r.id in marks and r.awaits_mark}
        return replace(self, results=tuple(marked.get(r.id, r) for r in self.results))
