"""`grader user`: users and courses from a terminal."""

import argparse
import shutil

import pytest

from grader.database import courses, migrate, open_engine, password_links, passwords, reading, users
from grader.database.models import Course, User
from grader.database.models.base import utc_now
from grader.local import accounts


@pytest.fixture
def grader_user(tmp_path, sqlite_template, cheap_passwords, capsys, monkeypatch):
    """Run `grader user ...` on an installation of its own: (exit code, output)."""
    monkeypatch.delenv("GRADECHECK_DATABASE_URL", raising=False)
    parser = argparse.ArgumentParser()
    accounts.add_arguments(parser)
    shutil.copy(sqlite_template, tmp_path / "gradecheck.db")

    def run(*arguments):
        code = accounts.run(parser.parse_args(["--state", str(tmp_path), *arguments]))
        captured = capsys.readouterr()
        if code == 0:
            assert captured.err == f"(in {tmp_path})\n"
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


def test_a_link_is_printed_with_which_a_password_is_set_once(grader_user, engine, monkeypatch):
    monkeypatch.setenv("GRADECHECK_PUBLIC_URL", "https://grade.example.org/")
    grader_user("add", "ada@example.org", "Ada Quist")

    code, output = grader_user("link", "Ada@example.org")

    assert code == 0
    address, token = output.rpartition(" ")[2].rsplit("/", 1)
    assert address == "https://grade.example.org/password"
    with reading(engine) as session:
        assert password_links.current(session, token, utc_now()).user.email == "ada@example.org"
    assert grader_user("link", "nobody@example.org")[0] == 2


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


BAD_EMAILS = [
    "", " ", "ada", "@", "ada@", "@example.org", "a b@example.org", "ada@exa mple.org", "ada@@example.org",
    "ada@example..org", "ada@.org", "ada@example.org\nbcc: x", "ada\x00@example.org", "<ada@example.org>",
    "ada@example.org,bob@example.org", "a" * 250 + "@example.org", "ada\u200b@example.org",
]  # fmt: skip


@pytest.mark.parametrize("email", BAD_EMAILS)
def test_what_is_no_address_is_refused(grader_user, engine, email):
    code, output = grader_user("add", email, "Ada Quist")

    assert code == 2
    assert "is not an e-mail address such as ada@example.org" in output
    with reading(engine) as session:
        assert session.query(User).count() == 0


@pytest.mark.parametrize(
    "email", ["Ada@Example.org", "ada.q+nn@uni-x.example", "ada@localhost", "zoë@bücher.example"]
)
def test_addresses_of_many_forms_are_accepted(grader_user, email):
    code, output = grader_user("add", email, "Ada Quist")

    assert (code, output.partition(" ")[0]) == (0, email.lower())


@pytest.mark.parametrize(
    "slug", ["", "Bad Slug", "NN", "-nn", "nn/2", "../nn", "nn?", "n\x00n", "é", "n" * 64]
)
def test_a_course_has_a_name_that_an_address_can_have(grader_user, engine, slug):
    code, output = grader_user("course", "--", slug, "Neural Networks")

    assert code == 2
    assert "can't be a name in an address" in output
    with reading(engine) as session:
        assert session.query(Course).count() == 0


@pytest.mark.parametrize("arguments", [("add", "ada@example.org"), ("course", "nn")])
@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 121])
def test_names_and_titles_are_one_line(grader_user, arguments, name):
    code, output = grader_user(*arguments, name)

    assert code == 2
    assert "must be one line of 1 to 120 characters" in output


@pytest.fixture
def run_in(tmp_path, capsys, monkeypatch):
    """Run `grader user ...` in an empty folder: (exit code, error)."""
    monkeypatch.delenv("GRADECHECK_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    parser = argparse.ArgumentParser()
    accounts.add_arguments(parser)

    def run(*arguments):
        return accounts.run(parser.parse_args(arguments)), capsys.readouterr().err

    return run


@pytest.mark.parametrize("folder", ["none", "."])
def test_a_folder_without_an_installation_is_refused_and_left_empty(tmp_path, run_in, folder):
    code, error = run_in("--state", folder, "add", "a@b.c", "A")

    assert code == 2
    assert f"no installation in {folder}; start `grader up --state {folder}` once" in error
    assert list(tmp_path.iterdir()) == []


def test_without_a_state_nothing_is_written_into_the_usual_one(tmp_path, run_in):
    code, error = run_in("add", "a@b.c", "A")
    assert (code, "name its state folder" in error) == (2, True)

    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "demo").touch()
    migrate(f"sqlite:///{tmp_path / 'var' / 'gradecheck.db'}")
    code, error = run_in("add", "a@b.c", "A")

    assert code == 2
    assert "uses var, which holds the demo" in error
    assert run_in("--state", "var", "add", "a@b.c", "A") == (0, "(in var)\n")


def test_without_a_state_the_database_in_the_environment_is_used_and_named(tmp_path, run_in, monkeypatch):
    url = f"sqlite:///{tmp_path / 'other.db'}"
    monkeypatch.setenv("GRADECHECK_DATABASE_URL", url)

    code, error = run_in("add", "a@b.c", "A")

    assert (code, error) == (0, "(in the database that GRADECHECK_DATABASE_URL names)\n")
    assert (tmp_path / "other.db").exists()
