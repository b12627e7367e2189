"""`grader pack import`: a pack on the disk becomes a draft in a course, and its check waits in the queue."""

import pytest

from grader.cli import main
from grader.database import courses, migrate, open_engine, packs, reading, writing
from grader.database.models import JobState, PackState
from grader.packs import write_zip
from tests.helpers.packs import make_pack


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """A database with one course, which the command finds in the environment; no Redis."""
    url = f"sqlite:///{tmp_path / 'gradecheck.db'}"
    monkeypatch.setenv("GRADECHECK_DATABASE_URL", url)
    monkeypatch.delenv("GRADECHECK_REDIS_URL", raising=False)
    migrate(url)
    engine = open_engine(url)
    with writing(engine) as session:
        courses.create(session, "networks", "Neural networks")
    yield engine
    engine.dispose()


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "squared.zip"
    path.write_bytes(write_zip(make_pack()))
    return path


def versions(engine):
    with reading(engine) as session:
        rows = packs.of_course(session, courses.by_slug(session, "networks"))
        checks = [packs.latest_check(session, version) for version in rows]
        return [
            (version.pack.slug, version.number, version.state, check.state)
            for version, check in zip(rows, checks, strict=True)
        ]


def test_an_archive_becomes_a_version_whose_check_waits(engine, archive, capsys):
    assert main(["pack", "import", str(archive), "--course", "networks"]) == 0

    assert versions(engine) == [("squared", 1, PackState.CHECKING, JobState.QUEUED)]
    assert "squared version 1 is a draft of Neural networks" in capsys.readouterr().out


def test_a_folder_can_be_imported(engine, tmp_path, capsys):
    assert main(["pack", "new", str(tmp_path / "mine")]) == 0

    assert main(["pack", "import", str(tmp_path / "mine"), "--course", "networks"]) == 0
    assert versions(engine)[0][0] == "mine"


def test_the_same_pack_again_is_the_same_version(engine, archive, capsys):
    for _ in range(2):
        assert main(["pack", "import", str(archive), "--course", "networks"]) == 0

    assert len(versions(engine)) == 1
    assert "already in Neural networks (checking)" in capsys.readouterr().out


def test_a_worker_is_notified_if_there_is_a_redis(engine, archive, monkeypatch):
    notified = []
    monkeypatch.setenv("GRADECHECK_REDIS_URL", "unix:///nowhere")
    monkeypatch.setattr("grader.worker.notify.notify", notified.append)

    main(["pack", "import", str(archive), "--course", "networks"])

    assert notified == ["unix:///nowhere"]


def test_an_unknown_course_is_an_error(engine, archive, capsys):
    assert main(["pack", "import", str(archive), "--course", "none"]) == 2

    assert "there is no course none" in capsys.readouterr().err


def test_the_faults_of_a_bad_pack_are_shown_and_nothing_is_stored(engine, tmp_path, capsys):
    (tmp_path / "bad.zip").write_bytes(b"no zip")

    assert main(["pack", "import", str(tmp_path / "bad.zip"), "--course", "networks"]) == 2
    assert "zip archive" in capsys.readouterr().err
    assert versions(engine) == []


def test_a_missing_installation_is_an_error(tmp_path, archive, capsys, monkeypatch):
    monkeypatch.delenv("GRADECHECK_DATABASE_URL", raising=False)
    state = ["--state", str(tmp_path / "nowhere")]

    assert main(["pack", "import", str(archive), "--course", "networks", *state]) == 2
    assert "no installation in" in capsys.readouterr().err


def test_without_a_state_nothing_is_stored_in_the_usual_folder(tmp_path, archive, capsys, monkeypatch):
    monkeypatch.delenv("GRADECHECK_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    migrate(f"sqlite:///{tmp_path / 'var' / 'gradecheck.db'}")

    assert main(["pack", "import", str(archive), "--course", "networks"]) == 2
    assert "name its state folder" in capsys.readouterr().err
