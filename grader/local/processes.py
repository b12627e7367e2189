"""The child processes of an embedded installation: command line, environment, and when each is ready."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.local import address, redis
from grader.local.child import Spec
from grader.local.folders import Folders, secret_key_file
from grader.logs import Format
from grader.logs.setup import VARIABLE

INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")


@dataclass(frozen=True)
class Installation:
    """One embedded installation: its folders, and the address of its pages."""

    folders: Folders
    host: str
    port: int
    log_format: Format = Format.TEXT

    @property
    def url(self) -> str:
        return address.url(self.host, self.port)

    def service_environment(self) -> dict[str, str]:
        """The variables of web, worker and sweeper, with secrets. Other GRADECHECK_* are inherited."""
        own = {
            "GRADECHECK_DATABASE_URL": self.folders.database_url,
            "GRADECHECK_REDIS_URL": self.folders.redis_url,
            "GRADECHECK_RUNNER_SOCKET": str(self.folders.runner_socket),
            "GRADECHECK_SECRET_KEY_FILE": str(secret_key_file(self.folders.state)),
            VARIABLE: str(self.log_format),
        }
        inherited = {key: value for key, value in os.environ.items() if key.startswith("GRADECHECK_")}
        fixed = {key.removesuffix("_FILE") for key in own}
        others = {key: value for key, value in inherited.items() if key.removesuffix("_FILE") not in fixed}
        defaults = {
            "GRADECHECK_LEAST_MODE": "unprivileged",
            "GRADECHECK_HOSTS": f"localhost,127.0.0.1,[::1],{self.host}",
        }
        return {**_some(INHERITED), **defaults, **others, **own}

    def redis(self) -> Spec:
        """Redis, through which workers are notified."""
        socket = self.folders.redis_socket
        return Spec(
            "redis",
            redis.command(redis.find_server(), socket),
            _some(("PATH", "LANG")),
            self.folders.log("redis"),
            lambda: redis.answers(socket),
            stop_last=True,
        )

    def runner(self) -> Spec:
        """The runner, with a minimal environment: no secret, no URL and no home folder."""
        least = os.environ.get("GRADECHECK_LEAST_MODE", "unprivileged")
        command = _grader("runner", "--socket", str(self.folders.runner_socket), "--least", least)
        command += ("--log-format", str(self.log_format))
        log = self.folders.log("runner")
        return Spec(
            "runner",
            command,
            _some(("PATH", "LANG")),
            log,
            log_contains(log, b"runner.ready"),
            stop_last=True,
        )

    def worker(self) -> Spec:
        """The worker, which grades the submissions in the queue."""
        return self._service("worker", _grader("worker"), b" ready.")

    def sweeper(self) -> Spec:
        """The sweeper, which queues the jobs of lost workers again."""
        return self._service("sweeper", _grader("sweep"), b"")

    def web(self) -> Spec:
        """The web server."""
        command = _grader("web", "--host", self.host, "--port", str(self.port))
        environment = self.service_environment()
        return Spec(
            "web", command, environment, self.folders.log("web"), lambda: page_is_up(self.url + "/health")
        )

    def _service(self, name: str, command: tuple[str, ...], ready_text: bytes) -> Spec:
        log = self.folders.log(name)
        return Spec(name, command, self.service_environment(), log, log_contains(log, ready_text))


def _grader(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-P", "-m", "grader", *arguments)


def _some(names: tuple[str, ...]) -> dict[str, str]:
    return {name: os.environ[name] for name in names if name in os.environ}


def log_contains(log: Path, text: bytes) -> Callable[[], bool]:
    """A function that returns whether `text` was appended to the log after this call."""
    start = log.stat().st_size if log.exists() else 0

    def contains() -> bool:
        with log.open("rb") as file:
            file.seek(start)
            return text in file.read()

    return contains


def page_is_up(url: str) -> bool:
    """Whether the page can be loaded, with status 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2.0) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
