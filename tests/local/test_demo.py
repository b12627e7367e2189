"""The demo courses, before and after their files are graded."""

from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from grader.database import (
    claims,
    courses,
    gradebook,
    groups,
    migrate,
    open_engine,
    overrides,
    packs,
    passwords,
    people,
    reading,
    regrade_list,
    regrade_requests,
    results,
    review_queue,
    writing,
)
from grader.database.models import (
    Assignment,
    Audit,
    Category,
    Column,
    Comment,
    CourseRole,
    Extension,
    Grading,
    Lane,
    PackState,
    PackVersion,
    RegradeRequest,
    RequestState,
    SavedComment,
    Submission,
    User,
)
from grader.grading.report import GradedFile, PackIdentity, Report, Result
from grader.local import demo, prepare
from grader.local.demo import attempts, later, terms
from grader.local.demo.handed_in import files_of
from grader.local.demo.people import EVERYBODY, LAST_TERM
from grader.local.demo.versions import CHANGED, ship_earlier
from grader.local.demo.words import MARKED, NEW_POINTS
from grader.local.shipped import ship_packs
from grader.packs import Pack
from grader.values import Mode, Verdict

pytestmark = pytest.mark.slow

NO_REDIS = "unix:///nowhere/redis.sock"


def fresh(path):
    url = f"sqlite:///{path / 'demo.db'}"
    migrate(url)
    return open_engine(url)


