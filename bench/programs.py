"""Programs as students write them, each with at most two mistakes, and the diagnoses that they get.

They are in tests/diagnosis/programs: a file of code in some style, and next to it a list of mistakes
as replacements of text. They were written without the catalogue.
"""

from __future__ import annotations

import copy
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from grader.diagnosis import Net, Signals
from grader.diagnosis.signals import near
from grader.values import Diagnosis, Fit
from grader.values.student_faults import StudentError
from reference import mistakes, mlp
from reference.arrays import Array
from reference.mistakes.graph_passes import GraphPass, node
from reference.mistakes.scales import LAWS

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "diagnosis" / "programs"
RIGHT, UNNAMED = "right", "unnamed"


@dataclass(frozen=True)
class Task:
    """The task of a program: the net's sizes, and the keyword arguments for `Net`."""

    sizes: tuple[int, ...]
    kind: Mapping[str, Any] = field(default_factory=dict)


TASKS = {
    "logistic": Task((4, 5, 3)),
    "deep-logistic": Task((4, 6, 5, 3)),
    "deep-tanh": Task((4, 6, 5, 3), {"hidden": "tanh"}),
    "deep-square": Task((4, 4, 4, 4), {"hidden": "tanh"}),
    "softmax-relu": Task((4, 6, 3), {"hidden": "relu", "loss_kind": "cross-entropy"}),
    "softmax-regression": Task((4, 3), {"loss_kind": "cross-entropy"}),
    "softmax-tanh-l2": Task((4, 5, 3), {"hidden": "tanh", "loss_kind": "cross-entropy", "penalty": 0.1}),
    "ridge": Task((4, 3), {"output": "logistic", "penalty": 0.3}),
}


@dataclass(frozen=True)
class Program:
    """Code with mistakes in it. `named` are the correct names: of the catalogue, `right` for code
    without a mistake, `unnamed` for a mistake that is not in the catalogue."""

    name: str
    says: str
    code: str
    task: str
    named: tuple[str, ...]
    own_loss: bool = False
    function: str = ""
    style: str = ""


@dataclass(frozen=True)
class Outcome:
    """The result for a program: the names, the diagnosis if the check failed, and its CPU seconds."""

    program: Program
    names: tuple[str, ...]
    diagnosis: Diagnosis | None
    cpu_s: float

    @property
    def as_expected(self) -> bool:
        """Whether the first name is correct, or both names if there are two mistakes at once."""
        if self.diagnosis is not None and self.diagnosis.fit is Fit.BOTH:
            return set(self.names) == set(self.program.named)
        return self.names[0] in self.program.named

    @property
    def wrongly_named(self) -> bool:
        """Whether a mistake was named that is not in the program."""
        named = [name for name in self.names if name not in (RIGHT, UNNAMED)]
        return bool(named) and not self.as_expected


def programs(folder: Path = FOLDER) -> Iterator[Program]:
    """Every program of the folder. Raises ValueError if a mistake does not fit its code."""
    for path in sorted(folder.glob("*.toml")):
        data = tomllib.loads(path.read_text("utf-8"))
        code = path.with_suffix(".py").read_text("utf-8")
        for at, mistake in enumerate(data["mistake"]):
            name = f"{path.stem}-{at}"
            yield Program(
                name=name,
                says=mistake["says"],
                code=_with_mistake(code, mistake, name),
                task=mistake.get("task", data["task"]),
                named=tuple(mistake["is"]),
                own_loss=mistake.get("own", False),
                function=mistake.get("function", ""),
                style=path.stem.partition("_")[0],
            )


def _with_mistake(code: str, mistake: Mapping[str, Any], name: str) -> str:
    for number in ("", "2", "3", "4"):
        if f"find{number}" in mistake:
            if code.count(mistake[f"find{number}"]) != 1:
                times = code.count(mistake[f"find{number}"])
                raise ValueError(
                    f"{name}: {mistake[f'find{number}']!r} is in the code {times} times, not once"
                )
            code = code.replace(mistake[f"find{number}"], mistake[f"put{number}"])
    return code


def loaded(program: Program) -> SimpleNamespace:
    """The program's functions, called as in a candidate: on copies, exceptions become StudentError."""
    module: dict[str, Any] = {"__name__": "student"}
    exec(compile(program.code, f"{program.name}.py", "exec"), module)
    return SimpleNamespace(**{name: _called(f) for name, f in module.items() if callable(f)})


