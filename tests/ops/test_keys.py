"""The secrets of a compose installation."""

import stat

from grader.up.keys import make_keys


def test_keys_are_made_once(tmp_path):
    names = make_keys(tmp_path)
    first = {name: (tmp_path / name).read_text() for name in names}

    make_keys(tmp_path)

    assert {name: (tmp_path / name).read_text() for name in names} == first
    assert len(first["secret_key"]) >= 32


def test_the_databases_url_holds_the_databases_password(tmp_path):
    make_keys(tmp_path)

    password = (tmp_path / "postgres_password").read_text()
    assert f":{password}@postgres:5432/" in (tmp_path / "database_url").read_text()


def test_keys_are_their_owners_alone(tmp_path):
    for name in make_keys(tmp_path):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o400


def test_a_start_that_was_cut_short_is_taken_up(tmp_path):
    (tmp_path / "secret_key.new").write_text("hal")

    make_keys(tmp_path)

    assert len((tmp_path / "secret_key").read_text()) >= 32
    assert not (tmp_path / "secret_key.new").exists()
