"""Attacks on isolation: each must fail in every mode and must succeed without the layers."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

import pytest

from grader.values import Mode
from tests.runner import kit
from tests.runner.isolation import CANARIES, OWN, Attack
from tests.runner.targets import SECRET, Targets

pytestmark = pytest.mark.slow

PACK = kit.pack(
    "from grader.kit import fail\n"
    "def test_isolation(student):\n"
    "    if student.f() is True:\n"
    "        fail('GOT THROUGH')\n"
)
FROM_CANARIES = {
    "canary: be debugged": "", "canary: mount": "root", "canary: load a BPF program": "root",
    "canary: handle page faults": "root", "canary: make a user namespace": "",
}  # fmt: skip


def attacks(attack_targets: Targets, runner: kit.Running | None = None) -> dict[str, str]:
    """The code of every attack, with its targets put in."""
    packs = str(runner.packs) if runner else f"{attack_targets.folder}"
    places = {"packs": packs, "socket": str(runner.socket if runner else f"{attack_targets.folder}/stream")}
    places["pid"] = str(runner.process.pid) if runner else attack_targets.words["VICTIM"]
    own = {name: attack_targets.aimed(a.code) for name, a in OWN.items()}
    return own | {name: code.format(**places) for name, code in CANARIES.items()}


@pytest.fixture(scope="session")
def outcomes(runner: kit.Running, attack_targets: Targets) -> dict[str, Any]:
    return kit.grade_each(runner.client, PACK, attacks(attack_targets, runner), "test_isolation")


@pytest.mark.parametrize("name", [*OWN, *CANARIES])
def test_no_attack_gets_through(runner: kit.Running, outcomes: dict[str, Any], name: str) -> None:
    outcome = outcomes[name]

    known = name in OWN and runner.mode in OWN[name].known
    assert ("GOT THROUGH" in outcome.message) == known, outcome
    assert outcome.verdict != "internal", outcome


@pytest.mark.parametrize("name", [*OWN, *CANARIES])
def test_every_attack_gets_through_without_the_layers(attack_targets: Targets, name: str) -> None:
    """An attack that also fails without the layers would prove nothing about them."""
    needs = OWN.get(name, Attack("", FROM_CANARIES.get(name, ""))).needs.split()
    missing = [n for n in needs if not (os.geteuid() == 0 if n == "root" else platform.machine() == n)]
    if missing:
        pytest.skip(f"it can't run bare here, so it doesn't count as tested: it needs {', '.join(missing)}")
    secret = os.open(attack_targets.folder / "secret.txt", os.O_RDONLY)
    os.makedirs(attack_targets.folder / "canary" / "tests", exist_ok=True)
    (attack_targets.folder / "canary" / "tests" / "test_canary.py").touch()

    result = kit.run_bare(
        attacks(attack_targets)[name], environment={**kit.ENVIRONMENT, "S": SECRET}, fds=(secret,)
    )

    os.close(secret)
    for path in ("/tmp/gradecheck-canary", "/dev/shm/gradecheck-canary"):
        Path(path).unlink(missing_ok=True)  # another test process may have been faster
    assert result == "got through"


def test_there_are_enough_attacks() -> None:
    assert len(OWN) + len(CANARIES) >= 120


def test_as_root_the_strong_and_the_weak_mode_are_tested() -> None:
    if os.geteuid() == 0 and Mode.FULL not in kit.modes():
        pytest.skip("root may not create namespaces here: only the mode unprivileged is tested")
    assert Mode.UNPRIVILEGED in kit.modes()
