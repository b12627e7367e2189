# ruff: noqa: E501, PT017 - tables of texts and values
"""Every sentence that a diagnosis or a comparison can make, built from the catalogue and not from gradings:
each entry at each place, in nets of several depths and kinds and in each graph of the packs, alone and together."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.diagnosis.calls import StudentCalls
from grader.diagnosis.describe import describe_gradients, describe_loss, describe_unplaced, describe_values
from grader.diagnosis.first_wrong import PATTERNS
from grader.diagnosis.fitting import CallResult
from grader.diagnosis.losses import LossVerdict
from grader.diagnosis.search import Explanation
from grader.diagnosis.signals import GraphResult
from grader.diagnosis.words import sentences, unnamed, worded
from grader.kit import AnyOf, Checks, Mismatch, Recorder, Signals
from grader.runner.watch import Loss
from grader.values import Diagnosis, Fit, Limits, TestPlan, Visibility
from reference import mistakes, mlp
from reference.activations import LOGISTIC, RELU, TANH
from reference.mistakes import CATALOGUE, OF_A_CALL, OF_A_LOSS, OF_BOTH, Pass, batch_of, net_variants, signal
from reference.mistakes.graph_passes import RIGHT
from reference.mistakes.graphs import graph_changes
from reference.mistakes.losses import LOSS_MISTAKES
from reference.mistakes.net_mistake import NetMistake, Variant
from reference.mistakes.scales import SCALES

CASES = Path(__file__).parents[2] / "assignments" / "scalar-backprop" / "tests" / "cases.py"
SIZES = [(4, 3), (4, 5, 3), (4, 6, 5, 2)]
KINDS = {
    "logistic": mistakes.Net(LOGISTIC, penalty=0.1),
    "tanh, bent output": mistakes.Net(TANH, LOGISTIC),
    "ReLU": mistakes.Net(RELU),
    "classes": mistakes.Net(TANH, loss="cross-entropy", penalty=0.1),
}


@cache
def faults(text: str, names: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with the form of a text; `names` are those that the student's own code has."""
    found = [rule for rule, pattern in RULES.items() if re.search(pattern, text)]
    found += [f"{a}{b}" for a, b in ("()", "[]", "“”") if text.count(a) != text.count(b)]
    found += [quote for quote in '"`' if text.count(quote) % 2]
    raw = set(re.findall(r"(?<![`'\w])[^\W_]+(?:_[^\W_]+)+(?![\w'`])", text)) - names
    return [*found, *(f"raw name {name}" for name in sorted(raw))]


RULES = {
    "two blanks": r"  ",
    "a blank before a stop": r"\s[.,;:?]",
    "an empty bracket or name": r"\(\)|\[\]|''|\"\"|``|∂/|∂[ .,]",
    "a placeholder": r"[{}]|\bNone\b(?! was returned)",
    "two stops": r"[.?]\.|,[.,]|\.[A-Z]",
    "a blank at an end": r"^\s|\s$",
    "a small letter after a stop": r"[.?] (the|entry|an?|it|on|your?) ",
    "no stop at the end": r"[^.?]$",
    "a small letter at the beginning": r"^[a-z](?!̄|[₀-₉]|\w?[ ′\[']|\w+\[|\w+ (is|has|differs|did|returned)|\w*:)",
}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("ȳ is the first.  is 3 times it.", "two blanks"),
        ("Which number multiplies , and why?", "a blank before a stop"),
        ("Use σ′() there.", "an empty bracket or name"),
        ("The sum of {w} is wrong.", "a placeholder"),
        ("A wrong (bracket.", "()"),
        ("Compare ls_z_bar with it.", "raw name ls_z_bar"),
        ("No end", "no stop at the end"),
        ('A "quote.', '"'),
    ],
)
def test_the_rules_find_the_faults_that_were_seen(text, rule):
    assert rule in faults(text)


def test_the_rules_pass_a_sentence_with_symbols():
    for text in (
        "z̄₂ is wrong: 1 − h₁ is used instead of σ′(z₁).",
        "`ls_z` found, `z` expected.",
        "b is left out.",
    ):
        assert faults(text) == []


# ------------------------------------------------------------------ nets


def calls_for(net: mistakes.Net, sizes: tuple[int, ...]) -> StudentCalls:
    rng = np.random.default_rng(0)
    args = mlp.init_params(rng, sizes, 0.8), rng.normal(size=(6, sizes[0])), rng.normal(size=(6, sizes[-1]))
    batch = batch_of(*args)
    result = CallResult(batch, {}, Pass(net, batch).run())
    return StudentCalls((result, result), result, (), (args, args), net)


