"""`grader user`: users and courses from a terminal."""

import argparse

import pytest

from grader.database import courses, open_engine, passwords, reading, users
from grader.local import accounts


@pytest.fixture
def grader_user(tmp_path, capsys, monkeypatch):
    """Run `grader user ...` on an installation of its own: (exit code, output)."""
    monkeypatch.delenv("GRADECHECK_DATABASE_URL", raising=False)
    parser = argparse.ArgumentParser()
    accounts.add_arguments(parser)

    def run(*arguments):
        code = accounts.run(parser.parse_args(["--state", str(tmp_path), *arguments]))
        captured = capsys.readouterr()
        return code, (captured.out or captured.err).strip()

    return run


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'gradecheck.db'}")
    yield engine
    engine.dispose()


def test_a_new_user_can_log_in_with_the_printed_password(grader_user, engine):
    code, output = grader_user("add", "Ada@Example.org", "Ada Quist")

    assert code == 0
    with reading(engine) as session:
        ada = users.by_email(session, "ada@example.org")
        assert passwords.matches(ada.password_hash, output.rpartition(" ")[2])
        assert not ada.operator


def test_an_address_is_used_once(grader_user):
    grader_user("add", "ada@example.org", "Ada Quist")

    assert grader_user("add", "ada@example.org", "Ada Two") == (
        2,
        "grader user: The user ada@example.org exists already",
    )


def test_a_new_password_replaces_the_old_one(grader_user, engine):
    _, first = grader_user("add", "ada@example.org", "Ada Quist", "--operator")
    _, second = grader_user("password", "ada@example.org")

    with reading(engine) as session:
        ada = users.by_email(session, "ada@example.org")
        assert passwords.matches(ada.password_hash, second.rpartition(" ")[2])
        assert not passwords.matches(ada.password_hash, first.rpartition(" ")[2])
        assert ada.operator


def test_a_user_is_enrolled_in_a_course(grader_user, engine):
    grader_user("add", "ada@example.org", "Ada Quist")
    grader_user("course", "nn", "Neural Networks", "--zone", "Europe/Zurich")

    assert grader_user("enrol", "ada@example.org", "nn", "--role", "instructor") == (
        0,
        "Ada Quist is instructor of Neural Networks",
    )
    with reading(engine) as session:
        enrolment = courses.enrolment_of(
            session, courses.by_slug(session, "nn"), users.by_email(session, "ada@example.org")
        )
        assert enrolment.role == "instructor"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["enrol", "bob@example.org", "nn"], "no user has the address bob@example.org"),
        (["password", "bob@example.org"], "no user has the address bob@example.org"),
        (["course", "nn", "Networks", "--zone", "Mars/Olympus"], "not the IANA name of a time zone"),
    ],
)
def test_wrong_arguments_are_reported(grader_user, arguments, message):
    code, output = grader_user(*arguments)

    assert code == 2
    assert message in output


def test_without_an_installation_it_shows_what_to_do(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("GRADECHECK_DATABASE_URL", raising=False)
    parser = argparse.ArgumentParser()
    accounts.add_arguments(parser)

    code = accounts.run(parser.parse_args(["--state", str(tmp_path / "none"), "add", "a@b.c", "A"]))

    assert code == 2
    assert "start `grader up` once" in capsys.readouterr().err
