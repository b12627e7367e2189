"""The test host: collects one pack's tests once, then forks an examiner for each grading.

It is confined before it sees the pack. After that, the pack may control it, so the runner trusts it only
for the results of this pack.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import pkgutil
import resource
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from grader.examiner.line_search import LineSearch
from grader.examiner.plugin import ExaminerPlugin
from grader.examiner.rows import Rows
from grader.examiner.traces import Traces
from grader.examiner.variants import Variants
from grader.kit.candidate import Candidate
from grader.values import Collected, TestPlan, Visibility
from grader.values.codec import decode, encode
from grader.values.lines import Line
from grader.wire import Bounds, Channel, Closed

BOUNDS = Bounds(header=4 << 20, body=64 << 20)
_OPTIONS = """
--config-file=/dev/null --import-mode=prepend -p no:cacheprovider -p no:logging -p no:tmpdir -p no:capture
-p no:legacypath -p no:faulthandler -p no:terminal -p no:junitxml -p no:pastebin -p no:doctest -p no:stepwise
-p no:unittest -p no:setuponly -p no:setupplan -p no:recwarn -p no:debugging -p no:subtests -p no:skipping
-p no:threadexception -p no:unraisableexception
"""


def prepare() -> None:
    """In the fork-server: import all that tests may need, since files can't be read later."""
    import _pytest

    import reference

    for package in (_pytest, reference):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            with contextlib.suppress(ImportError):
                importlib.import_module(module.name)


def warm() -> None:
    """Do nothing: a test host is warmed by its rehearsal."""


class Control:
    """The examiner's end of the socket to the runner."""

    def __init__(self, fd: int) -> None:
        self.socket = socket.socket(fileno=fd)
        self.channel = Channel(fd, BOUNDS, own=True)

    def candidate(self, visibility: Visibility) -> int | None:
        """The connected descriptor of a new candidate, None if the runner refuses one."""
        self.channel.send("candidate", str(visibility))
        data, fds, _, _ = socket.recv_fds(self.socket, 1, 1)
        if not data:
            raise Closed("the runner is gone")
        return fds[0] if fds else None

    def variant(self, visibility: Visibility, request: Mapping[str, Any]) -> int | None:
        """The connected descriptor of a new candidate for a search, None if the runner refuses one."""
        self.channel.send("variant", {"visibility": str(visibility), **request})
        data, fds, _, _ = socket.recv_fds(self.socket, 1, 1)
        if not data:
            raise Closed("the runner is gone")
        return fds[0] if fds else None

    def cpu_ns(self) -> int | None:
        """The CPU time of the candidate's process in nanoseconds, None if it has ended."""
        self.channel.send("clock")
        cpu_ns: int | None = self.channel.receive().value["cpu_ns"]
        return cpu_ns


Tighten = Callable[[], None]


