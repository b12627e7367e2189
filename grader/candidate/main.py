"""A candidate process: it loads the student's files, then answers calls with values until it is ended."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from grader.candidate import restrictions
from grader.candidate.calls import answer
from grader.candidate.chance import Chance
from grader.candidate.edits import draw
from grader.candidate.modules import MemoryModules
from grader.candidate.scan import scan_files
from grader.candidate.search.serving import Searching
from grader.candidate.source import StudentModules
from grader.wire import Bounds, Channel, Closed, encode

BOUNDS = Bounds(header=1 << 20, body=256 << 20)
_PRELOADED = """
numpy.fft numpy.linalg numpy.random numpy.polynomial numpy.ma collections copy dataclasses difflib enum
functools heapq io itertools json math operator random re statistics string time traceback typing types
warnings
"""


def prepare() -> None:
    """In the fork-server, before any job: import what submissions often import, and run a call once."""
    for name in _PRELOADED.split():
        __import__(name)
    warm()


def warm() -> None:
    """In a job that waits for work: use memory and code, so that the first import and the first call are
    faster."""
    buffer = np.empty(1 << 17)
    buffer[::512] = 0.0
    chance = Chance("warm")
    files = {"warm.py": b"def f(x):\n    return {'y': x * 2.0 + 1.0}\n"}
    module = ModuleType("warm")
    MemoryModules({}, files, chance.importing).exec_module(module)
    chance.begin("warm")
    b"".join(bytes(p) for p in encode("result", {"value": module.f(buffer[:8])}))


def serve(fd: int, _tighten: Callable[[], None]) -> None:
    """Answer one `load`, `scan` or `mutate` message, after `load` also calls, until the other side closes."""
    channel = Channel(fd, BOUNDS, own=True)
    try:
        first = channel.receive()
        _limit(first.value["memory_bytes"], first.value["cpu_s"])
        if first.kind == "scan":
            files = [(str(name), bytes(raw)) for name, raw in first.value["files"]]
            channel.send("scanned", scan_files(files))
        elif first.kind == "mutate":
            files = [(str(name), bytes(raw)) for name, raw in first.value["files"]]
            channel.send("mutants", draw(files, int(first.value["most"])))
        elif first.kind == "load":
            _serve_calls(channel, first.value)
        elif first.kind == "search":
            _serve_search(channel, first.value)
    except Closed:
        return


def _limit(memory_bytes: int, cpu_s: int) -> None:
    """Limit memory (bytes) and CPU time (seconds) of this process. It can only lower them later."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))


def _serve_search(channel: Channel, load: Mapping[str, Any]) -> None:
    """Search for the wrong line of the loaded files, as the messages say, until the other side closes."""
    chance, student, _ = _loaded(load)
    sys.stdout = sys.stderr = restrictions.Silent()  # each call would print its text again
    seed = ""

    def begin() -> None:
        chance.begin(seed)

    searching = Searching(student, load["files"], begin)
    while True:
        request = channel.receive()
        match request.kind:
            case "start":
                seed = request.value["seed"]
                student.load(request.value["call"]["path"])
                channel.write(searching.start(request.value))
            case "more":
                channel.write(searching.more(request.value))
            case "describe":
                channel.write(searching.describe(request.value))
            case "again":
                channel.write(searching.again(request.value))
            case "trace":
                seed = request.value["seed"]
                student.load(request.value["call"]["path"])
                channel.write(searching.trace(request.value))
            case _:
                return


def _serve_calls(channel: Channel, load: Mapping[str, Any]) -> None:
    chance, student, printed = _loaded(load)
    while True:
        request = channel.receive()
        if request.kind == "begin":  # a test: import the file that it calls
            student.load(request.value["path"])
            chance.begin(request.value["seed"])
            channel.send("begun")
        elif request.kind == "call":
            if "seed" in request.value:  # the first call of a test, of a file that was imported before
                chance.begin(request.value["seed"])
            channel.write(answer(student, request.value, printed))
        else:
            return


def _loaded(load: Mapping[str, Any]) -> tuple[Chance, StudentModules, restrictions.Printed]:
    """The student's files, ready to be imported, and what restricts them."""
    chance = Chance(load.get("seed", ""))
    chance.install()
    modules = MemoryModules(load["support"], load["files"], chance.importing, load["names"])
    modules.install()
    sys.path[:] = [p for p in sys.path if p]
    student = StudentModules(
        load["names"], "bridge.py" in load["support"], load["files"], load.get("answers", ())
    )
    return chance, student, restrictions.install({**load["files"], **load["support"]})
