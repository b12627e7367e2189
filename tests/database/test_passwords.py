"""Password hashes."""

import pytest

from grader.database import passwords


def test_it_knows_the_password_it_hashed_and_no_other():
    stored_hash = passwords.hash_password("correct horse")

    assert passwords.matches(stored_hash, "correct horse")
    assert not passwords.matches(stored_hash, "correct horsf")


def test_it_never_matches_where_there_is_no_user():
    assert not passwords.matches(None, "nobody has this password")


def test_it_never_matches_an_invalid_hash():
    assert not passwords.matches("hash", "hash")


@pytest.mark.parametrize("password", ["short", "x" * 1025])
def test_it_refuses_a_password_that_is_too_short_or_too_long(password):
    with pytest.raises(passwords.WeakPassword, match=r"10 to 1024"):
        passwords.hash_password(password)
