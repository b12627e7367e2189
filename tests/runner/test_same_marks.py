"""The same file gets the same values in every grading, though it sets no seed."""

from __future__ import annotations

import dataclasses

import pytest

from grader.values import Mode, Order, Outcome, Verdict
from tests.runner import kit
from tests.runner.kit import PackFiles, Running, plan

pytestmark = pytest.mark.parametrize("runner", [Mode.UNPRIVILEGED], indirect=True, ids=str)
PACK = kit.pack(
    "import time\n"
    "def test_one(student): student.show(0); time.sleep(0.3)\n"
    "def test_two(student): student.show(1)\n"
    "def test_end(student): student.end()\n"
)
SOURCES = {
    "the order of a set": "list({'W1', 'b1', 'W2', 'b2', 'W3', 'b3'})",
    "numpy's global state": "np.random.rand()",
    "numpy's state seeded by nothing": "(np.random.seed(), np.random.rand())[1]",
    "a generator of numpy": "np.random.default_rng().normal(size=2).tolist()",
    "an imported generator": "default_rng().random()",
    "a bit generator": "np.random.Generator(np.random.PCG64()).random()",
    "an older generator": "np.random.RandomState().rand()",
    "a seed sequence": "np.random.SeedSequence().entropy",
    "random": "random.random()",
    "random seeded by nothing": "(random.seed(), random.random())[1]",
    "a generator of random": "random.Random().random()",
    "the system's generator": "random.SystemRandom().random()",
    "secrets": "secrets.token_hex(4) + str(secrets.randbelow(10**9)) + str(secrets.randbits(64))",
    "os.urandom": "os.urandom(4).hex()",
    "uuid": "str(uuid.uuid4())",
    "a seed from the time": "np.random.default_rng(int(time.time())).random()",
    "a seed from a finer time": "[random.Random(t).random() for t in (time.time_ns(), time.time())]",
}
HEAD = (
    "import os, random, secrets, time, uuid\nimport numpy as np\nfrom numpy.random import default_rng\n"
    f"AT_IMPORT = [{', '.join(SOURCES.values())}]\n"
)
CODE = (
    f"{HEAD}def show(row):\n    print(repr(AT_IMPORT)); print(repr([{', '.join(SOURCES.values())}]))\n"
    "    return 0\n"
    "def end(): os._exit(1)\n"
)


def shown(outcome: Outcome) -> tuple[list[object], list[object]]:
    """What one row printed: the values drawn at import, and those drawn in the call."""
    assert outcome.verdict is Verdict.PASSED, outcome
    at_import, in_call = outcome.output.splitlines()
    return eval(at_import), eval(in_call)  # lists of numbers and texts that our own file printed


@pytest.fixture(scope="module")
def several(runner: Running) -> list[tuple[list[object], list[object]]]:
    """The same row in each slot at the same time, so by several fork-servers."""
    codes = {str(n): f"{CODE}# {n}\n" for n in range(kit.SLOTS)}
    outcomes = kit.grade_each(runner.client, PACK, codes, "test_one")
    return [shown(o) for o in outcomes.values() if isinstance(o, Outcome)]


@pytest.mark.parametrize("name", SOURCES)
def test_every_grading_draws_the_same(several: list[tuple[list[object], list[object]]], name: str) -> None:
    at = list(SOURCES).index(name)

    assert len(several) == kit.SLOTS
    for phase in (0, 1):
        assert len({repr(values[phase][at]) for values in several}) == 1


def test_a_rows_values_do_not_depend_on_the_rows_before_it(runner: Running) -> None:
    orders = (["test_two"], ["test_one", "test_two"], ["test_end", "test_two"])

    results = [shown(kit.grade(runner.client, PACK, CODE, *rows).outcomes[-1]) for rows in orders]

    assert results[0] == results[1] == results[2]


def test_draws_differ_from_each_other_and_between_gradings_with_other_seeds(runner: Running) -> None:
    first, second = (order(PACK, key) for key in (7, 8))

    one, other = (shown(runner.client.grade(o).outcomes[0]) for o in (first, second))

    random_ones = [i for i, name in enumerate(SOURCES) if "set" not in name and "time" not in name]
    assert all(one[phase][i] != other[phase][i] for i in random_ones for phase in (0, 1))
    # a set's order and what comes from the time are the same at import and in a call
    assert len({repr(v) for values in one for v in values}) == 2 * len(SOURCES) - 3


def order(pack: PackFiles, key: int) -> Order:
    test = dataclasses.replace(plan("test_one"), key=key)
    return Order(pack, ("m.py",), (("m.py", CODE.encode()),), (test,), 30, seed=key, rehearse=False)