@pytest.fixture
def engine(tmp_path):
    engine = fresh(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """A demo that several tests read; its files wait for a worker."""
    engine = fresh(tmp_path_factory.mktemp("seeded"))
    ship_earlier(engine)
    assert demo.seed(engine, NO_REDIS, ship_packs(engine))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A demo whose files were all graded, by reports in which every test passes, and what came after that."""
    engine = fresh(tmp_path_factory.mktemp("graded"))
    ship_earlier(engine)
    shipped = ship_packs(engine)
    demo.seed(engine, NO_REDIS, shipped)
    grade_all(engine, {pack.id: pack for pack in shipped.values()})
    said = []
    later.finish(engine, NO_REDIS, said.append)
    assert said[-1] == "the demo is complete: every file is graded"
    yield engine
    engine.dispose()


def grade_all(engine, shipped: dict[str, Pack]):
    claimant = claims.Claimant("test", bulk_limit=1000)
    with writing(engine) as session:
        while claim := claims.claim(session, claimant):
            grading = session.get_one(Grading, claim.job_id)
            pack = shipped[grading.pack_version.pack.slug]
            assert results.finish_grading(session, claim, report(pack))


def report(pack):
    return Report(
        pack=PackIdentity(pack.id, pack.title, pack.content_digest, pack.grading_digest),
        files=(GradedFile(pack.names[0], "0" * 64),),
        results=tuple(passed(row) for row in pack.tests),
        mode=Mode.UNPRIVILEGED,
    )


def passed(row):
    return Result(
        id=row.id,
        title=row.title,
        points=row.points,
        visibility=row.visibility,
        verdict=Verdict.PASSED,
        earned=None if row.by_hand else row.points,
        by_hand=row.by_hand,
        answer="A half-space is convex." if row.by_hand else "",
    )


def count(engine, model, *where):
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(model).where(*where))


def course_of(session, slug=demo.COURSE):
    return courses.by_slug(session, slug)


def task_of(session, slug):
    return session.scalar(
        select(Assignment).where(Assignment.slug == slug, Assignment.course_id == course_of(session).id)
    )


def test_it_has_a_class_of_25_in_three_sections_with_staff_and_an_operator(seeded):
    with reading(seeded) as session:
        listed = people.everybody(session, course_of(session))
        roles = Counter(row.role for row in listed)
        assert roles == {CourseRole.STUDENT: 25, CourseRole.TA: 2, CourseRole.INSTRUCTOR: 1}
        assert {row.section for row in listed if row.role is CourseRole.STUDENT} == {"A", "B", "C"}
        assert [user.email for user in session.scalars(select(User).where(User.operator))] == [
            "ingrid@example.org"
        ]


def test_everybody_has_an_address_of_small_letters_of_their_own():
    logins = [person.login for person in EVERYBODY]

    assert len(set(logins)) == len(logins)
    assert all(login.isascii() and login.isalpha() and login.islower() for login in logins)


def test_every_file_waits_for_a_worker_in_the_lane_in_which_nobody_waits_for_it(seeded):
    assert count(seeded, Submission) == count(seeded, Grading) == attempts.COUNT
    assert count(seeded, Grading, Grading.lane == Lane.BULK) == attempts.COUNT


def test_every_program_of_the_tables_exists_in_its_pack(seeded):
    shipped = ship_packs(seeded)
    for task, table in (*attempts.OF_TASK.items(), *attempts.OF_LAST_TASK.items()):
        for row in table:
            assert files_of(shipped[task], row, "Name")


def test_the_attempts_of_each_assignment_are_in_the_order_of_their_dates():
    for table in (*attempts.OF_TASK.values(), *attempts.OF_LAST_TASK.values()):
        assert [(row.day, row.time) for row in table] == sorted((row.day, row.time) for row in table)


def test_every_user_can_log_in_with_the_printed_password(seeded):
    printed = "\n".join(demo.login_lines())

    with reading(seeded) as session:
        for user in session.scalars(select(User)):
            assert user.email in printed or user.email.partition("@")[0] in printed
        assert passwords.matches(session.scalars(select(User.password_hash)).first(), demo.PASSWORD)
        assert len(set(session.scalars(select(User.password_hash)))) == 1


def test_its_course_has_weights_a_late_policy_extensions_and_a_published_midterm(seeded):
    with reading(seeded) as session:
        course = course_of(session)
        assert (course.grace_days, course.late_percent) == (3, 10)
        weights = session.scalars(select(Category.weight).where(Category.course_id == course.id))
        assert sum(weights) == 100
        assert {row.category_id is None for row in session.scalars(select(Assignment))} == {False}
        titles = {
            row.title: row.published_at is not None
            for row in session.scalars(select(Column).where(Column.course_id == course.id))
        }
        assert titles == {"Midterm": True, "Project proposal": False}
        given = session.scalars(select(Extension)).all()
        kinds = {(row.user_id is None, row.assignment_id is None) for row in given}
        assert kinds == {(False, False), (False, True), (True, False)}


def test_an_outage_has_moved_a_due_date_by_a_day(seeded):
    with reading(seeded) as session:
        moved = session.scalars(select(Audit).where(Audit.action == "course.dates_moved")).one()
        assert [row["id"] for row in moved.detail["shifts"]] == [task_of(session, "questions").id]


def test_last_term_is_archived_with_its_marks(seeded):
    with reading(seeded) as session:
        course = course_of(session, terms.LAST_COURSE)
        assert course.archived_at is not None
        assert len(gradebook.students(session, course)) == len(LAST_TERM)


def test_a_group_is_formed_and_a_student_has_an_open_invitation(seeded):
    with reading(seeded) as session:
        task = task_of(session, "vjp")
        mira = session.scalars(select(User).where(User.email == "mira@example.org")).one()
        own = groups.of_user(session, task, mira)
        assert [row.by.name for row in own.invitations] == ["Noor Nowak"]
        members, number = groups.of_assignment(session, task)
        formed = Counter(row.team_id for row in members)
        assert number == len(formed)
        assert sorted(formed.values()) == [1, 2, 2, 3]


def test_there_are_comments_on_lines_and_a_pool_of_them(seeded):
    assert count(seeded, Comment, Comment.line > 0) >= 10
    with reading(seeded) as session:
        uses = session.scalars(select(SavedComment.uses)).all()
    assert len(uses) >= 4
    assert max(uses) == 3


def test_one_request_is_open_one_is_answered_and_one_is_closed(seeded):
    with reading(seeded) as session:
        states = session.scalars(select(RegradeRequest.state)).all()
        assert sorted(states) == sorted(RequestState)
        assert regrade_requests.open_requests(session, course_of(session)) == 1


def test_what_happened_is_dated_when_it_happened_in_the_audit_trail_too(seeded):
    with reading(seeded) as session:
        course = course_of(session)
        own = select(Audit.at).where(Audit.course_id == course.id, Audit.action == "submission.handed_in")
        assert len({at.date() for at in session.scalars(own)}) >= 15
        made = session.scalars(select(Submission).where(Submission.assignment_id.is_not(None)))
        assert all(row.created_at < session.scalar(select(func.max(Audit.at))) for row in made)


def test_the_audit_trail_of_a_course_is_in_the_order_of_its_dates(seeded):
    with reading(seeded) as session:
        of_bulk = ("column.marked",)  # stored all at once, with the time of today
        for slug in (demo.COURSE, terms.LAST_COURSE):
            own = select(Audit.at).where(Audit.course_id == course_of(session, slug).id)
            found = session.scalars(own.where(Audit.action.not_in(of_bulk)).order_by(Audit.id)).all()
            assert found == sorted(found)


def test_a_second_seed_changes_nothing(seeded):
    assert demo.seed(seeded, NO_REDIS, ship_packs(seeded)) is False

    assert count(seeded, User) == len(EVERYBODY) + 1
    assert count(seeded, Submission) == attempts.COUNT


def test_after_the_grading_some_texts_are_marked_and_the_others_wait(graded):
    with reading(graded) as session:
        queue = review_queue.entries(session, task_of(session, "questions"))
        handed_in = {row.who for row in attempts.OF_TASK["questions"]}
        assert len(queue) == len(handed_in)
        assert len([row for row in queue if row.awaiting]) == len(handed_in) - len(MARKED)
        assert all(row.marker_id is not None for row in queue)


def test_after_the_grading_points_are_changed_with_a_reason(graded):
    with reading(graded) as session:
        task = task_of(session, "activations")
        for given in NEW_POINTS:
            user = session.scalars(select(User).where(User.email == f"{given.who}@example.org")).one()
            own = overrides.in_force(session, task.id, courses.team_on(session, task, user).id)
            assert own[given.test].points == Decimal(given.points)
            assert own[given.test].reason == given.reason


def test_after_the_grading_a_regrade_with_the_newer_version_waits(graded):
    with reading(graded) as session:
        task = task_of(session, CHANGED)
        (regrade,) = regrade_list.of_assignment(session, task)
        assert regrade.pack_version.number == task.pack_version.number + 1
        assert regrade.size == len({row.who for row in attempts.OF_TASK[CHANGED]})


def test_what_comes_after_the_grading_is_done_once(graded):
    later.finish(graded, NO_REDIS, lambda line: pytest.fail(line))


def test_it_waits_while_a_file_is_not_graded(seeded, monkeypatch):
    said = []

    class Stopped(Exception):
        pass

    def stop(seconds):
        raise Stopped

    monkeypatch.setattr(later.time, "sleep", stop)

    with pytest.raises(Stopped):
        later.finish(seeded, NO_REDIS, said.append)

    assert said == [f"0 of {attempts.COUNT} files of the demo are graded; its pages fill meanwhile"]


def test_shipped_packs_are_published_and_shipped_once(engine):
    first, again = ship_packs(engine), ship_packs(engine)

    assert first.keys() == again.keys() >= {"mlp-backprop", "xor-training"}
    with reading(engine) as session:
        assert session.scalars(select(PackVersion.state)).all() == [PackState.PUBLISHED] * len(first)


def test_the_earlier_version_of_a_pack_has_the_lower_number_and_only_other_points(seeded):
    with reading(seeded) as session:
        course = course_of(session)
        versions = [row for row in packs.assignable(session, course) if row.pack.slug == CHANGED]
        assert [row.number for row in versions] == [2, 1]
        assert len({row.grading_digest for row in versions}) == 1
        assert task_of(session, CHANGED).pack_version.number == 1


def test_an_installation_that_has_the_pack_already_gets_no_earlier_version_as_its_newest(engine):
    shipped = ship_packs(engine)
    ship_earlier(engine)

    assert demo.seed(engine, NO_REDIS, shipped)

    with reading(engine) as session:
        assert [row.number for row in packs.shipped(session, CHANGED)] == [1]
        assert task_of(session, CHANGED).pack_version.number == 1


def test_the_demo_is_made_only_if_it_is_asked_for():
    assert not prepare.demo_wanted({})
    assert not prepare.demo_wanted({"GRADECHECK_DEMO": "no", "GRADECHECK_BIND": "0.0.0.0"})
    assert prepare.demo_wanted({"GRADECHECK_DEMO": "yes"})


def test_a_demo_that_others_could_reach_is_refused():
    with pytest.raises(ValueError, match="GRADECHECK_DEMO=no"):
        prepare.demo_wanted({"GRADECHECK_DEMO": "yes", "GRADECHECK_BIND": "0.0.0.0"})
