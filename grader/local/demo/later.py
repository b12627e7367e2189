"""What people do in the demo once its files are graded: marks, changed points, a regrade that waits.

It goes on where it was if it is interrupted; the regrade comes last, so its existence says that all is done.
`python -m grader.local.demo.later` is the service `demo` of docker-compose.yml.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from grader.database import (
    assignments,
    courses,
    gradings,
    hand_marking,
    open_engine,
    overrides,
    packs,
    reading,
    regrade_choice,
    regrade_list,
    regrades,
    review_queue,
    rubrics,
    users,
    writing,
)
from grader.database.errors import BadPoints
from grader.database.hand_marks import digest_of, report_of
from grader.database.models import Assignment, Grading, JobState, Lane, Submission, User
from grader.local.demo import terms
from grader.local.demo.attempts import COUNT
from grader.local.demo.building import Tasks
from grader.local.demo.handed_in import attempt
from grader.local.demo.people import EVERYBODY
from grader.local.demo.story import Story
from grader.local.demo.versions import CHANGED
from grader.local.demo.words import MARKED, NEW_POINTS, RUBRIC, RUBRIC_TEST, Marked, NewPoints
from grader.logs import configure, from_environment
from grader.settings import read_settings
from grader.worker.notify import notify

POLL_S = 1.0
QUESTIONS = "questions"
WHY = "the attempts that count"


def finish(engine: Engine, redis_url: str, say: Callable[[str], None]) -> None:
    """Wait until every file is graded, and do what comes then; says how far it is, in sentences."""
    said = -1
    while not is_done(engine):
        left = _left(engine)
        if not left:
            with writing(engine) as session:
                queued = _do(session)
            notify(redis_url, queued)
            say("the demo is complete: every file is graded")
            return
        quarter = 4 * (COUNT - left) // COUNT
        if quarter > said:
            said = quarter
            say(f"{max(0, COUNT - left)} of {COUNT} files of the demo are graded; its pages fill meanwhile")
        time.sleep(POLL_S)


def is_done(engine: Engine) -> bool:
    """Whether there is nothing left to do; also if somebody has changed the course so that it can't be."""
    with reading(engine) as session:
        task = _tasks(session).get(CHANGED)
        return task is None or bool(regrade_list.of_assignment(session, task))


def _left(engine: Engine) -> int:
    """How many gradings of the lane of the demo's files are not over. The searches for wrong lines come after
    them, and nothing waits for those."""
    waits = (Grading.lane == Lane.BULK, Grading.state.in_((JobState.QUEUED, JobState.RUNNING)))
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(Grading).where(*waits)) or 0


def _tasks(session: Session) -> Mapping[str, Assignment]:
    course = courses.by_slug(session, terms.COURSE)
    return {} if course is None else {row.slug: row for row in assignments.of_course(session, course)}


def _do(session: Session) -> int:
    """All that comes after the grading; returns how many gradings of the regrade wait."""
    story, tasks = Story(session, datetime.now(UTC), everybody(session)), _tasks(session)
    _mark(story, tasks)
    for given in NEW_POINTS:
        story.plan(given.day, "10:50", partial(_change_points, story, tasks, given))
    story.play()
    return _regrade(story, tasks[CHANGED])


def everybody(session: Session) -> dict[str, User]:
    """The users of the demo by first name."""
    found = {person.login: users.by_email(session, person.email) for person in EVERYBODY}
    return {login: user for login, user in found.items() if user is not None}


def _mark(story: Story, tasks: Tasks) -> None:
    """Plan the rubric of the texts, who marks what, and the marks so far; the other texts wait in the
    queue."""
    story.plan(-5, "08:30", partial(_prepare, story, tasks[QUESTIONS]))
    for number, mark in enumerate(MARKED):
        story.plan(mark.day, f"16:{10 + 3 * number}", partial(_give, story, tasks, mark))


def _prepare(story: Story, task: Assignment, at: datetime) -> None:
    elena = story.people["elena"]
    for text, points in RUBRIC:
        rubrics.add(story.session, task, RUBRIC_TEST, text, Decimal(points), by=elena)
        story.session.flush()
    staff = [story.people[who].id for who in ("jonas", "priya")]
    review_queue.share_evenly(story.session, task, staff, by=elena)


def _give(story: Story, tasks: Tasks, mark: Marked, at: datetime) -> None:
    made = attempt(story, tasks, QUESTIONS, mark.who, 0)
    digest = _digest(story.session, made)
    if digest is None:
        return  # its grading has stopped, so nothing waits for a mark
    rubric = rubrics.of_assignment(story.session, made.assignment_id)
    items = [rubric[number].id for number in mark.items]
    extra, by = Decimal(mark.extra), story.people[mark.by]
    row = hand_marking.give(story.session, made, RUBRIC_TEST, digest, extra, mark.text, by=by, items=items)
    row.at = at


def _digest(session: Session, made: Submission) -> str | None:
    """The digest of the text that is marked, None if it is in no report."""
    grading = gradings.deciding(session, made, report=True)
    report = None if grading is None else report_of(session, grading)
    rows = () if report is None else report.results
    return next((digest_of(row.answer) for row in rows if row.id == RUBRIC_TEST and row.awaits_mark), None)


def _change_points(story: Story, tasks: Tasks, given: NewPoints, at: datetime) -> None:
    made, by = attempt(story, tasks, given.task, given.who, 0), story.people[given.by]
    with suppress(BadPoints):  # its grading has stopped
        overrides.give(story.session, made, given.test, Decimal(given.points), given.reason, by=by)


def _regrade(story: Story, task: Assignment) -> int:
    """Grade with the newest version; its preview waits until somebody applies or discards it."""
    own = task.pack_version
    versions = packs.assignable(story.session, task.course)
    newest = max((row for row in versions if row.pack_id == own.pack_id), key=lambda row: row.number)
    chosen = regrade_choice.counting(story.session, task)
    regrades.start(story.session, task, newest, chosen, why=WHY, by=story.people["elena"])
    return len(chosen)


def main() -> int:
    """Do it for the installation of the environment, if it has the demo; returns 0."""
    configure(from_environment())
    if os.environ.get("GRADECHECK_DEMO", "no") == "yes":
        settings = read_settings()
        engine = open_engine(settings.database_url)
        finish(engine, settings.redis_url, lambda line: print(line, flush=True))
        engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
