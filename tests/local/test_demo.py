"""The demo course."""

import pytest
from sqlalchemy import func, select

from grader.database import migrate, open_engine, passwords, reading
from grader.database.models import (
    Assignment,
    Category,
    Column,
    ColumnMark,
    Course,
    Enrolment,
    Extension,
    Grading,
    PackState,
    PackVersion,
    Submission,
    User,
)
from grader.local import demo, prepare
from grader.local.shipped import ship_packs

pytestmark = pytest.mark.slow

NO_REDIS = "unix:///nowhere/redis.sock"


@pytest.fixture
def engine(tmp_path):
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    migrate(url)
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def seeded(engine):
    demo.seed(engine, NO_REDIS, ship_packs(engine))
    return engine


def count(engine, model):
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(model))


def test_it_seeds_a_course_with_staff_students_and_two_assignments(seeded):
    assert count(seeded, User) == 8
    assert count(seeded, Enrolment) == 8
    with reading(seeded) as session:
        assert set(session.scalars(select(Assignment.slug))) == {"mlp-backprop", "xor-training"}


def test_its_submissions_wait_for_a_worker_even_without_redis(seeded):
    assert count(seeded, Submission) == count(seeded, Grading) == 14


def test_every_user_can_log_in_with_the_printed_password(seeded):
    printed = "\n".join(demo.login_lines())

    with reading(seeded) as session:
        for user in session.scalars(select(User)):
            assert passwords.matches(user.password_hash, demo.PASSWORD)
            assert user.email in printed or user.email.partition("@")[0] in printed


def test_its_course_has_weights_a_late_policy_an_extension_and_a_published_midterm(seeded):
    with reading(seeded) as session:
        course = session.scalar(select(Course))
        assert (course.grace_days, course.late_percent) == (3, 10)
        assert sum(row.weight for row in session.scalars(select(Category))) == 100
        assert {row.category_id is None for row in session.scalars(select(Assignment))} == {False}
        midterm = session.scalars(select(Column)).one()
        assert midterm.published_at is not None
    assert (count(seeded, ColumnMark), count(seeded, Extension)) == (6, 1)


def test_a_second_seed_changes_nothing(seeded):
    assert demo.seed(seeded, NO_REDIS, ship_packs(seeded)) is False

    assert count(seeded, User) == 8
    assert count(seeded, Submission) == 14


def test_shipped_packs_are_published_and_shipped_once(engine):
    first, again = ship_packs(engine), ship_packs(engine)

    assert first.keys() == again.keys() >= {"mlp-backprop", "xor-training"}
    with reading(engine) as session:
        assert session.scalars(select(PackVersion.state)).all() == [PackState.PUBLISHED] * len(first)


def test_the_demo_is_made_only_if_it_is_asked_for():
    assert not prepare.demo_wanted({})
    assert not prepare.demo_wanted({"GRADECHECK_DEMO": "no", "GRADECHECK_BIND": "0.0.0.0"})
    assert prepare.demo_wanted({"GRADECHECK_DEMO": "yes"})


def test_a_demo_that_others_could_reach_is_refused():
    with pytest.raises(ValueError, match="GRADECHECK_DEMO=no"):
        prepare.demo_wanted({"GRADECHECK_DEMO": "yes", "GRADECHECK_BIND": "0.0.0.0"})
