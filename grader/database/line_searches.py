"""Searches for the wrong lines behind failed tests: queued with the end of a grading, stored in its report.

A search waits in the bulk lane behind the other jobs there, and changes nothing of a grading but the lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, delete, exists, select
from sqlalchemy.orm import Session, undefer

from grader.database import claims
from grader.database.models import FoundLine, Grading, Job, JobState, Lane, LineSearch
from grader.grading.lines import failed_by_value
from grader.grading.report import Report
from grader.grading.report_json import from_json, to_json
from grader.values import Shows
from grader.values.text import one_line, storable

TURN = 100
"""Behind the gradings of the bulk lane, whose turns are small. Every tenth claim takes the oldest bulk job,
whatever its turn, so a search does not wait for ever."""
LONGEST = 120
_searches = cast(Table, LineSearch.__table__)


def queue(session: Session, grading: Grading, report: Report) -> LineSearch | None:
    """Queue the search of a grading that has just ended; None if there is nothing to search or nobody to show
    it to: no test failed by a value, the grading is of a regrade or has stopped, or no diagnosis is shown."""
    levels = (report.showing.level, grading.submission.assignment.diagnosis)
    if grading.regrade_id is not None or grading.state is not JobState.DONE or Shows.NONE in levels:
        return None
    if not failed_by_value(report):
        return None
    search = LineSearch(grading_id=grading.id, lane=Lane.BULK, turn=TURN)
    session.add(search)
    return search


def is_open(session: Session, grading_id: int) -> bool:
    """Whether a search of this grading waits or runs."""
    unfinished = Job.state.in_((JobState.QUEUED, JobState.RUNNING))
    joined = _searches.join(Job.__table__, Job.id == _searches.c.id)
    query = exists().select_from(joined).where(_searches.c.grading_id == grading_id, unfinished)
    return bool(session.execute(select(query)).scalar_one())


@dataclass(frozen=True)
class Searched:
    """The grading of a search, and its report as it was when the search began."""

    grading_id: int
    report: Any


def read(session: Session, job_id: int) -> Searched:
    """What the search of this job is about."""
    grading_id = session.get_one(LineSearch, job_id).grading_id
    return Searched(
        grading_id, session.get_one(Grading, grading_id, options=[undefer(Grading.report)]).report
    )


def finish(session: Session, held: claims.Claim, about: Searched, report: Report) -> bool:
    """End a search and store the lines of `report` in its grading, unless that has another report by now.
    False, and nothing is stored, if the claim was lost."""
    if not claims.finish(session, held, JobState.DONE):
        return False
    query = select(Grading).where(Grading.id == about.grading_id).options(undefer(Grading.report))
    grading = session.scalars(query.with_for_update(of=Grading.__table__)).one()
    if grading.report == about.report:
        lines = {result.id: result.line for result in report.results}
        traces = {result.id: result.trace for result in report.results}
        with_lines = from_json(about.report).with_lines(lines, traces)
        grading.report = to_json(with_lines)
        keep(session, grading, with_lines)
    return True


def keep(session: Session, grading: Grading, report: Report) -> None:
    """Make the rows about the report's lines, in place of those that are there."""
    session.execute(delete(FoundLine).where(FoundLine.grading_id == grading.id))
    session.add_all(
        FoundLine(
            grading_id=grading.id,
            test_id=result.id,
            file=one_line(storable(result.line.spot.file), 200),
            line=result.line.spot.line,
            kind=one_line(storable(result.line.kind), 60),
            function=one_line(storable(result.line.function), LONGEST),
        )
        for result in report.results
        if result.line is not None
    )
