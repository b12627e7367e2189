"""`make install` on machines that lack something: one clear message, and nothing is half installed."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def machine(tmp_path):
    """A function that runs the installation on a machine with these commands first on its PATH."""
    (tmp_path / "tools").mkdir()
    for name in ("tools/install.sh", "requirements-demo.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)

    def run(**commands):
        folder = tmp_path / "bin"
        folder.mkdir()
        for name, script in {"id": "echo 1000", **commands}.items():
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        return subprocess.run(
            ["sh", "tools/install.sh", "requirements-demo.txt", ".venv/.installed"],
            cwd=tmp_path, env={"PATH": f"{folder}:/usr/bin:/bin"}, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    return run


OLD = 'case "$*" in *version_info*) exit 1;; esac'
BARE = 'case "$*" in *ensurepip*) exit 1;; esac'


def test_a_python_that_is_too_old_is_reported(machine):
    pythons = {name: OLD for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14")}

    done = machine(**pythons)

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "install: needs Python 3.11 or newer; none found on PATH (set PYTHON=/path/to/python)"
    ]


def test_a_missing_venv_module_is_reported_with_what_to_install(machine, tmp_path):
    done = machine(python3=BARE)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "sudo apt-get install python3-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_an_environment_that_matches_the_lock_is_not_changed(machine, tmp_path):
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho touched >&2\n")
    python.chmod(0o755)
    parts = (tmp_path / name for name in ("requirements-demo.txt", "pyproject.toml", "tools/install.sh"))
    digest = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    (tmp_path / ".venv" / ".installed").write_text(f"{digest}  -\n")

    done = machine()

    assert (done.returncode, done.stderr) == (0, "")


PIP = """
case "$*" in
    *version_info*|*ensurepip*|*--version*) exit 0;;
    *"-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
    *require-hashes*)
        for n in $(seq 25); do echo "Collecting package-$n==1.0 (from -r requirements)"; done
        echo "Installing collected packages: many"
        [ -z "$PIP_FAILS" ] || { echo "ERROR: no such package" >&2; exit 7; };;
esac
"""


def test_it_says_what_it_does_and_how_far_it_is(machine, tmp_path):
    done = machine(python3=PIP)

    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert lines[0].startswith("install: downloading and installing the packages of requirements-demo.txt")
    assert [line.partition(" of ")[0] for line in lines[1:3]] == [
        "install: package 10",
        "install: package 20",
    ]
    assert lines[3:] == [
        "install: unpacking them into .venv, which takes a while",
        "install: installing gradecheck itself",
        "install: done",
    ]
    assert (tmp_path / ".venv" / ".installed").exists()


def test_a_package_that_can_not_be_installed_is_an_error_and_nothing_counts_as_installed(machine, tmp_path):
    done = machine(python3=f"PIP_FAILS=yes\n{PIP}")

    assert done.returncode == 7
    assert done.stderr.splitlines()[-2:] == [
        "ERROR: no such package",
        "install: pip can't install the packages of requirements-demo.txt; the lines above say why",
    ]
    assert not (tmp_path / ".venv" / ".installed").exists()
