"""The lock files: every requirement hashed, and no index named anywhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-runner.txt")


def requirements(lock: str) -> dict[str, str]:
    """Name -> the whole entry, hashes included."""
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


def test_the_locks_agree_on_every_version():
    running, developing, sandboxed = (
        {name: entry.split(" ")[0] for name, entry in requirements(lock).items()} for lock in LOCKS
    )

    assert {name: developing[name] for name in running} == running
    assert {name: running[name] for name in sandboxed} == sandboxed


def test_packages_with_binaries_are_locked_for_several_pythons_and_machines():
    hashes = {name: entry.count("--hash=") for name, entry in requirements("requirements.txt").items()}

    assert min(hashes[name] for name in ("numpy", "pydantic-core", "sqlalchemy", "psycopg-binary")) > 20
