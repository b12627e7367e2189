"""The children of an embedded installation, each with its command line, environment and sign of health."""

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

PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")


@dataclass(frozen=True)
class Installation:
    """One embedded installation: where it keeps things, and where its pages are."""

    folders: Folders
    host: str
    port: int
    log_format: Format = Format.TEXT

    @property
    def url(self) -> str:
        return address.url(self.host, self.port)

    def service_environment(self) -> dict[str, str]:
        """For the parts that may hold secrets: web, worker, sweeper. Other GRADECHECK_* are passed on."""
        here = {
            "GRADECHECK_DATABASE_URL": self.folders.database_url,
            "GRADECHECK_REDIS_URL": self.folders.redis_url,
            "GRADECHECK_RUNNER_SOCKET": str(self.folders.runner_socket),
            "GRADECHECK_SECRET_KEY_FILE": str(secret_key_file(self.folders.state)),
            VARIABLE: str(self.log_format),
        }
        given = {key: value for key, value in os.environ.items() if key.startswith("GRADECHECK_")}
        decided = {key.removesuffix("_FILE") for key in here}
        others = {key: value for key, value in given.items() if key.removesuffix("_FILE") not in decided}
        usual = {
            "GRADECHECK_LEAST_MODE": "unprivileged",
            "GRADECHECK_HOSTS": f"localhost,127.0.0.1,[::1],{self.host}",
        }
        return {**_some(PASSED_ON), **usual, **others, **here}

    def redis(self) -> Spec:
        """The doorbell."""
        socket = self.folders.redis_socket
        return Spec(
            "redis",
            redis.command(redis.find_server(), socket),
            _some(("PATH", "LANG")),
            self.folders.log("redis"),
            lambda: redis.answers(socket),
            serves=True,
        )

    def runner(self) -> Spec:
        """The runner, with a clean environment: it gets no secret, no address and no home."""
        least = os.environ.get("GRADECHECK_LEAST_MODE", "unprivileged")
        command = _grader("runner", "--socket", str(self.folders.runner_socket), "--least", least)
        command += ("--log-format", str(self.log_format))
        log = self.folders.log("runner")
        return Spec(
            "runner", command, _some(("PATH", "LANG")), log, log_says(log, b"runner.ready"), serves=True
        )

    def worker(self) -> Spec:
        """The worker that takes gradings off the queue."""
        return self._service("worker", _grader("worker"), b" ready.")

    def sweeper(self) -> Spec:
        """Takes over what a dead worker left, and rings for what waits."""
        return self._service("sweeper", _grader("sweep"), b"")

    def web(self) -> Spec:
        """The pages."""
        command = _grader("web", "--host", self.host, "--port", str(self.port))
        environment = self.service_environment()
        return Spec(
            "web", command, environment, self.folders.log("web"), lambda: page_answers(self.url + "/health")
        )

    def _service(self, name: str, command: tuple[str, ...], sign: bytes) -> Spec:
        log = self.folders.log(name)
        return Spec(name, command, self.service_environment(), log, log_says(log, sign))


def _grader(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-P", "-m", "grader", *arguments)


def _some(names: tuple[str, ...]) -> dict[str, str]:
    return {name: os.environ[name] for name in names if name in os.environ}


def log_says(log: Path, sign: bytes) -> Callable[[], bool]:
    """A question whether `sign` stands in what was appended to the log since now."""
    start = log.stat().st_size if log.exists() else 0

    def asked() -> bool:
        with log.open("rb") as file:
            file.seek(start)
            return sign in file.read()

    return asked


def page_answers(url: str) -> bool:
    """Whether the web server gives the page with status 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2.0) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