def in_nets(net: mistakes.Net, sizes: tuple[int, ...]) -> Iterator[Diagnosis]:
    """Diagnoses of each mistake alone, with the next one, and beside a wrong loss."""
    calls = calls_for(net, sizes)
    right = calls.results[0].right
    single = [Explanation((variant,), (), 1e-12) for variant in net_variants(net, right.batch)]
    single += [Explanation((), (scale.id,), 0.0) for scale in SCALES]
    for id_ in OF_A_CALL[1:]:
        where = signal("h", max(right.depth - 1, 1), net, right.batch) if id_ == "updated-weights" else ""
        change = NetMistake(id_, "h", "below", (), facts=(("rate", "0.1"),))
        single.append(Explanation((Variant(change, 0, {}, frozenset(), where),), (), 0.0))
    for one, other in zip(single, [*single[1:], single[0]], strict=True):
        for forward in ("", "agrees"):
            yield describe_gradients(
                [one], None, calls, forward, (("sizes", "written-in"), ("loss", "wrong"))
            )
        yield describe_gradients([one], losses(("loss-sign",)), calls, "")
        both = Explanation((*one.variants, *other.variants), (*one.scales, *other.scales), 0.0)
        yield describe_gradients([both], None, calls, "agrees")
        yield describe_gradients([one, other], None, calls, "agrees")
        if one.variants and one.variants[0].in_forward:
            yield describe_values([one], right.batch, net, 2)
            yield describe_values([one, one], right.batch, net, 2)
    yield describe_unplaced(OF_A_CALL[0], 2, right.batch.names)


def losses(ids: tuple[str, ...]) -> LossVerdict:
    more = {"loss-factor": (("factor", "−1.443"),), "loss-constant": (("added", "0.25"),)}
    known = {id_: m.facts for m in LOSS_MISTAKES for id_ in m.ids} | more
    return LossVerdict(("mean",), ids, tuple(known.get(id_, ()) for id_ in ids), wrong=True, readings=3)


def every_loss() -> Iterator[Diagnosis]:
    right = calls_for(KINDS["classes"], SIZES[1]).results[0].right
    for id_ in (*OF_A_LOSS, *OF_BOTH):
        yield describe_loss(losses((id_,)), right, "right")
    for id_ in OF_A_LOSS:
        yield describe_loss(losses((id_,)), right, "")
        yield describe_loss(losses((id_, "loss-not-averaged")), right, "right")


def check(diagnosis: Diagnosis | None, names: frozenset[str] = frozenset()) -> set[str]:
    """Check the texts of a diagnosis; the ids of its mistakes."""
    done = worded(diagnosis)
    assert done is not None
    assert done.sentence
    assert "?" in done.question, done
    for text in filter(None, (done.sentence, done.evidence, done.question)):
        assert faults(text, names) == [], (text, done.mistakes)
    return {mistake.partition(":")[0] for mistake in done.mistakes}


@pytest.fixture
def strict(monkeypatch):
    """A fact that a sentence needs and a diagnosis lacks is an error."""
    monkeypatch.setattr(sentences, "_Known", dict)


@pytest.mark.slow
def test_every_sentence_about_a_net_is_whole(strict):
    seen = {id_ for net in KINDS.values() for sizes in SIZES for d in in_nets(net, sizes) for id_ in check(d)}
    seen |= {id_ for diagnosis in every_loss() for id_ in check(diagnosis)}

    assert {id_ for id_ in CATALOGUE if not id_.startswith("graph-")} - seen == set()


# ------------------------------------------------------------------ graphs


def graphs() -> Iterator[tuple[Signals, tuple[Any, ...]]]:
    spec = importlib.util.spec_from_file_location("scalar_cases", CASES)
    assert spec is not None
    assert spec.loader is not None
    cases = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(cases)
    for name, (graph, arguments, end, values, signals) in cases.GRAPHS.items():
        rng = np.random.default_rng(3)
        point = cases.softmax_point(rng) if name == "softmax_regression" else None
        draw = cases.another(name, point)
        keys = {key: key for key in values.split()} | {f"{key}_bar": key for key in signals.split()}
        constants = {"half": 0.5} if "half" in graph else None
        point = tuple(draw(rng))
        yield (
            Signals(
                None, rng, point, graph=graph, inputs=arguments.split(), end=end, keys=keys, draw=draw,
                constants=constants,
            ),
            point,
        )  # fmt: skip


@pytest.mark.slow
def test_every_sentence_about_a_packs_graph_is_whole(strict):
    seen: set[str] = set()
    for checker, point in graphs():
        names = frozenset({*checker.keys, *checker.keys.values()})
        right = checker._read(point, {key: 0.0 for key in checker.keys}).right
        changes = list(graph_changes(checker.graph, checker.end))
        for change, other in zip(changes, [*changes[1:], changes[0]], strict=True):
            for group in ([(change,)], [(change, other)], [(change,), (other,)]):
                got = checker._expected(GraphResult(dict.fromkeys(checker.keys, None), right), group[0])
                calls = [GraphResult(got, right)] * 3
                if all(checker._first(calls[1], each) for changes in group for each in changes):
                    seen |= check(checker._explained(group, calls), names)
        for key in checker.keys:
            for wrong in (lambda a: 3 * a, lambda a: np.sin(a) + 0.3):
                got = checker._expected(GraphResult(dict.fromkeys(checker.keys, None), right), RIGHT)
                calls = [GraphResult(got | {key: wrong(got[key])}, right)] * 3
                check(checker._unexplained(calls), names)

    others = {"graph-once-a-path", "graph-slope-at-value"}  # of nodes that these graphs may not have
    assert {id_ for id_ in CATALOGUE if id_.startswith("graph-")} - seen <= others


