"""What a page shows only after somebody did something: added to the demo's database, for test_every_page.py.

Long names and texts are among it, since those break a layout first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Session

from grader.database import (
    assignments,
    comment_pool,
    comments,
    course_settings,
    courses,
    extensions,
    groups,
    invites,
    open_engine,
    overrides,
    packs,
    password_links,
    passwords,
    reading,
    regrade_choice,
    regrade_requests,
    regrades,
    rubrics,
    saved_filters,
    submissions,
    users,
    writing,
)
from grader.database.assignments import Terms
from grader.database.models import (
    Assignment,
    Column,
    Course,
    CourseRole,
    Grading,
    JobState,
    LineSearch,
    Submission,
    User,
)
from grader.local import demo
from grader.local.demo.attempts import OF_TASK
from grader.local.shipped import new_version
from grader.packs import Pack, load_zip
from tests.helpers.up import Up

LONG = "Maximiliane-Alexandra von Hohenberg-Österreicher de la Fuente y Montenegro"
LONG_EMAIL = "maximiliane-alexandra.vonhohenberg-oesterreicher@students.example.org"
DRAWN = OF_TASK["xor-training"][0].who
"""Who has handed in what is shown with pictures."""
MORE, EMPTY, OLD = "neural-networks-and-deep-learning", "empty", "old"
"""The slugs of a course with long names, of one that has nothing yet, and of one that is archived."""
TEXT = "The bias stays out: it has no factor of the layer below, so look at the sum over the batch again."


def furnish(up: Up) -> dict[str, object]:
    """Make everything in one transaction; returns what stands in the addresses, by name."""
    engine = open_engine(f"sqlite:///{up.state / 'gradecheck.db'}")
    password_hash = passwords.hash_password(demo.PASSWORD)
    with writing(engine) as session:
        made = _in_the_demo(session)
        made |= _in_another_course(session, password_hash)
    wait_for(engine, all_graded)
    wait_for(engine, partial(all_searched, [made[name] for name in ("attempt", "right", "drawn", "lined")]))
    engine.dispose()
    return made


def wait_for(engine: Engine, is_done: Callable[[Engine], bool], patience_s: float = 240) -> None:
    """Return when this is true of the database."""
    end = time.monotonic() + patience_s
    while not is_done(engine):
        assert time.monotonic() < end, "the demo has not come to its end"
        time.sleep(0.2)


def all_graded(engine: Engine) -> bool:
    """Whether no grading waits or runs."""
    unfinished = select(func.count()).where(Grading.state.in_((JobState.QUEUED, JobState.RUNNING)))
    with reading(engine) as session:
        return not session.execute(unfinished).scalar_one()


def all_searched(public_ids: Sequence[object], engine: Engine) -> bool:
    """Whether no search for a wrong line of these submissions waits or runs: its end changes their pages."""
    open_states = LineSearch.state.in_((JobState.QUEUED, JobState.RUNNING))
    unfinished = select(LineSearch.id).where(search_of(public_ids), open_states)
    with reading(engine) as session:
        return not session.scalars(unfinished).all()


def search_of(public_ids: Sequence[object]) -> ColumnElement[bool]:
    """The condition that a search is of a grading of one of these submissions."""
    gradings = Grading.__table__.c
    own = select(Submission.id).where(Submission.public_id.in_(public_ids))
    return LineSearch.grading_id.in_(select(gradings.id).where(gradings.submission_id.in_(own)))


def user(session: Session, first_name: str) -> User:
    """The user of the demo with this first name."""
    found = users.by_email(session, f"{first_name}@example.org")
    assert found is not None
    return found


def _in_the_demo(session: Session) -> dict[str, object]:
    course = courses.by_slug(session, demo.COURSE)
    slugs = ("mlp-backprop", "xor-training", "activations")
    backprop, xor, activations = (assignments.by_slug(session, course, slug) for slug in slugs)
    noor, goran, elena, mira = (user(session, name) for name in ("noor", "goran", "elena", "mira"))
    attempt = attempts_of(session, backprop, goran)[0]
    made: dict[str, object] = {
        "attempt": attempt.public_id,
        "right": attempts_of(session, backprop, goran)[-1].public_id,
        "drawn": attempts_of(session, xor, user(session, DRAWN))[0].public_id,
        "lined": attempts_of(session, activations, mira)[0].public_id,
        "column": session.scalar(select(Column.id).where(Column.course_id == course.id)),
        "user": goran.id,
        "version": backprop.pack_version.public_id,
    }
    made["new_version"], made["regrade"] = _regrade(session, backprop, elena)
    _review(session, course, attempt)
    now = datetime.now(UTC)
    until = now + timedelta(days=3)
    made["join"] = invites.make(session, course, CourseRole.STUDENT, "A", 40, now, until, by=elena)
    made["reset"] = password_links.make(session, noor, now, timedelta(days=1), by=elena)
    made["request"] = _request(session, attempt)
    return made


def attempts_of(session: Session, assignment: Assignment, of: User) -> list[Submission]:
    """The submissions of this user's team, the first first."""
    team = courses.team_on(session, assignment, of)
    assert team is not None
    query = select(Submission).where(Submission.assignment_id == assignment.id, Submission.team_id == team.id)
    return list(session.scalars(query.order_by(Submission.number)))


