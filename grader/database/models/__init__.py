"""The tables, one module per topic; import them from here."""

from grader.database.models.assignments import Assignment, ReleaseRule
from grader.database.models.base import Base
from grader.database.models.derived import Audit, GradeState, GradeSummary, Heartbeat
from grader.database.models.jobs import Grading, Job, JobKind, JobState, Lane, PackCheck, Result
from grader.database.models.marks import Mark
from grader.database.models.packs import Blob, Pack, PackPageRow, PackState, PackVersion
from grader.database.models.people import Course, CourseRole, Enrolment, Login, Team, TeamMember, User
from grader.database.models.submissions import Submission, SubmissionFile

__all__ = [
    "Assignment",
    "Audit",
    "Base",
    "Blob",
    "Course",
    "CourseRole",
    "Enrolment",
    "GradeState",
    "GradeSummary",
    "Grading",
    "Heartbeat",
    "Job",
    "JobKind",
    "JobState",
    "Lane",
    "Login",
    "Mark",
    "Pack",
    "PackCheck",
    "PackPageRow",
    "PackState",
    "PackVersion",
    "ReleaseRule",
    "Result",
    "Submission",
    "SubmissionFile",
    "Team",
    "TeamMember",
    "User",
]
