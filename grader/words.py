"""Sentences of our own that stand in reports, in the words of the house."""

from __future__ import annotations

from grader.values import Cause, Evidence, Limits, Verdict

AGAIN = "Ours, not yours: this is being graded again. Your place and time are kept."
PACK = "Ours, not yours: the test itself stopped, and the course's staff has been told. Nothing is lost."


def ours_sentence(cause: Cause | None) -> str:
    """What a student reads where a verdict is INTERNAL."""
    return PACK if cause is Cause.PACK else AGAIN


def limit_sentence(verdict: Verdict, evidence: Evidence, limits: Limits) -> str:
    """What was used against what was allowed, for verdicts that end a test from outside;
    "" for the others."""
    if verdict is Verdict.TIMEOUT:
        return _time_sentence(evidence, limits)
    if verdict is Verdict.MEMORY:
        return f"Stopped for its memory: {limits.memory_mb} MB are allowed in this test."
    if verdict is Verdict.OUTPUT_LIMIT:
        printed = evidence.output_bytes / 1024
        return f"Stopped for what it printed: {printed:.0f} KB, {limits.output_kb} KB are allowed."
    if verdict is Verdict.REFUSED:
        what = f" ({evidence.detail})" if evidence.detail else ""
        return f"Stopped: it asked the system for something that is not available here{what}."
    if verdict is Verdict.ERROR:
        what = f" ({evidence.detail})" if evidence.detail else ""
        return f"The program ended before it answered{what}."
    return ""


def _time_sentence(evidence: Evidence, limits: Limits) -> str:
    cpu_s, wall_s = evidence.cpu_ns / 1e9, evidence.wall_ns / 1e9
    if evidence.ended == "wall limit" or (evidence.ended != "cpu limit" and cpu_s < limits.cpu_s):
        return f"Stopped after {wall_s:.1f} s, {limits.wall_s:g} s are allowed in this test."
    return f"Stopped after {cpu_s:.1f} s of computing, {limits.cpu_s:g} s are allowed in this test."
