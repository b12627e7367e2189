"""There is one first user, also if two people try at the same time."""

import threading

import pytest

from grader.database import set_up, users, writing
from grader.database.errors import StoreError
from grader.database.models import User


def test_the_second_first_user_is_refused(engine):
    with writing(engine) as session:
        set_up.create_first(session, "a@x.org", "A", "hash")
    with writing(engine) as session, pytest.raises(StoreError, match="has a first user already"):
        set_up.create_first(session, "b@x.org", "B", "hash")


def test_two_at_once_make_one(engine):
    together = threading.Barrier(4)
    refused = []

    def make(number):
        together.wait()
        try:
            with writing(engine) as session:
                set_up.create_first(session, f"u{number}@x.org", "U", "hash")
        except StoreError as error:
            refused.append(error)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 3
    with writing(engine) as session:
        assert session.query(User).count() == 1
        assert users.any_exists(session)


def test_each_key_has_its_own_token():
    assert set_up.token_of("a" * 40) == set_up.token_of("a" * 40)
    assert set_up.token_of("a" * 40) != set_up.token_of("b" * 40)
    assert len(set_up.token_of("a" * 40)) == 40
