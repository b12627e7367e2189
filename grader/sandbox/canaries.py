"""Proves a mode before it is used: canaries in real candidates, and checks of a job's status from outside."""

from __future__ import annotations

import os
import select
import time
from pathlib import Path
from typing import Any

from grader.sandbox.attacks import ATTACKS, HONEST
from grader.sandbox.errors import SandboxNotProven
from grader.sandbox.processes import ForkServerProcess, JobProcess, Setup
from grader.values import Mode
from grader.wire import Channel, Late, WireError

ANSWER_WAIT_S = 5.0


def prove(server: ForkServerProcess, setup: Setup, packs: Path, socket_path: Path) -> None:
    """Run every canary in this fork-server. Raises SandboxNotProven, SystemFault."""
    places = {"packs": str(packs), "socket": str(socket_path), "pid": os.getpid()}
    bait = packs / "canary" / "tests" / "test_canary.py"
    bait.parent.mkdir(parents=True, exist_ok=True)
    bait.write_text("SECRET = 1\n")
    try:
        _check_from_outside(server, setup)
        for name, code in ATTACKS.items():
            if run(server, code.format(**places)) is True:
                raise SandboxNotProven(f"mode {setup.mode}: a job could {name}")
        for name, code in HONEST.items():
            if run(server, code) is not True:
                raise SandboxNotProven(f"mode {setup.mode}: honest code does not run ({name})")
    finally:
        bait.unlink()


def run(server: ForkServerProcess, code: str, call: str = "f") -> Any:
    """The return value of `call()` of a file in a candidate; if there is none, a text that says why."""
    job = server.start()
    try:
        job.await_ready(time.monotonic() + ANSWER_WAIT_S)
        return _ask(job, code, call)
    finally:
        job.close()


def _ask(job: JobProcess, code: str, call: str) -> Any:
    channel = Channel(job.data.fileno(), own=True)
    deadline = time.monotonic() + ANSWER_WAIT_S
    try:
        files = {"files": {"f.py": code.encode()}, "names": ["f.py"], "support": {}}
        channel.send("load", files | job.limits(256, 3), deadline)
        request = {"seq": 1, "path": call, "mode": "plain", "args": (), "kwargs": {}}
        channel.send("call", request, deadline)
        ready = select.select([job.data.fileno(), job.listener], [], [], ANSWER_WAIT_S)[0]
        if job.listener in ready and (name := job.forbidden_call()):
            return f"stopped at {name}"
        reply = channel.receive(deadline)
    except Late:
        return "no answer in time"
    except WireError as e:
        return f"ended: {e}"
    if reply.kind == "result":
        return reply.value.get("value")
    return f"{reply.kind}: {reply.value.get('message', '')}"


def _check_from_outside(server: ForkServerProcess, setup: Setup) -> None:
    """Check the status of a waiting job in /proc. Raises SandboxNotProven, SystemFault."""
    job = server.start()
    try:
        job.await_ready(time.monotonic() + ANSWER_WAIT_S)
        fields = status(job.pid)
        expected = {"Seccomp": "2", "NoNewPrivs": "1", "CapEff": "0" * 16, "CapPrm": "0" * 16}
        if setup.uid is not None:
            expected["Uid"] = "\t".join([str(setup.uid)] * 4)
        for key, value in expected.items():
            if fields.get(key) != value:
                raise SandboxNotProven(f"mode {setup.mode}: a job's {key} is {fields.get(key)}, not {value}")
        if setup.mode is Mode.FULL:
            for kind in ("pid", "mnt", "net", "ipc", "uts"):
                if _namespace(job.pid, kind) == _namespace(os.getpid(), kind):
                    raise SandboxNotProven(f"mode full: a job shares our {kind} namespace")
    finally:
        job.close()


def status(pid: int) -> dict[str, str]:
    """The fields of /proc/PID/status by name."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def _namespace(pid: int, kind: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/ns/{kind}")
    except PermissionError:  # hidden by a user namespace above ours, so it is a different one
        return f"hidden {pid}"
