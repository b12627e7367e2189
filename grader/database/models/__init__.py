"""The tables, one module a topic; import them from here."""

from grader.database.models.assignments import Assignment, ReleaseRule
from grader.database.models.base import Base
from grader.database.models.derived import Audit, Beat, Standing, StandingState
from grader.database.models.jobs import Grading, Job, JobKind, JobState, Lane, PackCheck, Result
from grader.database.models.marks import Mark
from grader.database.models.packs import Blob, Pack, PackState, PackVersion
from grader.database.models.people import Course, CourseRole, Enrolment, Login, Team, TeamMember, User
from grader.database.models.submissions import Submission, SubmissionFile

__all__ = [
    "Assignment",
    "Audit",
    "Base",
    "Beat",
    "Blob",
    "Course",
    "CourseRole",
    "Enrolment",
    "Grading",
    "Job",
    "JobKind",
    "JobState",
    "Lane",
    "Login",
    "Mark",
    "Pack",
    "PackCheck",
    "PackState",
    "PackVersion",
    "ReleaseRule",
    "Result",
    "Standing",
    "StandingState",
    "Submission",
    "SubmissionFile",
    "Team",
    "TeamMember",
    "User",
]
