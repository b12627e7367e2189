"""The pages that the bench asks for, and who asks for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from bench.course import lines
from bench.course.data import COURSE, STUDENT
from grader.database import reading
from grader.database.models import Assignment, GradeSummary, Regrade, RegradeRequest, Result, Submission, User

WHO = {
    "student": STUDENT,
    **{who: f"{who.lower()}@example.org" for who in ("TA", "instructor", "operator")},
}
Pages = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Things:
    """What the addresses name: the last assignment, and of the student in it their user id, their last
    attempt, its number, a request; and a regrade of the assignment."""

    slug: str
    user: int
    attempt: str
    number: int
    request: str
    regrade: str
    test: str


def pages(engine: Engine) -> Pages:
    """The address of a user and the path, by the name of the row: who asks, and for what."""
    with reading(engine) as session:
        things = _things(session)
    rows = {**_of_students(things), **_of_staff(things), **_of_the_table(things), **_of_instructors(things)}
    return {name: (WHO[name.partition(":")[0]], path) for name, path in rows.items()}


def _things(session: Session) -> Things:
    assignment = session.scalars(select(Assignment).order_by(Assignment.id.desc()).limit(1)).one()
    own = select(Submission).join(User, User.id == Submission.submitter_id).where(User.email == STUDENT)
    attempt = session.scalars(own.order_by(Submission.id.desc()).limit(1)).one()
    request = select(RegradeRequest.public_id).where(RegradeRequest.by_id == attempt.submitter_id).limit(1)
    return Things(
        slug=assignment.slug,
        user=attempt.submitter_id,
        attempt=attempt.public_id,
        number=attempt.number,
        request=session.scalars(request).one(),
        regrade=session.scalars(select(Regrade.public_id).limit(1)).one(),
        test=session.scalars(_tests(assignment)).one(),
    )


def _tests(assignment: Assignment) -> Select[str]:
    """The id of the assignment's last test, which most fail."""
    query = select(Result.test_id).join(GradeSummary, GradeSummary.grading_id == Result.grading_id)
    query = query.where(GradeSummary.assignment_id == assignment.id)
    return query.order_by(Result.position.desc()).limit(1)


def _of_students(things: Things) -> dict[str, str]:
    course, attempt = f"/courses/{COURSE}", f"/s/{things.attempt}"
    paths = {
        "course": course,
        "assignment": f"{course}/a/{things.slug}",
        "submission": attempt,
        "history": f"{attempt}/attempts",
        "compare": f"{attempt}/compare/{things.number - 1}",
        "review": f"{attempt}/review",
        "marks": f"{course}/marks",
        "requests": f"{course}/requests",
        "request": f"/requests/{things.request}",
    }
    return {f"student: {name}": path for name, path in paths.items()}


def _of_staff(things: Things) -> dict[str, str]:
    course, attempt = f"/courses/{COURSE}", f"/s/{things.attempt}"
    at = f"{course}/a/{things.slug}"
    paths = {
        "course": course,
        "assignment": at,
        "the class": f"{at}/class",
        "missing": f"{at}/class/missing",
        "submission": attempt,
        "history": f"{attempt}/attempts",
        "review": f"{attempt}/review",
        "marking": f"{at}/marking",
        "marking, what waits": f"{at}/marking?only=waiting",
        "rubric": f"{at}/rubric",
        "requests": f"{course}/requests",
        "request": f"/requests/{things.request}",
        "regrades": f"{at}/regrades",
        "regrade, what it changes": f"{at}/regrades/{things.regrade}",
        "status": "/status",
    }
    return {f"TA: {name}": path for name, path in paths.items()}


FILTERS: Mapping[str, Mapping[str, object]] = {
    "submissions": {},
    "by name": {"sort": "name"},
    "by score": {"sort": "score"},
    "all attempts, page 200": {"all": 1, "page": 200},
    "all attempts by name": {"all": 1, "sort": "name", "page": 200},
    "all attempts by score": {"all": 1, "sort": "score", "page": 200},
    "all attempts by number": {"all": 1, "sort": "attempt", "page": 200},
    "search": {"q": "student b"},
    "by a mistake": {"mistake": "slope-left-out"},
    "by a mistake and place": {"mistake": "slope-left-out|z1"},
    "by a wrong line": {"line": f"{lines.KINDS[0]}|{lines.FUNCTIONS[0]}"},
    "by a wrong line, all attempts": {"all": 1, "line": f"{lines.KINDS[0]}|{lines.FUNCTIONS[0]}"},
    "by a failed test": {"test": "{test}"},
    "by points, all attempts": {"all": 1, "least": 3, "most": 9},
    "by section": {"section": "Section 3"},
    "late ones": {"late": 1, "all": 1},
    "awaiting a mark": {"state": "marking"},
    "waiting": {"state": "waiting"},
    "without a score": {"state": "stopped"},
    "by the first pass": {"first": 10},
    "without a gradient": {"gradients": 1},
    "all points": {"passed": "yes", "all": 1},
}


def _of_the_table(things: Things) -> dict[str, str]:
    table = f"/courses/{COURSE}/a/{things.slug}/class/submissions"
    paths = {
        f"TA: {name}": f"{table}?{urlencode(given)}".replace("%7Btest%7D", things.test)
        for name, given in FILTERS.items()
    }
    return paths | {"TA: comment to all": f"{table}/act?do=comment&scope=all&all=1"}


def _of_instructors(things: Things) -> dict[str, str]:
    course = f"/courses/{COURSE}"
    at = f"{course}/a/{things.slug}"
    paths = {
        "people": f"{course}/people",
        "people, page 15": f"{course}/people?page=15",
        "person": f"{course}/people/{things.user}",
        "gradebook": f"{course}/gradebook",
        "statistics": f"{course}/gradebook/statistics",
        "gradebook's set-up": f"{course}/gradebook/setup",
        "publishing": f"{course}/gradebook/publish?key=c1",
        "audit log": f"{course}/audit",
        "all of the log": f"{course}/audit?kind=everything",
        "log of an assignment": f"{course}/audit?kind=everything&assignment={things.slug}",
        "log about a student": f"{course}/audit?kind=everything&about=Student+H+7",
        "log by a student": f"{course}/audit?kind=everything&by=Student+H+7",
        "packs": f"{course}/packs",
        "settings": f"{at}/settings",
        "extensions": f"{course}/extensions",
        "outage": f"{course}/outage",
        "look as a student": f"{course}/see",
        "course settings": f"{course}/settings",
    }
    return {f"instructor: {name}": path for name, path in paths.items()} | {
        "operator: status": "/status",
        "operator: users": "/users",
    }
