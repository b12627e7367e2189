"""What the runner logs: one line for each grading, kill, refusal and lost process; no text of a student."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.grading.errors import RunnerError
from grader.values import Limits, Mode, Order
from tests.runner import kit
from tests.runner.kit import plan

MARKER = "SESAME-of-a-student"
PACK = kit.pack(
    "def test_one(student): assert student.f(1.0) == 1.0, student.source('m.py')\n"
    "def test_two(student): assert student.f(2.0) == 2.0\n"
)
QUICK = Limits(cpu_s=1, wall_s=3, memory_mb=150, output_kb=16)
PATIENT = Limits(cpu_s=1, wall_s=60, memory_mb=150, output_kb=16)


class Logged:
    """A runner and the lines that it logged since they were last read."""

    def __init__(self, running: kit.Running) -> None:
        self.running, self._read = running, 0

    def grade(self, code: str, id: str = "Yk3v") -> None:
        limits = PATIENT if "while" in code else QUICK  # a busy machine gives a second of CPU slowly
        plans = (plan("test_one", limits),)
        order = Order(PACK, ("m.py",), (("m.py", code.encode()),), plans, 90, rehearse=False, id=id)
        before = self._gradings_done()
        self.running.client.grade(order)
        kit.wait_until(lambda: self._gradings_done() > before)  # it is logged after the reply is sent

    def _gradings_done(self) -> int:
        return self.running.log.read_text().count(" grading.done ")

    def lines(self) -> list[tuple[str, str]]:
        """(event, fields) of the new lines."""
        text = self.running.log.read_text()
        new, self._read = text[self._read :], len(text)
        matches = [re.fullmatch(r"\S+Z [A-Z]+ (\S+)(.*)", line) for line in new.splitlines()]
        assert all(matches), new
        return [(match[1], match[2].strip()) for match in matches if match]


@pytest.fixture(scope="module")
def started(servers: None) -> Iterator[kit.Running]:
    with kit.running(Mode.UNPRIVILEGED, slots=1) as running:
        yield running


@pytest.fixture
def logged(started: kit.Running) -> Logged:
    logged = Logged(started)
    logged.grade("def f(x): return x\n")  # this starts the pack's test host
    logged.lines()
    return logged


def test_it_logs_the_mode_that_was_proven(started: kit.Running) -> None:
    assert "INFO runner.ready mode=unprivileged slots=1\n" in started.log.read_text()


def test_a_grading_is_begun_and_done_under_the_id_it_was_ordered_with(logged: Logged) -> None:
    logged.grade("def f(x): return x\n", id="J4mQ")

    (begun, begun_with), (done, done_with) = logged.lines()
    assert (begun, done) == ("grading.begun", "grading.done")
    assert begun_with == f"id=J4mQ digest={PACK.digest[:12]} tests=1"
    assert done_with.startswith(f'id=J4mQ digest={PACK.digest[:12]} verdicts={{"passed": 1}} run_ms=')
    assert '"wait for a slot": ' in done_with
    assert '"candidates": ' in done_with


@pytest.mark.parametrize(
    ("code", "event", "fields"),
    [
        ("def f(x):\n    while True: pass\n", "candidate.killed", 'limit="cpu limit"'),
        ("def f(x):\n    import time; time.sleep(60)\n", "candidate.killed", 'limit="wall limit"'),
        ("def f(x):\n    print('x' * 99999)\n    return x\n", "candidate.killed", 'limit="output limit"'),
        (
            "def f(x):\n    import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)\n",
            "call.refused",
            "call=ptrace",
        ),
        ("def f(x):\n    import os; os._exit(3)\n", "candidate.lost", 'how="no answer: exit status 3"'),
    ],
    ids=["cpu", "wall", "output", "call", "exit"],
)
def test_a_lost_candidate_is_one_line_with_the_reason(
    logged: Logged, code: str, event: str, fields: str
) -> None:
    logged.grade(code)

    lost = [line for line in logged.lines() if not line[0].startswith("grading.")]
    assert [name for name, _ in lost] == [event]
    assert lost[0][1].startswith(f"id=Yk3v test=test_one {fields}")


def test_a_pack_that_can_not_be_collected_is_a_lost_host_and_a_failed_grading(logged: Logged) -> None:
    broken = kit.pack("def test_one(student): pass\nraise ValueError\n")
    order = Order(broken, ("m.py",), (("m.py", b""),), (plan("test_one"),), 30, rehearse=False, id="J4mQ")
    with pytest.raises(RunnerError):
        logged.running.client.grade(order)

    lines = logged.lines()
    assert ("test_host.lost", f"id=J4mQ digest={broken.digest[:12]}") in lines
    assert ("grading.failed", f"id=J4mQ digest={broken.digest[:12]} cause=pack") in lines


def test_a_request_that_can_not_be_read_is_logged_as_a_fault(logged: Logged) -> None:
    with pytest.raises(RunnerError):
        logged.running.client.mutants([(MARKER, b"")], MARKER)  # type: ignore[arg-type]

    assert [name for name, _ in logged.lines()] == ["runner.fault"]
    assert MARKER not in logged.running.log.read_text()


HOSTILE = {
    "prints": f"print('{MARKER}')\ndef f(x):\n    print('{MARKER}'); return x\n",
    "raises": f"def f(x): raise ValueError('{MARKER}')\n",
    "raises at import": f"raise SystemExit('{MARKER}')\n",
    "is not Python": f"def {MARKER}(:\n",
    "answers wrongly": f"def f(x): return '{MARKER}'\n",
    "raises a class of its own": f"class {MARKER.replace('-', '_')}(Exception): pass\n"
    f"def f(x): raise {MARKER.replace('-', '_')}()\n",
    "writes to its descriptors": f"import os\nfor fd in range(1, 9):\n    try: os.write(fd, b'{MARKER}')\n"
    "    except OSError: pass\ndef f(x): return x\n",
    "crashes": f"import sys\nsys.stderr.write('{MARKER}')\ndef f(x):\n    import os; os.abort()\n",
    "a line of its own": f"def f(x): print('\\n2026-01-01T00:00:00.000Z INFO {MARKER}'); return x\n",
}


@pytest.mark.parametrize("code", HOSTILE.values(), ids=HOSTILE)
def test_no_line_contains_text_that_a_student_wrote_or_printed(logged: Logged, code: str) -> None:
    logged.grade(code)
    logged.running.client.preflight([(f"{MARKER}.py", code.encode())])

    names = [name for name, _ in logged.lines()]
    assert "grading.done" in names
    assert not re.search("SESAME.of.a.student", logged.running.log.read_text())


@pytest.mark.server
def test_in_json_every_line_is_an_object_and_standard_output_stays_empty() -> None:
    with tempfile.TemporaryDirectory(prefix="gc-") as place:
        command = kit.command(Path(place) / "s", f"--most={Mode.UNPRIVILEGED}", "--log-format=json")
        process = subprocess.Popen(
            command, env=dict(kit.ENVIRONMENT), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        assert process.stderr is not None
        first = json.loads(process.stderr.readline())
        process.terminate()
        printed, log = process.communicate(timeout=60)

    assert (first["event"], first["mode"]) == ("runner.ready", "unprivileged")
    assert printed == b""
    assert [json.loads(line)["event"] for line in log.splitlines()] == []
