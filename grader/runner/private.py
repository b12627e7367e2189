"""A private runner for one command or test, started and ended with it."""

from __future__ import annotations

import contextlib
import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.runner.errors import NoRunner
from grader.values import Mode

WITHOUT_PYTEST = (
    "this Python has no pytest, which runs a pack's tests; `pip install '.[demo]'` installs it, "
    "or use a runner that is already running with --runner"
)


@contextlib.contextmanager
def private_runner(slots: int = 1, least: Mode = Mode.UNPRIVILEGED, most: Mode = Mode.FULL) -> Iterator[Path]:
    """The socket of a runner that lives as long as the context. Raises NoRunner."""
    if importlib.util.find_spec("pytest") is None:
        raise NoRunner(WITHOUT_PYTEST)
    with tempfile.TemporaryDirectory(prefix="gc-") as folder:
        path = Path(folder) / "runner.sock"
        root = str(Path(__file__).resolve().parents[2])
        command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r}); "
                   "from grader.runner.main import main; sys.exit(main())"]  # fmt: skip
        log = (Path(folder) / "log").open("w+b")
        process = subprocess.Popen(
            [*command, f"--socket={path}", f"--slots={slots}", f"--least={least}", f"--most={most}",
             "--until-eof", "--log-format=text"],
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=log, start_new_session=True,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if not process.stdout.readline().startswith(b"ready"):
                log.seek(0)
                raise NoRunner(log.read(8000).decode("utf-8", "replace").strip())
            yield path
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdin.close()
            process.stdout.close()
            log.close()
