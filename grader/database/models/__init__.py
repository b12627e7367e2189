"""The tables, one module per topic; import them from here."""

from grader.database.models.assignments import Assignment, Choice, Counting, Extension, ReleaseRule
from grader.database.models.base import Base
from grader.database.models.derived import Audit, GradeState, GradeSummary, Heartbeat
from grader.database.models.gradebook import Category, Column, ColumnMark
from grader.database.models.jobs import (
    FoundLine,
    Grading,
    Job,
    JobKind,
    JobState,
    Lane,
    LineSearch,
    PackCheck,
    Result,
)
from grader.database.models.mail import Mail, MailKind, MailWish
from grader.database.models.marks import Mark
from grader.database.models.packs import Blob, Pack, PackPageRow, PackState, PackVersion
from grader.database.models.people import (
    Course,
    CourseRole,
    Enrolment,
    Invite,
    Login,
    PasswordLink,
    Team,
    TeamInvite,
    TeamMember,
    User,
)
from grader.database.models.regrades import Regrade, RegradeState
from grader.database.models.requests import RegradeRequest, RequestMessage, RequestState
from grader.database.models.review import (
    Comment,
    Marker,
    MarkItem,
    Override,
    RubricItem,
    SavedComment,
    SavedFilter,
)
from grader.database.models.submissions import Submission, SubmissionFile

__all__ = [
    "Assignment",
    "Audit",
    "Base",
    "Blob",
    "Category",
    "Choice",
    "Column",
    "ColumnMark",
    "Comment",
    "Counting",
    "Course",
    "CourseRole",
    "Enrolment",
    "Extension",
    "FoundLine",
    "GradeState",
    "GradeSummary",
    "Grading",
    "Heartbeat",
    "Invite",
    "Job",
    "JobKind",
    "JobState",
    "Lane",
    "LineSearch",
    "Login",
    "Mail",
    "MailKind",
    "MailWish",
    "Mark",
    "MarkItem",
    "Marker",
    "Override",
    "Pack",
    "PackCheck",
    "PackPageRow",
    "PackState",
    "PackVersion",
    "PasswordLink",
    "Regrade",
    "RegradeRequest",
    "RegradeState",
    "ReleaseRule",
    "RequestMessage",
    "RequestState",
    "Result",
    "RubricItem",
    "SavedComment",
    "SavedFilter",
    "Submission",
    "SubmissionFile",
    "Team",
    "TeamInvite",
    "TeamMember",
    "User",
]