def _regrade(session: Session, assignment: Assignment, by: User) -> tuple[str, str]:
    """A version of the assignment's pack with other points, and a regrade with it that nobody has applied."""
    files = load_zip(packs.zip_bytes(session, assignment.pack_version)).files
    changed = files["pack.toml"].replace(b"points = 10", b"points = 12", 1)
    assert changed != files["pack.toml"]
    version = packs.ship(session, new_version(Pack.from_files({**files, "pack.toml": changed})))
    session.flush()
    chosen = regrade_choice.counting(session, assignment)
    regrade = regrades.start(session, assignment, version, chosen, why="those that count", by=by)
    session.flush()
    return version.public_id, regrade.public_id


def _review(session: Session, course: Course, attempt: Submission) -> None:
    jonas = user(session, "jonas")
    comments.add(session, attempt, "mlp.py", 12, TEXT, by=jonas)
    comments.add(session, attempt, "", 0, "Well begun. " + TEXT, by=jonas)
    comment_pool.keep(session, course, TEXT, by=jonas)
    overrides.give(session, attempt, "test_gradient_w1", Decimal(3), TEXT, by=jonas)
    saved_filters.save(session, course, jonas, "late, and not yet marked by anybody", {"late": "1"})


def _request(session: Session, attempt: Submission) -> str:
    goran, jonas = user(session, "goran"), user(session, "jonas")
    request = regrade_requests.ask(
        session, attempt, f"Please look at line 12 again. {TEXT}", by=goran, line=0
    )
    regrade_requests.reply(session, request, TEXT, by=jonas, staff=True)
    return request.public_id


def _in_another_course(session: Session, password_hash: str) -> dict[str, object]:
    now, elena, jonas, mira = datetime.now(UTC), *(user(session, name) for name in ("elena", "jonas", "mira"))
    person = users.create(session, LONG_EMAIL, LONG, password_hash)
    title = "Neural Networks and Deep Learning for Computational Neuroscience"
    more, empty, old = (courses.create(session, slug, title) for slug in (MORE, EMPTY, OLD))
    session.flush()
    for course in (more, empty, old):
        courses.enrol(session, course, elena, CourseRole.INSTRUCTOR)
    for student in (person, mira):
        courses.enrol(session, more, student, CourseRole.STUDENT, section="Donnerstagnachmittag")
        courses.enrol(session, empty, student, CourseRole.STUDENT)
    courses.enrol(session, more, jonas, CourseRole.TA)
    course_settings.archive(session, old, now, by=elena)
    terms = Terms(now - timedelta(days=9), now + timedelta(hours=5), now + timedelta(days=4), group_size=3)
    questions = _assign(session, more, "questions", terms)
    item = rubrics.add(
        session, questions, "test_why_not_xor", f"names the midpoint. {TEXT}", Decimal(4), by=jonas
    )
    groups.invite(session, questions, mira, by=person)
    past = Terms(now - timedelta(days=9), now - timedelta(days=2))
    _assign(session, more, "mlp-backprop", past)
    extensions.give(session, more, extensions.Wish(user=person, hours=400, reason=TEXT), by=elena)
    session.flush()
    text = load_zip(packs.zip_bytes(session, questions.pack_version)).files["solution/answers.txt"]
    written = submissions.submit(session, questions, person, [("answers.txt", text)], now)
    session.flush()
    made = {
        "questions": questions.pack_version.public_id,
        "item": item.id,
        "written": written.public_id,
        "long_user": person.id,
        "group": written.team_id,
    }
    return made


def _assign(session: Session, course: Course, slug: str, terms: Terms) -> Assignment:
    version = next(v for v in packs.assignable(session, course) if v.pack.slug == slug)
    made = assignments.create(
        session, course, version, slug, f"{version.title}, with all its parts", terms, by=None
    )
    session.flush()
    return made
