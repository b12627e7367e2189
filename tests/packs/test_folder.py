import os

import pytest

from grader.packs import PackError, find, load
from grader.packs.new import new_files, write_new
from tests.helpers.packs import pack_files


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "squared"
    for name, data in pack_files().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def test_it_loads_a_folder_and_skips_caches_and_hidden_files(folder):
    strays = ["tests/__pycache__/x.pyc", ".git/HEAD", ".DS_Store", "starter/.ipynb_checkpoints/a.py"]
    for name in (*strays, "tests/test_squared.py~", "Thumbs.db", ".gitignore", "solution/.a.py.swp"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"x")

    assert "tests/test_squared.py" in load(folder).files
    assert len(load(folder).files) == len(pack_files())


def test_it_does_not_follow_links(folder):
    (folder / "tests" / "test_link.py").symlink_to("/etc/passwd")
    (folder / "support").symlink_to("/etc")

    with pytest.raises(PackError, match="not a link or device") as caught:
        load(folder)
    assert {fault.file for fault in caught.value.faults} == {"tests/test_link.py", "support"}


def test_it_does_not_wait_for_a_pipe(folder):
    os.mkfifo(folder / "tests" / "test_pipe.py")

    with pytest.raises(PackError, match="not a link or device"):
        load(folder)


def test_a_missing_folder_is_an_error():
    with pytest.raises(PackError, match="no such folder"):
        load("/nonexistent/pack")


def test_it_names_the_packs_that_exist():
    with pytest.raises(PackError, match="neither a folder nor one of these packs"):
        find("no-such-pack")


def test_a_new_pack_is_read_without_a_fault(tmp_path):
    write_new(tmp_path / "my-pack")

    pack = load(tmp_path / "my-pack")

    assert (pack.id, pack.title) == ("my-pack", "My pack")


def test_a_new_pack_overwrites_nothing(tmp_path):
    write_new(tmp_path / "my-pack")

    with pytest.raises(PackError, match="exists already"):
        write_new(tmp_path / "my-pack")


@pytest.mark.parametrize("name", ["My Pack", "1st", "a", "..", "x" * 80])
def test_a_new_pack_needs_a_valid_id(name):
    with pytest.raises(PackError, match="pack's id must be"):
        new_files(name)
