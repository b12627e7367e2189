"""Frozen dataclasses that all parts share: limits, evidence, verdicts, outcomes, orders.

They need only the standard library, so that the runner, the examiner and the web site can share them
without sharing anything else. `grader.values.codec` encodes them for other processes. Reports, their
JSON and who sees them are in `grader.grading`.
"""

from grader.values.diagnoses import MOST_FACTS, Diagnosis, Fit, Showing, Shows, lowest
from grader.values.limits import Evidence, Limits
from grader.values.orders import Graded, Order, TestPlan
from grader.values.outcomes import (
    ARGUMENTS_KEPT,
    CASES_KEPT,
    LONGEST_ANSWER,
    Case,
    Ended,
    Explained,
    Findings,
    Number,
    Outcome,
)
from grader.values.packs import Collected, PackFiles, files_digest
from grader.values.pictures import (
    PICTURE_BYTES,
    PICTURE_DEPTH,
    PICTURE_KINDS,
    PICTURES_BYTES,
    PICTURES_KEPT,
    Picture,
)
from grader.values.verdicts import Cause, Mode, Verdict, Visibility

__all__ = [
    "ARGUMENTS_KEPT",
    "CASES_KEPT",
    "LONGEST_ANSWER",
    "MOST_FACTS",
    "PICTURES_BYTES",
    "PICTURES_KEPT",
    "PICTURE_BYTES",
    "PICTURE_DEPTH",
    "PICTURE_KINDS",
    "Case",
    "Cause",
    "Collected",
    "Diagnosis",
    "Ended",
    "Evidence",
    "Explained",
    "Findings",
    "Fit",
    "Graded",
    "Limits",
    "Mode",
    "Number",
    "Order",
    "Outcome",
    "PackFiles",
    "Picture",
    "Showing",
    "Shows",
    "TestPlan",
    "Verdict",
    "Visibility",
    "files_digest",
    "lowest",
]
