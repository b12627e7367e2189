"""A log-in ends when its reader does nothing for a while, and after a longest time in any case."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from grader.database import writing
from grader.database.models import Login
from tests.web.test_submit import set_clock

MINUTES = timedelta(minutes=1)


@pytest.fixture
def at(app, world):
    """A function that opens a page so many minutes after the log-in: whether the reader is logged in."""
    visitor, start = world.visit("alice"), datetime.now(UTC)
    with writing(world.engine) as session:
        session.execute(update(Login).values(seen_at=start, expires_at=start + 720 * MINUTES))

    def at(minutes, path="", **headers):
        set_clock(app, start + minutes * MINUTES)
        return visitor.get(path or world.page, headers=headers).status_code == 200

    return at


def test_it_ends_after_two_hours_without_a_page(at):
    assert at(119)
    assert not at(240)


def test_every_page_that_is_opened_keeps_it_for_as_long_again(at):
    assert all(at(minutes) for minutes in range(100, 720, 100))


def test_it_ends_after_twelve_hours_however_much_it_is_used(at):
    assert all(at(minutes) for minutes in range(60, 720, 60))
    assert not at(720)


def test_a_page_that_asks_by_itself_does_not_keep_it(at, world):
    assert at(100, f"{world.attempt}/live")
    assert at(110, **{"Sec-Fetch-Mode": "cors"})
    assert not at(121)


def test_it_is_stored_at_most_once_a_minute(at, world):
    def seen():
        with writing(world.engine) as session:
            return session.query(Login).one().seen_at

    at(0.5)
    first = seen()
    at(0.9)
    assert seen() == first
    at(2)
    assert seen() > first
