"""Valid packs, and a runner with prepared answers, for tests of the core."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from grader.packs import Pack
from grader.values import Graded, Mode, Order, Outcome, Verdict

TOML = """
format = 1
id = "{id}"
title = "Squared error"
runtime = "numpy"
{top}

[[files]]
name = "squared.py"
kind = "python"
max_kb = 4
defines = ["loss", "gradient"]
{files}

[limits]
cpu_s = 2.0
wall_s = 10.0
memory_mb = 256
output_kb = 64

[[tests]]
id = "test_loss"
title = "Loss"
points = 4
visibility = "visible"
{row}

[[tests]]
id = "test_gradient"
title = "Gradient"
points = 2.5
visibility = "visible"

[[tests]]
id = "test_other_sizes"
title = "Other sizes"
points = 3
visibility = "hidden"
{hidden}

[[mistakes]]
path = "mistakes/half_missing.py"
title = "half missing"
fails = ["test_loss", "test_other_sizes"]

[[mistakes]]
path = "mistakes/sign.py"
title = "sign"
fails = ["test_gradient"]
"""
SOLUTION = (
    b"def loss(y, t):\n    residual = y - t\n    squares = residual**2\n    return squares.sum() / 2\n\n\n"
)
STARTER = b"def loss(y, t):\n    pass\n\n\ndef gradient(y, t):\n    pass\n"


def toml(**parts: str) -> bytes:
    """pack.toml with lines added: top, files, row (of test_loss), hidden."""
    values = {"id": "squared", "top": "", "files": "", "row": "", "hidden": "", **parts}
    return TOML.format(**values).encode()


def pack_files(changed: Mapping[str, bytes | None] | None = None, **parts: str) -> dict[str, bytes]:
    """The files of a valid pack, some changed or (None) left out."""
    files: dict[str, bytes | None] = {
        "pack.toml": toml(**parts),
        "handout.md": b"# Squared error\n\nWrite `loss(y, t)`, which is $J$, and `gradient(y, t)`.\n",
        "starter/squared.py": STARTER,
        "solution/squared.py": SOLUTION + b"def gradient(y, t):\n    return y - t\n",
        "tests/test_squared.py": b"def test_loss(student): ...\n",
        "mistakes/half_missing.py": b"def loss(y, t): return 1\n",
        "mistakes/sign.py": b"def gradient(y, t): return t - y\n",
    }
    files |= changed or {}
    return {path: data for path, data in files.items() if data is not None}


def make_pack(changed: Mapping[str, bytes | None] | None = None, **parts: str) -> Pack:
    return Pack.from_files(pack_files(changed, **parts))


FILE = '[[mistakes]]\npath = "mistakes/sign.py"\ntitle = "sign"\nfails = ["test_gradient"]\n'
EDITED = """[[mistakes]]
id = "sign"
why = "The sign is wrong."
fails = ["test_gradient"]
[[mistakes.edit]]
old = 'return y - t'
new = 'return t - y'
"""


def edited_files(
    mistake: str = EDITED, changed: Mapping[str, bytes | None] | None = None, **parts: str
) -> dict[str, bytes]:
    """The files of a pack whose second mistake is these lines (edits of the solution) instead of a file."""
    text = toml(**parts).decode()
    assert FILE in text
    manifest = text.replace(FILE, mistake).encode()
    return pack_files({"pack.toml": manifest, "mistakes/sign.py": None, **(changed or {})})


def passed(test_id: str, **more: object) -> Outcome:
    return Outcome(test_id, Verdict.PASSED, share=Decimal(1), **more)


Answer = Callable[[Order], list[Outcome]]


@dataclass
class FakeClient:
    """A runner that answers each order with the next of `answers` (and then always with the last one): a
    function of the order, or an exception to raise."""

    answers: list[Answer | Exception] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    engine: dict[str, str] = field(default_factory=lambda: {"numpy": "2.0"})

    def grade(self, order: Order, on_outcome: Callable[[Outcome], None] = lambda _: None) -> Graded:
        self.orders.append(order)
        answer = self.answers.pop(0) if len(self.answers) > 1 else (self.answers or [all_pass])[0]
        if isinstance(answer, Exception):
            raise answer
        outcomes = answer(order)
        for outcome in outcomes:
            on_outcome(outcome)
        return Graded(tuple(outcomes), Mode.FULL, (("tests", 1.5),), self.engine)


def all_pass(order: Order) -> list[Outcome]:
    return [passed(plan.id) for plan in order.tests]


def answering(**verdicts: Verdict | Outcome) -> Answer:
    """Every test passes but those named, which get this verdict or outcome."""

    def answer(order: Order) -> list[Outcome]:
        return [_outcome(plan.id, verdicts.get(plan.id, Verdict.PASSED)) for plan in order.tests]

    return answer


def _outcome(test_id: str, answer: Verdict | Outcome) -> Outcome:
    if isinstance(answer, Outcome):
        return answer
    return Outcome(test_id, answer, share=Decimal(answer is Verdict.PASSED), message=f"{test_id} {answer}")