# ------------------------------------------------------------------ if no mistake fits

FACTS = {
    "slices": [(("which", which), ("kind", kind), ("there", there))
               for which in ("1", "0 2", "0 1 2") for kind in ("row", "column", "entry") for there in ("zero", "differs")],
    "scaled": [(("kind", "row"),), (("kind", "column"),)],
    "ratio": [(("ratio", "-3"),), (("ratio", "0.5"), ("entries", "1"))],
    "loss": [(("got", "3.944"), ("want", "3.742"))],
    "value": [(("value", "y"),)],
}  # fmt: skip
HOWS = {
    *(name for name, _ in PATTERNS), "shape", "differs", "multiple", "several-pairs", "agrees",
    *unnamed.WHOLE, *unnamed.QUESTIONS,
}  # fmt: skip


@pytest.mark.parametrize("how", sorted(HOWS))
def test_every_sentence_without_a_mistake_is_whole(how, strict):
    placed = [("W1", "W̄₁"), ("b", "b̄"), ("", "ȳ"), ("theta", "z̄"), ("dW", "dW"), ("", "")]
    for facts in FACTS.get(how, [()]):
        for parameter, first in placed:
            for agree in ("", "W1", "W1 b1 W2"):
                for more in ((), (("loss", "wrong"),), (("pairs", "skipped"),)):
                    known = (("how", how), ("parameter", parameter), ("agree", agree), *facts, *more)
                    done = worded(Diagnosis(Fit.NONE, (), first, known, 0.0, 2))
                    for text in filter(None, (done.sentence, done.evidence, done.question)):
                        assert faults(text) == [], text
                    assert done.sentence


# ------------------------------------------------------------------ comparisons

WANT = np.arange(6.0).reshape(2, 3) + 1
ODD = [
    None, True, 2, 2.5, "text", "", np.float32(2.0000001), np.float64("nan"), np.inf, (), [], {}, (1.0, 2.0), {"a": 1},
    {"a": WANT}, WANT, WANT.T, WANT + 1, WANT.astype(np.float32), WANT * (1 + 1e-7), WANT + 0j, WANT > 2, WANT[0], WANT * np.nan,
]  # fmt: skip
WANTED = [
    2.0, WANT, None, True, "text", {"a": WANT}, (WANT, 2.0), [2.0], AnyOf(average=2.0, sum=12.0),
    AnyOf(2.0, 12.0), AnyOf(average=WANT, sum=6 * WANT), AnyOf(average={"a": WANT}, sum={"a": 2 * WANT}),
]  # fmt: skip
NAMES = ["y", "b̄₁", "the result", "the result['y_bar']", "the softmax loss", "dW"]


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_of_a_comparison_is_whole(name):
    own = frozenset({"y_bar"})
    for want in WANTED:
        for got in ODD:
            try:
                Checks(Recorder()).same(got, want, name)
            except Mismatch as mismatch:
                assert (
                    faults(
                        mismatch.message.replace("None", "nothing").replace("'text'", "x").replace("''", "x"),
                        own,
                    )
                    == []
                )


@pytest.mark.parametrize("names", [("W", "b"), ("dW", "db"), ("weights", "bias"), ("W_1", "b_1")])
def test_every_sentence_of_a_gradient_check_is_whole(names):
    params = {names[0]: WANT, names[1]: WANT[0]}
    right = {name: 2 * value for name, value in params.items()}
    for got in [
        *ODD,
        *({names[0]: odd, names[1]: right[names[1]]} for odd in ODD),
        *({names[1]: odd} for odd in ODD),
    ]:
        for how in ({"reference": right}, {"reference": AnyOf(average=right, sum=right)}, {"of": squares}):
            try:
                Checks(Recorder()).gradcheck(got, args=(params,), **how)
            except Mismatch as mismatch:
                text = mismatch.message.replace("None was returned", "It was returned")
                assert faults(text, frozenset(names)) == [], text


def squares(params):
    return float(sum(np.sum(value**2) for value in params.values()))


@pytest.mark.parametrize(
    "loss",
    [Loss(name, detail) for name, detail in [
        ("cpu limit", ""), ("wall limit", ""), ("wall limit", "the grading may take 60 s"), ("memory limit", "SIGKILL"),
        ("output limit", ""), ("forbidden call", "socket"), ("not run", "the time of the grading was used up"),
        ("crash", "SIGSEGV"), ("no answer", "exit status 3"),
    ]],
)  # fmt: skip
def test_every_sentence_about_a_process_that_ended_is_whole(loss):
    assert faults(loss.sentence(TestPlan("test_a", Visibility.VISIBLE, Limits(), 1))) == []
