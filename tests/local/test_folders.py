"""State and runtime folders."""

import os
import stat
from pathlib import Path

import pytest

from grader.database import migrate, open_engine, users, writing
from grader.local.child import Child, Spec
from grader.local.errors import UpError
from grader.local.folders import LONGEST_SOCKET_PATH, open_folders, secret_key_file


def test_sockets_have_short_paths_even_if_the_path_of_the_state_is_long(tmp_path):
    with open_folders(tmp_path / ("deep" * 20) / ("deeper" * 20)) as folders:
        for path in (folders.redis_socket, folders.runner_socket):
            assert len(bytes(path)) <= LONGEST_SOCKET_PATH


def test_a_long_temporary_folder_is_not_used(tmp_path, monkeypatch):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))

    with open_folders(tmp_path / "state") as folders:
        assert long not in folders.runtime.parents


def test_the_runtime_folder_is_private_and_removed_at_the_end(tmp_path):
    with open_folders(tmp_path) as folders:
        assert stat.S_IMODE(folders.runtime.stat().st_mode) == 0o700

    assert not folders.runtime.exists()


def test_the_runtime_folder_of_a_killed_supervisor_is_removed(tmp_path):
    left = tmp_path / "gradecheck-old"
    left.mkdir()
    state = tmp_path / "state"
    state.mkdir()
    (state / "runtime").write_text(str(left))

    with open_folders(state):
        assert not left.exists()


def test_a_runtime_note_that_names_something_else_removes_nothing(tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    state = tmp_path / "state"
    state.mkdir()
    (state / "runtime").write_text(str(precious))

    with open_folders(state):
        assert precious.exists()


def test_two_supervisors_never_share_a_state(tmp_path):
    with open_folders(tmp_path), pytest.raises(UpError, match="another running"), open_folders(tmp_path):
        pass


def test_a_state_that_can_not_be_made_is_an_error():
    with pytest.raises(UpError, match="can't use /proc/nothing"), open_folders(Path("/proc/nothing")):
        pass


def test_the_secret_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    first = secret_key_file(tmp_path).read_text()

    assert len(first) >= 43
    assert secret_key_file(tmp_path).read_text() == first
    assert stat.S_IMODE(secret_key_file(tmp_path).stat().st_mode) == 0o600


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_umask():
    before = os.umask(0o000)
    yield
    os.umask(before)


def test_everything_in_the_state_can_be_read_by_its_owner_only(tmp_path, open_umask):
    state = tmp_path / "parent" / "state"
    with open_folders(state) as folders:
        secret_key_file(state)
        migrate(folders.database_url)
        engine = open_engine(folders.database_url)
        with writing(engine) as session:
            users.create(session, "ada@example.org", "Ada", "hash")
            beside = {
                path.name: mode(path) for path in state.iterdir() if path.name.startswith("gradecheck.db-")
            }
        child = Child(Spec("x", ("true",), {}, folders.log("x")))
        child.start()
        child.stop()
        files = {path.name: mode(path) for path in state.rglob("*") if path.is_file()}
        folders_modes = {mode(path) for path in (state, state / "log", folders.runtime)}
        engine.dispose()

    assert set(files.values()) == {0o600}
    assert {"gradecheck.db", "secret_key", "lock", "runtime", "x.log"} <= files.keys()
    assert beside == {"gradecheck.db-wal": 0o600, "gradecheck.db-shm": 0o600}
    assert folders_modes == {0o700}


def test_the_files_of_an_earlier_version_are_closed_to_others(tmp_path):
    (tmp_path / "log").mkdir()
    for name in ("gradecheck.db", "gradecheck.db-wal", "secret_key", "log/web.log"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o644)
    tmp_path.chmod(0o755)

    with open_folders(tmp_path):
        assert {mode(path) for path in tmp_path.rglob("*") if path.is_file()} == {0o600}
        assert mode(tmp_path) == 0o700


def test_a_folder_of_other_files_keeps_its_mode(tmp_path):
    (tmp_path / "thesis.tex").write_text("x")
    (tmp_path / "thesis.tex").chmod(0o644)
    tmp_path.chmod(0o755)

    with open_folders(tmp_path):
        assert (mode(tmp_path), mode(tmp_path / "thesis.tex")) == (0o755, 0o644)
        assert mode(tmp_path / "lock") == 0o600
