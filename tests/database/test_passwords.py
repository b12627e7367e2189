"""Password hashes, with the parameters of the service."""

import argon2
import pytest
from argon2.profiles import RFC_9106_LOW_MEMORY

from grader.database import passwords


def test_it_hashes_with_the_parameters_that_rfc_9106_recommends():
    stored_hash = passwords.hash_password("correct horse")

    assert stored_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert argon2.extract_parameters(stored_hash) == RFC_9106_LOW_MEMORY


def test_a_hash_of_weaker_parameters_is_outdated_and_still_matches():
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("correct horse")

    assert passwords.is_outdated(weak)
    assert passwords.matches(weak, "correct horse")
    assert not passwords.is_outdated(passwords.hash_password("correct horse"))


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
