"""Settings are typed, and a wrong one stops the start with a message."""

import traceback
from pathlib import Path

import pytest

from grader.settings import SettingsError, read_settings
from grader.values import Mode

GOOD = {
    "GRADECHECK_DATABASE_URL": "sqlite:////var/lib/gradecheck/store.db",
    "GRADECHECK_REDIS_URL": "unix:///run/gradecheck/redis.sock",
    "GRADECHECK_RUNNER_SOCKET": "/run/gradecheck/runner.sock",
}
KEY = "k" * 40


def test_it_reads_the_required_settings_and_uses_defaults_for_the_others():
    settings = read_settings(GOOD)

    assert settings.runner_socket == Path("/run/gradecheck/runner.sock")
    assert settings.least_mode is Mode.CONTAINER
    assert settings.secret_key is None
    assert (settings.slots, settings.lease_s, settings.sweep_s) == (2, 30.0, 2.0)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_it_names_a_variable_that_is_missing(name):
    with pytest.raises(SettingsError, match=f"{name} is not set"):
        read_settings({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DATABASE_URL", "mysql://x/y", "'mysql'; it must begin with one of sqlite://, postgresql://"),
        ("DATABASE_URL", "store.db", "it must begin with"),
        ("REDIS_URL", "http://x", "it must begin with one of unix://"),
        ("RUNNER_SOCKET", "runner.sock", "absolute path"),
        ("RUNNER_SOCKET", "/" + "x" * 107, "at most 107 bytes"),
        ("LEAST_MODE", "none", "'none': input should be 'unprivileged', 'container' or 'full'"),
        ("SLOTS", "many", "'many': input should be a valid integer"),
        ("SLOTS", "0", "'0': input should be greater than or equal to 1"),
        ("SLOTS", "257", "'257': input should be less than or equal to 256"),
        ("SLOTS", "1.5", "valid integer"),
        ("LEASE_S", "nan", "'nan': input should be less than or equal to 3600"),
        ("SWEEP_S", "0.05", "'0.05': input should be greater than or equal to 0.1"),
        ("SMTP_URL", "mail.example.org", r"is not of the form smtp://"),
        ("SMTP_URL", "http://mail", r"is not of the form smtp://"),
        ("MAIL_FROM", "A <a@example.org>", "expected is an address alone"),
        ("MAIL_FROM", "a@example.org\nBcc: b@x", "expected is an address alone"),
        ("PUBLIC_URL", "grade.example.org", "expected is the address of the pages"),
        ("PUBLIC_URL", "https://grade.example.org/x", "expected is the address of the pages"),
        ("SECRET_KEY", "short", "has 5 characters; it must have at least 32"),
    ],
)
def test_it_stops_at_a_wrong_value(name, value, message):
    with pytest.raises(SettingsError, match=rf"GRADECHECK_{name} .*{message}"):
        read_settings({**GOOD, f"GRADECHECK_{name}": value})


def test_e_mail_is_sent_only_if_all_its_settings_are_there():
    mail = {
        "GRADECHECK_SMTP_URL": "smtp://user:secret@mail.example.org:587",
        "GRADECHECK_MAIL_FROM": "gradecheck@example.org",
        "GRADECHECK_PUBLIC_URL": "https://grade.example.org/",
    }
    assert read_settings(GOOD).outgoing_mail is None
    outgoing = read_settings({**GOOD, **mail}).outgoing_mail
    assert outgoing.public_url == "https://grade.example.org"
    assert "secret" not in repr(outgoing)
    for name in ("MAIL_FROM", "PUBLIC_URL"):
        some = {key: value for key, value in mail.items() if not key.endswith(name)}
        with pytest.raises(SettingsError, match=f"GRADECHECK_{name} is not set"):
            _ = read_settings({**GOOD, **some}).outgoing_mail


def test_it_reads_a_secret_from_a_file(tmp_path):
    (tmp_path / "key").write_text(KEY + "\n")
    settings = read_settings({**GOOD, "GRADECHECK_SECRET_KEY_FILE": str(tmp_path / "key")})
    assert settings.needed_secret_key == KEY


def test_it_stops_at_a_file_that_can_not_be_read(tmp_path):
    with pytest.raises(SettingsError, match=r"SECRET_KEY_FILE names .*No such file"):
        read_settings({**GOOD, "GRADECHECK_SECRET_KEY_FILE": str(tmp_path / "none")})


def test_it_stops_at_an_empty_file(tmp_path):
    (tmp_path / "key").write_text("\n")
    with pytest.raises(SettingsError, match="is empty"):
        read_settings({**GOOD, "GRADECHECK_SECRET_KEY_FILE": str(tmp_path / "key")})


def test_it_stops_when_a_value_and_its_file_are_both_given(tmp_path):
    both = {"GRADECHECK_SECRET_KEY": KEY, "GRADECHECK_SECRET_KEY_FILE": str(tmp_path / "key")}
    with pytest.raises(SettingsError, match="both set"):
        read_settings({**GOOD, **both})


def test_it_has_no_secret_key_unless_one_is_given():
    with pytest.raises(SettingsError, match="SECRET_KEY is not set; make one with"):
        _ = read_settings(GOOD).needed_secret_key


def test_it_does_not_show_secrets_or_passwords():
    url = "postgresql://grader:hunter22@db/grades"
    settings = read_settings({**GOOD, "GRADECHECK_SECRET_KEY": KEY, "GRADECHECK_DATABASE_URL": url})

    assert KEY not in repr(settings)
    assert "hunter22" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "mysql://grader:hunter22@db/grades"), ("SECRET_KEY", "hunter22")],
)
def test_it_does_not_show_a_secret_in_an_error(name, value):
    with pytest.raises(SettingsError) as error:
        read_settings({**GOOD, f"GRADECHECK_{name}": value})
    assert "hunter22" not in "".join(traceback.format_exception(error.value))


def test_a_variable_that_is_empty_counts_as_not_set():
    assert read_settings({**GOOD, "GRADECHECK_SLOTS": " "}).slots == 2
