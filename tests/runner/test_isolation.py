"""Attacks on isolation: each must fail in every mode, and must succeed without the layers."""

from __future__ import annotations

import os
import platform
from typing import Any

import pytest

from grader.values import Mode
from tests.runner import kit
from tests.runner.isolation import CANARIES, OWN, Attack
from tests.runner.targets import SECRET, Targets

PACK = kit.pack(
    "from grader.kit import fail\n"
    "def test_wall(student):\n"
    "    if student.f() is True:\n"
    "        fail('GOT THROUGH')\n"
)
FROM_CANARIES = {
    "canary: be debugged": "", "canary: mount": "root", "canary: load a BPF program": "root",
    "canary: handle page faults": "root", "canary: make a user namespace": "",
}  # fmt: skip


def attacks(aims: Targets, runner: kit.Running | None = None) -> dict[str, str]:
    """Every attack's code, aimed."""
    packs = str(runner.packs) if runner else f"{aims.folder}"
    places = {"packs": packs, "socket": str(runner.socket if runner else f"{aims.folder}/stream")}
    places["pid"] = str(runner.process.pid) if runner else aims.words["VICTIM"]
    aimed = {name: aims.aimed(a.code) for name, a in OWN.items()}
    return aimed | {name: code.format(**places) for name, code in CANARIES.items()}


@pytest.fixture(scope="session")
def outcomes(runner: kit.Running, aims: Targets) -> dict[str, Any]:
    return kit.each(runner.client, PACK, attacks(aims, runner), "test_wall")


@pytest.mark.parametrize("name", [*OWN, *CANARIES])
def test_no_attack_gets_through(runner: kit.Running, outcomes: dict[str, Any], name: str) -> None:
    outcome = outcomes[name]

    known = name in OWN and runner.mode in OWN[name].known
    assert ("GOT THROUGH" in outcome.message) == known, outcome
    assert outcome.verdict != "internal", outcome


@pytest.mark.parametrize("name", [*OWN, *CANARIES])
def test_every_attack_gets_through_without_the_layers(aims: Targets, name: str) -> None:
    """An attack that fails bare too would prove nothing of the wall."""
    needs = OWN.get(name, Attack("", FROM_CANARIES.get(name, ""))).needs.split()
    lacking = [n for n in needs if not (os.geteuid() == 0 if n == "root" else platform.machine() == n)]
    if lacking:
        pytest.skip(f"no control here, so it doesn't count as tested: it needs {', '.join(lacking)}")
    secret = os.open(aims.folder / "secret.txt", os.O_RDONLY)
    os.makedirs(aims.folder / "canary" / "tests", exist_ok=True)
    (aims.folder / "canary" / "tests" / "test_canary.py").touch()

    found = kit.bare(attacks(aims)[name], environment={**kit.ENVIRONMENT, "S": SECRET}, fds=(secret,))

    os.close(secret)
    for left in ("/tmp/gradecheck-canary", "/dev/shm/gradecheck-canary"):
        if os.path.exists(left):
            os.unlink(left)
    assert found == "got through"


def test_there_are_enough_attacks() -> None:
    assert len(OWN) + len(CANARIES) >= 120


def test_both_strong_and_weak_modes_are_tried_as_root() -> None:
    if os.geteuid() == 0 and Mode.FULL not in kit.modes():
        pytest.skip("root without the right to make namespaces: only unprivileged is tested here")
    assert Mode.UNPRIVILEGED in kit.modes()
