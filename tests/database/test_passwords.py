"""Password hashes."""

import pytest

from grader.database import passwords


def test_it_knows_the_password_it_hashed_and_no_other():
    kept = passwords.hash_password("correct horse")

    assert passwords.matches(kept, "correct horse")
    assert not passwords.matches(kept, "correct horsf")


def test_it_never_matches_where_there_is_no_user():
    assert not passwords.matches(None, "nobody has this password")


def test_it_never_matches_a_hash_that_is_none():
    assert not passwords.matches("hash", "hash")


@pytest.mark.parametrize("password", ["short", "x" * 1025])
def test_it_refuses_a_password_of_an_unfit_length(password):
    with pytest.raises(passwords.WeakPassword, match=r"10 to 1024"):
        passwords.hash_password(password)
