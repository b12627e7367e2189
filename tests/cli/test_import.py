"""`grader pack import`: from a disk into a course, as a draft whose check waits."""

import pytest

from grader.cli import main
from grader.database import courses, migrate, open_engine, packs, reading, writing
from grader.database.models import JobState, PackState
from grader.packs import write_zip
from tests.helpers.packs import make_pack


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """A database with one course, which the command finds in the environment; no redis_server."""
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
        found = packs.of_course(session, courses.by_slug(session, "networks"))
        checks = [packs.latest_check(session, version) for version in found]
        return [
            (one.pack.slug, one.number, one.state, check.state)
            for one, check in zip(found, checks, strict=True)
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
    assert "in Neural networks already, and checking" in capsys.readouterr().out


def test_a_bell_is_rung_if_there_is_one(engine, archive, monkeypatch):
    rung = []
    monkeypatch.setenv("GRADECHECK_REDIS_URL", "unix:///nowhere")
    monkeypatch.setattr("grader.worker.notify.notify", rung.append)

    main(["pack", "import", str(archive), "--course", "networks"])

    assert rung == ["unix:///nowhere"]


def test_a_course_that_does_not_exist_is_said(engine, archive, capsys):
    assert main(["pack", "import", str(archive), "--course", "none"]) == 2

    assert "there is no course none" in capsys.readouterr().err


def test_every_fault_of_a_bad_pack_is_told_and_nothing_kept(engine, tmp_path, capsys):
    (tmp_path / "bad.zip").write_bytes(b"no zip")

    assert main(["pack", "import", str(tmp_path / "bad.zip"), "--course", "networks"]) == 2
    assert "zip archive" in capsys.readouterr().err
    assert versions(engine) == []


def test_without_an_installation_it_says_so(tmp_path, archive, capsys, monkeypatch):
    monkeypatch.delenv("GRADECHECK_DATABASE_URL", raising=False)
    state = ["--state", str(tmp_path / "nowhere")]

    assert main(["pack", "import", str(archive), "--course", "networks", *state]) == 2
    assert "no installation in" in capsys.readouterr().err
