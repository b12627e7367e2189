"""The tables, one module a topic; import them from here."""

from grader.store.models.assignments import Assignment, ReleaseRule
from grader.store.models.base import Base
from grader.store.models.derived import Audit, Beat, Standing, StandingState
from grader.store.models.jobs import Grading, Job, JobKind, JobState, Lane, PackCheck, Result
from grader.store.models.marks import Mark
from grader.store.models.packs import Blob, Pack, PackState, PackVersion
from grader.store.models.people import Course, CourseRole, Enrolment, Login, Team, TeamMember, User
from grader.store.models.submissions import Submission, SubmissionFile

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
