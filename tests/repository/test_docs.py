"""The documents are up to date: their links, commands and settings exist."""

import re
import subprocess
from pathlib import Path

import pytest

from grader.settings import Settings
from web.settings import WebSettings

ROOT = Path(__file__).parents[2]
LISTING = ["git", "-c", "safe.directory=*", "ls-files", "*.md"]
TRACKED = subprocess.run(LISTING, cwd=ROOT, capture_output=True, text=True, check=True)
DOCUMENTS = [
    ROOT / name for name in TRACKED.stdout.split() if not name.startswith(("assignments/", "bench/"))
]
OPERATORS = (ROOT / "docs" / "operators.md").read_text()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_linked_file_exists(document):
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text())
    files = [target for target in targets if not re.match(r"[a-z]+:", target)]

    assert [name for name in files if not (document.parent / name).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/operators.md"])
def test_every_make_target_that_is_named_exists(name):
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / name).read_text(), re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert named - targets == set()


def test_every_setting_of_the_service_is_documented():
    names = {name.upper() for name in (Settings.model_fields | WebSettings.model_fields)} - {"SERVICE"}

    assert {name for name in names if f"GRADECHECK_{name}`" not in OPERATORS} == set()
