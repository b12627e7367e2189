"""The memory and pids cgroups: real ones where this machine has them; for version 2 also a plain folder
with the same files as the kernel's."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox.cgroups import CgroupFolder, Group, find, take_away_stale
from grader.sandbox.errors import NotDelegated

EATER = """
import sys
sys.stdin.readline()
x = bytearray(600 << 20)
x[::4096] = b"1" * len(x[::4096])
print("had it")
"""


@pytest.fixture
def place() -> CgroupFolder:
    try:
        return find()
    except NotDelegated as e:
        pytest.skip(f"no cgroup can be created here: {e}")


def eater() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", EATER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip


def test_a_process_over_the_groups_memory_is_killed_and_counted(place: CgroupFolder) -> None:
    with eater() as process:
        group = Group(place, f"gradecheck-test-{os.getpid()}", process.pid)
        group.limit(64)
        output, _ = process.communicate("go\n", timeout=60)
    kills = group.kills()
    group.close()

    assert (output, process.returncode, kills) == ("", -9, 1)


def test_without_the_group_the_same_process_gets_its_memory() -> None:
    with eater() as process:
        output, _ = process.communicate("go\n", timeout=60)

    assert output == "had it\n"


@pytest.fixture
def unified(tmp_path: Path) -> tuple[Path, Path]:
    own = tmp_path / "own"
    own.write_text("0::/user/me\n")
    folder = tmp_path / "fs" / "user" / "me"
    folder.mkdir(parents=True)
    (tmp_path / "fs" / "cgroup.controllers").write_text("cpu memory pids")
    (folder / "cgroup.controllers").write_text("memory pids")
    return tmp_path / "fs", own


def test_in_version_2_we_move_to_a_leaf_group_and_delegate_the_controllers(
    unified: tuple[Path, Path],
) -> None:
    root, own = unified

    place = find(root, own)

    folder = root / "user/me"
    assert place == CgroupFolder(folder, folder)
    assert (folder / "gradecheck-runner/cgroup.procs").read_text() == str(os.getpid())
    assert (folder / "cgroup.subtree_control").read_text() == "+memory +pids"


def test_in_version_2_limits_and_kills_are_in_other_files(unified: tuple[Path, Path]) -> None:
    place = find(*unified)
    group = Group(place, "slot", 42)
    (place.memory / "slot/memory.events").write_text("low 0\noom 2\noom_kill 2\n")

    group.limit(256)

    assert (place.memory / "slot/memory.max").read_text() == str((2 * 256 + 192) << 20)
    assert (place.memory / "slot/cgroup.procs").read_text() == "42"
    assert group.kills() == 2


def test_it_says_which_controller_is_not_delegated(unified: tuple[Path, Path]) -> None:
    root, own = unified
    (root / "user/me/cgroup.controllers").write_text("pids")

    with pytest.raises(NotDelegated, match="memory"):
        find(root, own)


def test_groups_of_a_runner_that_has_ended_are_removed(tmp_path: Path) -> None:
    place = CgroupFolder(tmp_path, tmp_path)
    for name in ("gradecheck-999999999-1", f"gradecheck-{os.getpid()}-1", "other"):
        (tmp_path / name).mkdir()

    take_away_stale(place)

    assert sorted(p.name for p in tmp_path.iterdir()) == [f"gradecheck-{os.getpid()}-1", "other"]
