"""What docker/Dockerfile puts into the runner's image: enough to grade, and nothing that knows a secret."""

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
STAGES = re.split(
    r"^FROM \S+ AS (\w[\w-]*)\n", (ROOT / "docker" / "Dockerfile").read_text(), flags=re.MULTILINE
)
RUNNER = dict(zip(STAGES[1::2], STAGES[2::2], strict=True))["runner"]


def copied() -> list[tuple[str, str]]:
    """(source, destination below /app) of every COPY from the tree into the runner's image."""
    rows = [
        line.split()[1:] for line in RUNNER.splitlines() if line.startswith("COPY") and "--from" not in line
    ]
    return [(source, row[-1].removeprefix("/app/")) for row in rows for source in row[:-1]]


@pytest.fixture
def image(tmp_path):
    for source, destination in copied():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / destination)
        else:
            (tmp_path / destination).mkdir(exist_ok=True)
            shutil.copy(ROOT / source, tmp_path / destination)
    return tmp_path


@pytest.mark.server
@pytest.mark.parametrize(
    "module", ["grader.runner.main", "grader.examiner.host", "grader.candidate.main", "grader.client"]
)
def test_the_runners_image_holds_all_that_its_parts_import(image, module):
    paths = [str(image), sysconfig.get_path("purelib")]
    script = f"import sys; sys.path[:0] = {paths}; import {module}; import grader; print(grader.__file__)"
    run = subprocess.run([sys.executable, "-ISc", script], capture_output=True, text=True)

    assert run.stdout.strip() == str(image / "grader" / "__init__.py"), run.stderr


def test_the_runners_image_holds_no_store_no_web_and_no_pack():
    sources = {source for source, _ in copied()}

    assert not sources & {
        "web",
        "assignments",
        "grader",
        "grader/store",
        "grader/worker",
        "grader/settings.py",
    }


def test_the_runners_container_is_closed_as_the_design_says():
    runner = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["runner"]

    assert runner["network_mode"] == "none"
    assert runner["read_only"] is True
    assert runner["cap_drop"] == ["ALL"]
    assert runner["security_opt"] == ["no-new-privileges:true"]
    assert runner["user"] == "64000:64000"
    assert runner["volumes"] == ["socket:/run/gradecheck"]
    assert not {"environment", "env_file", "secrets", "privileged", "networks", "cap_add"} & runner.keys()


def test_no_secret_stands_in_the_compose_file():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    variables = {
        key: value for service in services.values() for key, value in service.get("environment", {}).items()
    }
    secret = [key for key in variables if re.search("PASSWORD|SECRET|DATABASE|REDIS", key)]

    assert len(secret) >= 4
    assert [key for key in secret if not key.endswith("_FILE")] == []
