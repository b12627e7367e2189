"""A report: what one grading found, its JSON form (report.schema.json) and who sees it."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from grader.grading.disclosure import Release, Role, Score, see_result, see_score
from grader.values import (
    Case,
    Cause,
    Diagnosis,
    Evidence,
    Fit,
    Mode,
    Number,
    Picture,
    Showing,
    Shows,
    Verdict,
    Visibility,
)

__all__ = ["FORMAT", "Mark", "Release", "Report", "Result", "Role", "Score"]

FORMAT = 1


@dataclass(frozen=True)
class Mark:
    """What a person gave for a text: points, and a comment for its writers."""

    points: Decimal
    comment: str = ""


@dataclass(frozen=True)
class Result:
    """One test of one grading. `earned` is None while the verdict is INTERNAL, and while a row
    that is marked by hand waits for its mark; `key` is the draw key. Every field: docs/report.md."""

    id: str
    title: str
    points: Decimal
    visibility: Visibility
    verdict: Verdict
    earned: Decimal | None
    secret: bool = False
    hint: str = ""
    cause: Cause | None = None
    message: str = ""
    cases: tuple[Case, ...] = ()
    numbers: tuple[Number, ...] = ()
    diagnosis: Diagnosis | None = None
    pictures: tuple[Picture, ...] = ()
    output: str = ""
    traceback: str = ""
    arguments: bytes = b""
    detail: str = ""
    evidence: Evidence = field(default_factory=Evidence)
    key: int = 0
    by_hand: bool = False
    answer: str = ""
    comment: str = ""

    @property
    def awaits_mark(self) -> bool:
        """Whether a person is still to give the points: nothing that is handed in earns them."""
        return self.by_hand and self.verdict is Verdict.PASSED and self.earned is None

    def with_mark(self, mark: Mark) -> Result:
        """This result as a person marked it; at most the row's points, whatever they were then."""
        return replace(self, earned=min(mark.points, self.points), comment=mark.comment)

    def to_json(self) -> dict[str, Any]:
        """Every field as JSON values: decimals and keys as strings, bytes as base64."""
        return {
            "id": self.id,
            "title": self.title,
            "points": decimal_text(self.points),
            "visibility": str(self.visibility),
            "verdict": str(self.verdict),
            "earned": None if self.earned is None else decimal_text(self.earned),
            "secret": self.secret,
            "hint": self.hint,
            "cause": None if self.cause is None else str(self.cause),
            "message": self.message,
            "cases": [asdict(case) | {"verdict": str(case.verdict)} for case in self.cases],
            "numbers": [_number_json(number) for number in self.numbers],
            "diagnosis": None if self.diagnosis is None else _diagnosis_json(self.diagnosis),
            "pictures": [asdict(picture) for picture in self.pictures],
            "output": self.output,
            "traceback": self.traceback,
            "arguments": base64.b64encode(self.arguments).decode("ascii"),
            "detail": self.detail,
            "evidence": asdict(self.evidence),
            "key": f"{self.key:032x}",
            "by_hand": self.by_hand,
            "answer": self.answer,
            "comment": self.comment,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """The result that `to_json` wrote; KeyError or ValueError if it is not one."""
        plain = {name: data[name] for name in _PLAIN}
        return cls(
            **plain,
            points=Decimal(data["points"]),
            visibility=Visibility(data["visibility"]),
            verdict=Verdict(data["verdict"]),
            earned=None if data["earned"] is None else Decimal(data["earned"]),
            cause=None if data["cause"] is None else Cause(data["cause"]),
            cases=tuple(Case(c["name"], Verdict(c["verdict"]), c["message"]) for c in data["cases"]),
            numbers=tuple(_number(n) for n in data["numbers"]),
            diagnosis=diagnosis_of(data.get("diagnosis")),  # reports made before there were any have none
            pictures=tuple(Picture(**picture) for picture in data.get("pictures", ())),
            arguments=base64.b64decode(data["arguments"]),
            evidence=Evidence(**data["evidence"]),
            key=int(data["key"], 16),
            by_hand=data.get("by_hand", False),  # reports of before there were such rows lack these three
            answer=data.get("answer", ""),
            comment=data.get("comment", ""),
        )


_PLAIN = ("id", "title", "secret", "hint", "message", "output", "traceback", "detail")


@dataclass(frozen=True)
class Report:
    """One grading of one submission by one version of a pack.

    `files` are (name, sha256) of what was handed in, `draw` names whose draw it was,
    `engine` our version and the digests of what decides a verdict, `timings` are (stage,
    milliseconds), `replay` the command that grades the same again, `showing` how much students
    see of a diagnosis.
    """

    pack_id: str
    pack_title: str
    content_digest: str
    grading_digest: str
    files: tuple[tuple[str, str], ...]
    results: tuple[Result, ...]
    mode: Mode | None = None
    engine: Mapping[str, str] = field(default_factory=dict)
    draw: str = ""
    replay: str = ""
    timings: tuple[tuple[str, float], ...] = ()
    showing: Showing = field(default_factory=Showing)

    @property
    def score(self) -> Decimal | None:
        """Points earned over all tests; None while one of them is internal."""
        return see_score(self.results, Role.STAFF, released=True).earned

    @property
    def max(self) -> Decimal:
        """Points that can be earned over all tests."""
        return sum((result.points for result in self.results), Decimal(0))

    @property
    def awaiting(self) -> Decimal:
        """Points that wait for a mark by hand; while there are any, the score is provisional."""
        return see_score(self.results, Role.STAFF, released=True).awaiting

    def with_marks(self, marks: Mapping[str, Mark]) -> Report:
        """This report with marks, by test id, on those of its rows that are marked by hand."""
        given = {r.id: r.with_mark(marks[r.id]) for r in self.results if r.id in marks and r.awaits_mark}
        return replace(self, results=tuple(given.get(r.id, r) for r in self.results))

    @property
    def internal(self) -> tuple[Result, ...]:
        """The results that are our fault, which someone must look at."""
        return tuple(result for result in self.results if result.verdict is Verdict.INTERNAL)

    def to_json(self) -> dict[str, Any]:
        """Everything, as report.schema.json says; for storage and for staff."""
        return self._head() | {
            "score": None if self.score is None else decimal_text(self.score),
            "max": decimal_text(self.max),
            "awaiting": decimal_text(self.awaiting),
            "draw": self.draw,
            "replay": self.replay,
            "timings": [[stage, ms] for stage, ms in self.timings],
            "showing": {"level": str(self.showing.level), "after_attempts": self.showing.after_attempts},
            "results": [result.to_json() for result in self.results],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Report:
        """The report that `to_json` wrote; KeyError or ValueError if it is not one."""
        if data["format"] != FORMAT:
            raise ValueError(f"report format is {data['format']!r}; this version reads {FORMAT}")
        return cls(
            pack_id=data["pack"]["id"],
            pack_title=data["pack"]["title"],
            content_digest=data["pack"]["content_digest"],
            grading_digest=data["pack"]["grading_digest"],
            files=tuple((f["name"], f["sha256"]) for f in data["files"]),
            results=tuple(Result.from_json(r) for r in data["results"]),
            mode=None if data["mode"] is None else Mode(data["mode"]),
            engine=dict(data["engine"]),
            draw=data["draw"],
            replay=data["replay"],
            timings=tuple((stage, float(ms)) for stage, ms in data["timings"]),
            showing=_showing(data.get("showing")),
        )

    def as_seen_by(self, role: Role, now: datetime, release: Release, attempt: int = 1) -> dict[str, Any]:
        """The JSON that this reader may see at the aware instant `now`: the one disclosure
        function. Fields that may not be seen are absent, `shown` says whether a verdict is.
        `attempt` is the number of the team's submission, on which diagnoses may depend."""
        released = release.reached(now)
        shows = self.showing.at(attempt)
        score = see_score(self.results, role, released)
        view = self._head() | {
            "score": None if score.earned is None else decimal_text(score.earned),
            "of": decimal_text(score.of),
            "max": decimal_text(score.total),
            "awaiting": decimal_text(score.awaiting),
            "hidden": score.hidden,
            "hidden_points": decimal_text(score.hidden_points),
            "shown_at": release.at.isoformat() if score.hidden and release.at else None,
            "results": [see_result(result, role, released, shows) for result in self.results],
        }
        if role is Role.STAFF:
            view |= {"draw": self.draw, "replay": self.replay}
            view |= {"timings": [[stage, ms] for stage, ms in self.timings]}
        return view

    def _head(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "pack": {
                "id": self.pack_id,
                "title": self.pack_title,
                "content_digest": self.content_digest,
                "grading_digest": self.grading_digest,
            },
            "files": [{"name": name, "sha256": sha256} for name, sha256 in self.files],
            "mode": None if self.mode is None else str(self.mode),
            "engine": dict(self.engine),
        }


def decimal_text(value: Decimal) -> str:
    """A decimal without an exponent or needless zeros: 10, 7.5, 3.33."""
    return format(value.normalize(), "f") if value else "0"


def _number_json(number: Number) -> dict[str, Any]:
    return {
        "name": number.name,
        "value": _float_json(number.value),
        "threshold": _float_json(number.threshold),
        "passed": number.passed,
    }


def _float_json(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)  # "nan", "inf", "-inf": JSON has none


def _number(data: Mapping[str, Any]) -> Number:
    return Number(data["name"], float(data["value"]), float(data["threshold"]), data["passed"])


def _diagnosis_json(d: Diagnosis) -> dict[str, Any]:
    return asdict(d) | {
        "fit": str(d.fit),
        "slips": list(d.slips),
        "facts": dict(d.facts),
        "error": _float_json(d.error),
    }


def diagnosis_of(data: Mapping[str, Any] | None) -> Diagnosis | None:
    """The diagnosis of a result's JSON, of a view's too."""
    if data is None:
        return None
    plain = {name: data[name] for name in ("signal", "draws", "sentence", "evidence", "question")}
    return Diagnosis(
        fit=Fit(data["fit"]),
        slips=tuple(data["slips"]),
        facts=tuple(data["facts"].items()),
        error=float(data["error"]),
        **plain,
    )


def _showing(data: Mapping[str, Any] | None) -> Showing:
    return Showing() if data is None else Showing(Shows(data["level"]), data["after_attempts"])
