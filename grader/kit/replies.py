"""What a candidate's reply to a call says: whether it is one, and which fault of the student's it tells."""

from __future__ import annotations

from typing import Any

from grader.values.student_faults import MissingFunction, ReturnedNoValue, StudentFault, student_error

BASES_KEPT = 9
TEXT_KEPT = 2000


def is_reply(message: Any, seq: int) -> bool:
    """Whether the value of a frame has the form of a reply to the call with this number."""
    return (
        type(message) is dict
        and type(message.get("seq")) is int  # == of an array gives an array; True == 1
        and message["seq"] == seq
        and isinstance(message.get("printed", ""), str)
    )


def fault_of(kind: str, message: dict[str, Any]) -> StudentFault | None:
    """The exception for a reply of this kind; None if it is of no known kind."""
    names = ("type", "message", "traceback", "where", "why")
    text = {name: str(message.get(name, ""))[:TEXT_KEPT] for name in names}
    if kind == "missing":
        return MissingFunction(text["message"])
    if kind == "not_a_value":
        return ReturnedNoValue(_no_value(text))
    if kind != "raised":
        return None
    bases = message.get("bases")
    named = [b for b in bases[:BASES_KEPT] if isinstance(b, str)] if isinstance(bases, list) else []
    memory = message.get("memory") is True
    return student_error(text["type"], named, text["message"], text["traceback"], memory=memory)


def _no_value(text: dict[str, str]) -> str:
    where = f" at {text['where']}" if text["where"] else ""
    if text["why"].startswith("expected "):
        return f"returned {_article(text['type'])}{where}, {text['why']}"
    why = f": {text['why']}" if text["why"] else ""
    expected = "numbers, arrays, text, or tuples, lists, dicts of them"
    return f"returned {_article(text['type'])}{where}; expected {expected}{why}"


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
