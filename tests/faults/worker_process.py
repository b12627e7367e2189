"""A worker process with the fake runner; the first argument is the path of the runner's log."""

import logging
import sys
from pathlib import Path

from grader.settings import read_settings
from grader.worker.main import serve
from tests.helpers.fake_runner import FakeRunner

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    log, name, slots = sys.argv[1:]
    sys.exit(serve(read_settings(), FakeRunner(Path(log)), name=name, slots=int(slots)))