def _called(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        try:
            with np.errstate(all="ignore"):
                return function(*copy.deepcopy(args))
        except Exception as fault:
            raise StudentError(type(fault).__name__, str(fault), "") from None

    return call


def outcome_of(program: Program, seed: int = 0) -> Outcome:
    """The result of a check like in a pack, with a diagnosis if the check fails."""
    student, rng = loaded(program), np.random.default_rng(seed)
    if program.task == "signals":
        return _signals(program, student, rng)
    task = TASKS[program.task]
    point = drawn(task, rng)
    net = Net(student.backward, rng, point, forward=student.forward, loss=student.loss, **task.kind)
    student.backward(*drawn(task, rng))  # as if other tests had called it before
    got = student.backward(*point)
    if _passes(program, student, net, got):
        return Outcome(program, (RIGHT,), None, 0.0)
    return _timed_outcome(program, lambda: net.diagnose(got, own_loss=program.own_loss))


def drawn(task: Task, rng: np.random.Generator, n: int = 6) -> tuple[dict[str, Array], Array, Array]:
    """Random params, x and t for a task."""
    params = mlp.init_params(rng, task.sizes, scale=0.8)
    t = rng.normal(size=(n, task.sizes[-1]))
    if task.kind.get("loss_kind") == "cross-entropy":
        t = np.eye(task.sizes[-1])[np.arange(n) % task.sizes[-1]]
    return params, rng.normal(size=(n, task.sizes[0])), t


def _passes(program: Program, student: SimpleNamespace, net: Net, got: Any) -> bool:
    """Whether the gradients are those of an average or a sum; with `own_loss`, of the student's own loss."""
    batch = mistakes.batch_of(*net.arguments)
    right = mistakes.Pass(net.net, batch).run()
    laws = [law.of(batch) for law in LAWS.values()]
    if program.own_loss:
        penalty = 0.5 * net.net.penalty * sum(float(np.sum(w**2)) for w in batch.w[1:])
        laws = [(student.loss(*net.arguments) - penalty) / float(right.row_losses().sum())]
    want = right.gradients()
    penalties = right.penalties()
    return any(
        all(near(np.asarray(got[name]), law * want[name] + penalties.get(name, 0.0)) for name in want)
        for law in laws
    )


def _timed_outcome(program: Program, diagnose: Callable[[], Diagnosis | None]) -> Outcome:
    start = time.thread_time()
    diagnosis = diagnose()
    took = time.thread_time() - start
    named = (
        tuple(mistake.partition(":")[0] for mistake in diagnosis.mistakes) if diagnosis is not None else ()
    )
    return Outcome(program, named or (UNNAMED,), diagnosis, took)


def _signals(program: Program, student: SimpleNamespace, rng: np.random.Generator) -> Outcome:
    graph, inputs, end, constants, draw = GRAPHS[program.function]
    point = draw(rng)
    keys = _keys(program.function)
    function = getattr(student, program.function)
    checker = Signals(
        function, rng, point, graph=graph, inputs=inputs, end=end, keys=keys, draw=draw, constants=constants
    )
    got = function(*point)
    right = GraphPass(graph, {**constants, **dict(zip(inputs, point, strict=True))}, end).run()
    want = {
        key: (right.signals if key.endswith("_bar") else right.values)[name] for key, name in keys.items()
    }
    if all(near(np.asarray(got[key]), value) for key, value in want.items()):
        return Outcome(program, (RIGHT,), None, 0.0)
    return _timed_outcome(program, lambda: checker.diagnose(got))


def _keys(function: str) -> dict[str, str]:
    values, signals = {
        "product_of_sum": ("q f", "q x y z"),
        "regularised": ("z y L R L_reg", "L R y z w b"),
        "along_curve": ("x y f", "x y t"),
    }[function]
    return {**{name: name for name in values.split()}, **{f"{name}_bar": name for name in signals.split()}}


Draw = Callable[[np.random.Generator], tuple[float, ...]]
INPUT = node("input")
GRAPHS: dict[str, tuple[dict[Any, Any], tuple[str, ...], str, dict[str, float], Draw]] = {
    "product_of_sum": (
        {"x": INPUT, "y": INPUT, "z": INPUT, "q": node("add", "x", "y"), "f": node("multiply", "q", "z")},
        ("x", "y", "z"),
        "f",
        {},
        lambda rng: tuple(float(v) for v in rng.normal(size=3)),
    ),
    "regularised": (
        {
            **dict.fromkeys(("w", "b", "x", "t", "lam", "half"), INPUT),
            "wx": node("multiply", "w", "x"),
            "z": node("add", "wx", "b"),
            "y": node("logistic", "z"),
            "e": node("subtract", "y", "t"),
            "ee": node("square", "e"),
            "L": node("multiply", "half", "ee"),
            "ww": node("square", "w"),
            "R": node("multiply", "half", "ww"),
            "P": node("multiply", "lam", "R"),
            "L_reg": node("add", "L", "P"),
        },
        ("w", "b", "x", "t", "lam"),
        "L_reg",
        {"half": 0.5},
        lambda rng: (*(float(v) for v in rng.normal(size=4)), float(rng.uniform(0.2, 0.9))),
    ),
    "along_curve": (
        {
            "t": INPUT,
            "x": node("cos", "t"),
            "y": node("square", "t"),
            "m": node("multiply", "x", "y"),
            "e": node("exp", "m"),
            "f": node("add", "y", "e"),
        },
        ("t",),
        "f",
        {},
        lambda rng: (float(rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.5)),),
    ),
}
