"""The JSON of reports, of results, and of their parts that one reader may see; see report.schema.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, cast

from pydantic import TypeAdapter, WrapSerializer

from grader.grading.disclosure import TITLE
from grader.grading.json_forms import filled, form, model, record
from grader.grading.report import Heading, Report
from grader.grading.result import Result
from grader.grading.visible import VisibleReport, VisibleResult

FORMAT = 1
_FORMAT = (Literal[1], FORMAT)
_POINTS, _NOT_YET = (form(Decimal), Decimal(0)), (form(Decimal | None), None)

_RESULT: TypeAdapter[Result] = TypeAdapter(record(Result))
_REPORT: TypeAdapter[Report] = TypeAdapter(record(Report))

ReportJson = model(Report, format=_FORMAT, score=_NOT_YET, max=_POINTS, awaiting=_POINTS)

_VisibleResult = model(
    Result, "VisibleResult", frozenset(Result.__dataclass_fields__) - {*TITLE}, shown=(bool, False)
)


def _seen(result: VisibleResult, write: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """The JSON of the fields that the reader sees, and `shown`: whether the verdict is one of them."""
    values = {name: getattr(result, name) for name in result.seen}
    written = write(_VisibleResult.model_construct(**values, shown=result.shown))
    return {name: value for name, value in written.items() if name in result.seen or name == "shown"}


_FOR_STAFF = ("draw", "replay", "timings")

VisibleReportJson = model(
    Heading,
    "VisibleReport",
    frozenset(_FOR_STAFF),
    format=_FORMAT,
    score=_NOT_YET,
    of=_POINTS,
    max=_POINTS,
    awaiting=_POINTS,
    hidden=(int, 0),
    hidden_points=_POINTS,
    shown_at=(form(datetime | None), None),
    results=(tuple[Annotated[_VisibleResult, WrapSerializer(_seen)], ...], ()),  # type: ignore[valid-type]
    draw=(str, ""),
    replay=(str, ""),
    timings=(form(tuple[tuple[str, float], ...]), ()),
)


def to_json(report: Report | VisibleReport) -> dict[str, Any]:
    """The JSON of a whole report, to be stored or shown to staff; or of the part that one reader may see."""
    if isinstance(report, VisibleReport):
        return _visible_json(report)
    sums = {"score": report.score, "max": report.max, "awaiting": report.awaiting}
    return filled(ReportJson, report, format=FORMAT, **sums).model_dump(mode="json")


def _visible_json(report: VisibleReport) -> dict[str, Any]:
    score = report.score
    whole = filled(
        VisibleReportJson,
        report,
        format=FORMAT,
        score=score.earned,
        of=score.of,
        max=score.total,
        awaiting=score.awaiting,
        hidden=score.hidden,
        hidden_points=score.hidden_points,
    )
    unseen = {name for name in _FOR_STAFF if getattr(report, name) is None}
    return whole.model_dump(mode="json", exclude=unseen)


def from_json(data: Mapping[str, Any]) -> Report:
    """The report from the JSON of `to_json`, also of an earlier version. ValueError if it is not one."""
    if data.get("format") != FORMAT:
        raise ValueError(f"report format is {data.get('format')!r}; this version reads {FORMAT}")
    return _REPORT.validate_python(data)


def result_to_json(result: Result) -> dict[str, Any]:
    """The JSON of one result, with every field."""
    return cast(dict[str, Any], _RESULT.dump_python(result, mode="json"))


def result_from_json(data: Mapping[str, Any]) -> Result:
    """The result from the JSON of `result_to_json`. ValueError if it is not one."""
    return _RESULT.validate_python(data)
