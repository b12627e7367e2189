"""How orders, outcomes and health cross between a client and a runner, both ours."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from grader.values import (
    Case,
    Cause,
    Diagnosis,
    Evidence,
    Fit,
    Limits,
    Mode,
    Number,
    Order,
    Outcome,
    PackFiles,
    Picture,
    TestPlan,
    Verdict,
    Visibility,
)
from grader.values.health import Health, Layer


def order_out(order: Order) -> dict[str, Any]:
    """An order without the pack's files."""
    return {
        "digest": order.pack.digest,
        "names": list(order.names),
        "files": [list(f) for f in order.files],
        "tests": [_plan_out(t) for t in order.tests],
        "total_s": float(order.total_s),
        "rehearse": order.rehearse,
        "id": order.id,
    }


def order_in(said: Mapping[str, Any]) -> Order:
    """The order again. Raises KeyError, ValueError, TypeError on anything else."""
    return Order(
        pack=PackFiles(str(said["digest"]), ()),
        names=tuple(said["names"]),
        files=tuple((str(name), bytes(data)) for name, data in said["files"]),
        tests=tuple(_plan_in(t) for t in said["tests"]),
        total_s=float(said["total_s"]),
        rehearse=bool(said["rehearse"]),
        id=str(said["id"])[:100],
    )


def _plan_out(plan: TestPlan) -> list[Any]:
    m = plan.limits
    limits = [float(m.cpu_s), float(m.wall_s), m.memory_mb, m.output_kb]
    return [plan.id, str(plan.visibility), limits, f"{plan.key:x}", plan.partial]


def _plan_in(row: list[Any]) -> TestPlan:
    name, visibility, (cpu, wall, memory, output), key, partial = row
    return TestPlan(name, Visibility(visibility), Limits(cpu, wall, memory, output), int(key, 16), partial)


def outcome_out(o: Outcome) -> dict[str, Any]:
    e = o.evidence
    return {
        "id": o.test_id, "verdict": str(o.verdict), "share": str(o.share), "cause": o.cause and str(o.cause),
        "message": o.message, "printed": o.printed, "traceback": o.traceback, "detail": o.detail,
        "arguments": o.arguments, "answer": o.answer,
        "cases": [[c.name, str(c.verdict), c.message] for c in o.cases],
        "numbers": [[n.name, n.value, n.threshold, n.passed] for n in o.numbers],
        "evidence": [e.cpu_ns, e.wall_ns, e.peak_memory_kb, e.output_bytes, e.ended, e.detail],
        "diagnosis": _diagnosis_out(o.diagnosis),
        "pictures": [[p.kind, p.title, p.text] for p in o.pictures],
    }  # fmt: skip


def outcome_in(said: Mapping[str, Any]) -> Outcome:
    return Outcome(
        test_id=said["id"],
        verdict=Verdict(said["verdict"]),
        share=Decimal(said["share"]),
        cause=Cause(said["cause"]) if said["cause"] else None,
        message=said["message"],
        printed=said["printed"],
        traceback=said["traceback"],
        detail=said["detail"],
        arguments=said["arguments"],
        cases=tuple(Case(n, Verdict(v), m) for n, v, m in said["cases"]),
        numbers=tuple(Number(*row) for row in said["numbers"]),
        evidence=Evidence(*said["evidence"]),
        answer=said["answer"],
        diagnosis=_diagnosis_in(said["diagnosis"]),
        pictures=tuple(Picture.of_text(*row) for row in said["pictures"]),
    )


def _diagnosis_out(d: Diagnosis | None) -> list[Any] | None:
    """A diagnosis without words: those are made on the other side."""
    if d is None:
        return None
    return [str(d.fit), list(d.slips), d.signal, [list(fact) for fact in d.facts], float(d.error), d.draws]


def _diagnosis_in(row: list[Any] | None) -> Diagnosis | None:
    if row is None:
        return None
    fit, slips, signal, facts, error, draws = row
    return Diagnosis(Fit(fit), tuple(slips), signal, tuple((n, v) for n, v in facts), error, draws)


def health_out(h: Health) -> dict[str, Any]:
    layers = [[x.name, x.active, x.why] for x in h.layers]
    return {"mode": str(h.mode), "slots": h.slots, "free": h.free, "layers": layers, "engine": h.engine}


def health_in(said: Mapping[str, Any]) -> Health:
    layers = tuple(Layer(*row) for row in said["layers"])
    return Health(Mode(said["mode"]), said["slots"], said["free"], layers, dict(said["engine"]))
