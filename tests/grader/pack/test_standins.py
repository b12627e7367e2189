"""A pack may switch on a matplotlib that draws nothing."""

import pytest

from grader.candidate.modules import MemoryModules
from grader.pack import PackError
from tests.grader.packs import make_pack


def test_a_pack_without_the_key_has_no_stand_in() -> None:
    assert not [path for path, _ in make_pack().pack_files.files if "matplotlib" in path]


def test_the_key_gives_candidates_the_stand_in_and_counts_for_the_digests() -> None:
    pack = make_pack(top='stand_ins = ["matplotlib"]')

    assert "support/matplotlib/pyplot.py" in dict(pack.pack_files.files)
    assert pack.grading_digest != make_pack().grading_digest
    assert not [path for path in pack.files if "matplotlib" in path]


def test_a_file_of_the_pack_wins_over_the_stand_ins() -> None:
    own = {"support/matplotlib/__init__.py": b"OWN = 1\n"}
    pack = make_pack(own, top='stand_ins = ["matplotlib"]')

    assert dict(pack.pack_files.files)["support/matplotlib/__init__.py"] == b"OWN = 1\n"


def test_there_is_no_stand_in_for_another_library() -> None:
    with pytest.raises(PackError, match="stand_ins"):
        make_pack(top='stand_ins = ["torch"]')


def test_without_it_the_message_says_what_is_here() -> None:
    modules = MemoryModules({}, {"f.py": b"import matplotlib\n"})

    with pytest.raises(ModuleNotFoundError, match="the standard library and numpy are here"):
        modules.find_spec("matplotlib", None)