def serve(fd: int, tighten: Tighten) -> None:
    """Collect the pack named by the first message, then serve gradings until the runner closes the socket.

    A forked examiner calls `tighten` before its work: it must not fork, and it ends with this
    process.
    """
    control = Control(fd)
    order = control.channel.receive().value
    resource.setrlimit(resource.RLIMIT_AS, (order["memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (order["cpu_s"],) * 2)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended examiners need no reaping
    folder = order["folder"]
    plugin = ExaminerPlugin(
        lambda session: _gradings(control, Rows(session, plugin.setting), plugin.errors, tighten)
    )
    arguments = [f"{folder}/tests", f"--rootdir={folder}", f"--confcutdir={folder}", *_OPTIONS.split()]
    printed = io.StringIO()
    sys.path.insert(0, f"{folder}/tests")
    with contextlib.redirect_stderr(printed), contextlib.redirect_stdout(printed):
        pytest.main(arguments, plugins=[plugin])
    collected = Collected(errors=(*plugin.errors, printed.getvalue()[-4000:]))
    control.channel.send("collected", encode(collected))


def _gradings(control: Control, rows: Rows, faults: list[str], tighten: Tighten) -> None:
    """Send what was collected; then, for each request, grade here (rehearsal) or in a fork."""
    errors = [*faults, *rows.faults, *(f"{name} is in two test files" for name in rows.clashes)]
    collected = Collected(tuple(sorted(rows.items)), tuple(errors), tuple(rows.wide))
    control.channel.send("collected", encode(collected))
    _freeze_memory()
    for output in (1, 2):  # gradings share no pipe: how full it is would be known to the next one
        os.dup2(0, output)
    while True:
        # one byte for each request: a larger read would lose the descriptor sent with it
        request, fds, _, _ = socket.recv_fds(control.socket, 1, 1)
        if request == b"R":
            _grade(control, rows, control.channel.receive().value)
            _freeze_memory()
        elif request == b"F" and fds:
            if os.fork() == 0:
                _become_examiner(fds[0], rows, tighten)
            os.close(fds[0])
            os.write(
                control.socket.fileno(), b"F"
            )  # from now on only the examiner can read what is sent to it
        else:
            os._exit(0)


def _freeze_memory() -> None:
    """Exclude the current objects from garbage collection: it would copy the memory that forks share."""
    gc.collect()
    gc.freeze()
    gc.disable()


def _become_examiner(fd: int, rows: Rows, tighten: Tighten) -> None:
    """In the forked child: tighten the sandbox, run one grading, and exit. Never returns."""
    try:
        os.dup2(fd, 3)
        os.closerange(4, 32)
        tighten()
        control = Control(3)
        os.write(3, b"R")
        _grade(control, rows, control.channel.receive().value)
    finally:
        os._exit(0)


def _grade(control: Control, rows: Rows, order: dict[str, Any]) -> None:
    """Run the rows of the order, each when the runner says so, and send the end of each."""
    candidate = Candidate(control)
    candidate.keeps, rows.known, rows.traced = order["search"], [], []
    rows.setting.sources, rows.setting.runs, rows.unexplained = order["sources"], order["runs"], []
    plans = {plan.id: plan for plan in (decode(TestPlan, row) for row in order["tests"])}
    while turn := control.channel.receive().value:
        if not turn["id"]:
            break
        plan = plans[turn["id"]]
        candidate.alive = turn["alive"]
        candidate.begin(plan.visibility, plan.key, frozenset(turn["avoid"]))
        control.channel.send("end", encode(rows.run(plan, candidate)))
    if order["search"]:
        candidate.close()
        _search(control, rows)
    elif order["explain"]:
        _explain(control, rows, candidate)
    candidate.close()
    control.channel.send("done")


def _search(control: Control, rows: Rows) -> None:
    """After all rows: look for the lines behind those that failed, the visible and the hidden ones apart; and
    where none is found, until where their runs are right."""
    variants = Variants(control, rows.setting.sources)
    search, traces = LineSearch(rows, variants, tuple(rows.known)), Traces(rows, variants)
    for visibility in Visibility:
        lines: dict[str, Line] = {}
        if any(row.clues or row.judged for row in rows.known if row.plan.visibility is visibility):
            control.channel.send("search", str(visibility))
            control.channel.receive()
            lines = search.lines(visibility)
            control.channel.send("searched", {row: encode(line) for row, line in lines.items()})
        wanted = traces.wanted(visibility, lines)
        if wanted:
            control.channel.send("search", str(visibility))
            control.channel.receive()
            found = traces.found(wanted)
            control.channel.send("traced", {row: encode(trace) for row, trace in found.items()})


def _explain(control: Control, rows: Rows, candidate: Candidate) -> None:
    """After all rows: make the explanations of each while the runner gives calls for them."""
    for number, row in enumerate(rows.unexplained):
        if row.explains:
            control.channel.send("explain", {"number": number})
            budget = control.channel.receive().value
            candidate.alive = budget["alive"]
            candidate.begin_explaining(row.plan.visibility, row.plan.key, budget["calls"])
            control.channel.send("explained", encode(row.explain()))
