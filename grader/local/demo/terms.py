"""The demo's courses: assignments with their dates, exams, what counts how much, and exceptions from dates.

Dates are days from today, in the course's zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from grader.database.late import Policy
from grader.database.models import Counting, ReleaseRule

COURSE = "neural-networks"
LAST_COURSE = "neural-networks-last-term"
ZONE = "Europe/Zurich"
POLICY = Policy(grace_days=3, percent=Decimal(10))
WRITTEN = "Written homeworks"
PROGRAMMING = "Programming assignments"


@dataclass(frozen=True)
class Task:
    """An assignment of the pack with the same id: opens at 8:00, is due and closes at 23:59."""

    pack: str
    opens: int
    due: int
    closes: int | None = None
    category: str = PROGRAMMING
    group_size: int = 1
    attempts: int | None = None
    release: ReleaseRule = ReleaseRule.AFTER_DUE
    counting: Counting = Counting.BEST
    published: bool = False


TASKS = (
    Task("mlp-backprop", opens=-8, due=2, closes=5),
    Task("questions", opens=-16, due=-6, category=WRITTEN, attempts=3, counting=Counting.LATEST),
    Task("activations", opens=-20, due=-12, closes=-8, published=True),
    Task("feature-maps", opens=-11, due=-1, closes=4),
    Task("vjp", opens=-4, due=9, closes=12, group_size=3),
    Task("xor-training", opens=-2, due=14, release=ReleaseRule.AT_ONCE),
    Task("derivations", opens=6, due=20, category=WRITTEN),
)

LAST_TASKS = (
    Task("activations", opens=-230, due=-220, published=True),
    Task("mlp-backprop", opens=-215, due=-204, published=True),
)
LAST_ARCHIVED = -150


@dataclass(frozen=True)
class Exam:
    """A column that people mark: `marks` by the first name, with a comment for some."""

    title: str
    category: str
    most: int
    marks: dict[str, str]
    comments: dict[str, str] = field(default_factory=dict)
    published: bool = True


MIDTERM = Exam(
    "Midterm",
    "Midterm",
    40,
    {
        "mira": "31.5", "noor": "27", "goran": "38", "zoe": "34", "lukasz": "35.5", "aigul": "24",
        "mateo": "22.5", "yuki": "39", "camille": "22.5", "daniel": "35", "rania": "29",
        "soren": "30.5", "ipek": "28", "chinedu": "25.5", "sofia": "33", "tomas": "17",
        "aoife": "36", "wei": "40", "ngoc": "31", "fatima": "26.5", "joao": "21", "anika": "34.5",
        "eszter": "13.5", "hugo": "19",
    },
    {
        "wei": "The shortest proof of the chain rule in this class.",
        "tomas": "Come to the office hour about question 3, please.",
    },
)  # fmt: skip
PROPOSAL = Exam(
    "Project proposal",
    "Final project",
    10,
    {"mira": "8", "goran": "9", "zoe": "7.5", "yuki": "9", "daniel": "8.5", "aoife": "9.5", "wei": "10",
     "anika": "8"},
    published=False,
)  # fmt: skip
EXAMS = (MIDTERM, PROPOSAL)
LAST_EXAM = Exam(
    "Midterm",
    "Midterm",
    40,
    {
        "kofi": "12", "lena": "33", "arjun": "37.5", "beatriz": "28", "niamh": "30", "omar": "24.5",
        "petra": "35", "thabo": "31.5",
    },
)  # fmt: skip


@dataclass(frozen=True)
class Later:
    """An extension by hours, for a person or a section, on one assignment ("": on all of the term)."""

    who: str
    hours: int
    reason: str
    task: str = ""
    day: int = -3


EXTENSIONS = (
    Later("rania", 48, "Ill from Monday to Wednesday, doctor's note seen.", "mlp-backprop", -2),
    Later("aigul", 24, "One more day on everything, as agreed with the study adviser.", day=-15),
    Later("C", 24, "Section C had no lab: room C 104 was closed.", "vjp", -2),
)


@dataclass(frozen=True)
class Outage:
    """Every due date from the evening of the day `day` to the next morning was moved by these hours."""

    day: int
    hours: int


OUTAGE = Outage(-6, 24)


def term_name(today: date) -> str:
    """The term of a day: `Autumn 2026` from August to January, else `Spring 2026`."""
    if today.month in (8, 9, 10, 11, 12):
        return f"Autumn {today.year}"
    return f"Autumn {today.year - 1}" if today.month == 1 else f"Spring {today.year}"
