"""The files of many submissions, without their bytes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from grader.database.models import Assignment, Blob, Enrolment, Submission, SubmissionFile, Team

A_ROUND = 5_000


@dataclass(frozen=True)
class File:
    """One file of a submission, with the section of who handed it in and the name of the team."""

    submission_id: int
    team_id: int
    section: str
    name: str
    number: int
    file: str
    sha256: str
    size: int
    at: datetime


def of_submissions(session: Session, assignment: Assignment, ids: Collection[int]) -> Sequence[File]:
    """The files of these submissions of the assignment, by section and name."""
    wanted, found = sorted(set(ids)), []
    for start in range(0, len(wanted), A_ROUND):
        rows = session.execute(
            select(
                Submission.id,
                Submission.team_id,
                func.coalesce(Enrolment.section, ""),
                Team.name,
                Submission.number,
                SubmissionFile.name,
                SubmissionFile.sha256,
                Blob.size,
                Submission.created_at,
            )
            .join(SubmissionFile, SubmissionFile.submission_id == Submission.id)
            .join(Blob, Blob.sha256 == SubmissionFile.sha256)
            .join(Team, Team.id == Submission.team_id)
            .outerjoin(
                Enrolment,
                and_(
                    Enrolment.user_id == Submission.submitter_id,
                    Enrolment.course_id == assignment.course_id,
                ),
            )
            .where(
                Submission.assignment_id == assignment.id, Submission.id.in_(wanted[start : start + A_ROUND])
            )
        )
        found += [File(*row) for row in rows]
    return sorted(found, key=lambda file: (file.section, file.name, file.number, file.file))
