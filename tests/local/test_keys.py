"""The secrets of a docker compose installation."""

import stat

import pytest

from grader.local.keys import make_keys


@pytest.fixture
def folders(tmp_path):
    for name in ("keys", "redis"):
        (tmp_path / name).mkdir()
    return tmp_path / "keys", tmp_path / "redis"


def test_keys_are_made_once(folders):
    keys, _ = folders
    names = make_keys(*folders)
    first = {name: (keys / name).read_text() for name in names}

    make_keys(*folders)

    assert {name: (keys / name).read_text() for name in names} == first
    assert len(first["secret_key"]) >= 32


def test_the_url_of_the_database_has_its_password(folders):
    make_keys(*folders)

    password = (folders[0] / "postgres_password").read_text()
    assert f":{password}@postgres:5432/" in (folders[0] / "database_url").read_text()


def test_redis_gets_the_password_of_its_url_and_nothing_else(folders):
    make_keys(*folders)

    password = (folders[0] / "redis_password").read_text()
    assert f":{password}@redis:6379/" in (folders[0] / "redis_url").read_text()
    assert [path.name for path in folders[1].iterdir()] == ["redis.conf"]
    assert (folders[1] / "redis.conf").read_text() == f"requirepass {password}\n"


def test_only_the_owner_can_read_the_keys(folders):
    for name in make_keys(*folders):
        assert stat.S_IMODE((folders[0] / name).stat().st_mode) == 0o400


def test_an_interrupted_start_is_continued(folders):
    (folders[0] / "secret_key.new").write_text("hal")

    make_keys(*folders)

    assert len((folders[0] / "secret_key").read_text()) >= 32
    assert not (folders[0] / "secret_key.new").exists()
