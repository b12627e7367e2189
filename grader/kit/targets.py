"""What a failed comparison would accept, kept for the search for the wrong line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.kit import nearly
from grader.kit.comparing import Tolerance, find
from grader.kit.gradients import Question, judge
from grader.kit.nearly import Nearly, always

NOISE = 1e4  # roundings, of the largest gradient: more than any comparison with a reference allows
MOST_ITEMS = 32  # of a list whose items are parts
Rights = dict[str, bool]
"""Whether each part of a value is right, by its place: "['W1']", "[0]", "" for a value without parts."""


@dataclass(frozen=True)
class Target:
    """A value that failed a comparison, and what the comparison says of any other value in its place.
    `nearly` is a quick look, before it."""

    got: Any
    rights: Callable[[Any], Rights]
    nearly: Nearly = always


def of_value(got: Any, want: Any, tolerance: Tolerance) -> Target:
    """The target of `same`, with a part for each item of a dict, list or tuple."""

    def rights(value: Any) -> Rights:
        if isinstance(want, Mapping):
            return {
                f"[{key!r}]": isinstance(value, dict)
                and key in value
                and _agrees(value[key], item, tolerance)
                for key, item in want.items()
            }
        if isinstance(want, list | tuple):
            whole = isinstance(value, list | tuple) and len(value) == len(want)
            return {f"[{at}]": whole and _agrees(value[at], item, tolerance) for at, item in enumerate(want)}
        return {"": _agrees(value, want, tolerance)}

    quick = nearly.of_parts(want, tolerance.relative, tolerance.absolute) if tolerance.values else always
    return Target(got, rights, quick)


def _agrees(value: Any, want: Any, tolerance: Tolerance) -> bool:
    return not find(value, want, "", tolerance).faults


def of_gradients(got: Any, question: Question, reference: Any) -> Target:
    """The target of `gradcheck` with reference gradients, with a part for each parameter; without a reference
    the question's loss decides."""
    alone = question if reference is None else replace(question, of=None)

    def rights(value: Any) -> Rights:
        verdicts = judge(value, alone, reference)
        wrong = set(verdicts.checked) if verdicts.about_all else set(verdicts.faults)
        return {
            part: name not in wrong
            for name, part in zip(verdicts.checked, _parts(got, verdicts.checked), strict=True)
        }

    precision = question.precision
    if reference is None:
        return Target(got, rights)
    quick = nearly.of_gradients(got, reference, precision.sharp, NOISE * precision.u)
    return Target(got, rights, quick)


def _parts(got: Any, names: Sequence[str]) -> list[str]:
    """The places of the parameters in the gradients."""
    if isinstance(got, dict):
        return [f"[{name!r}]" for name in names]
    if isinstance(got, list | tuple):
        return [f"[{at}]" for at in range(len(names))]
    return [""] * len(names)


def leaves(value: Any, name: str = "", depth: int = 6) -> list[str]:
    """The names of all parts of a value that have no parts themselves, as a search names them."""
    long = isinstance(value, list | tuple) and len(value) > MOST_ITEMS
    items = () if long or not depth else _items(value)
    return [leaf for key, item in items for leaf in leaves(item, f"{name}[{key!r}]", depth - 1)] or [name]


def held(value: Any) -> Iterator[Any]:
    """What a value holds in its dicts, lists and tuples; the value itself, if it is none of them."""
    if isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from held(item)
    else:
        yield value


Steps = tuple[Any, ...]
"""The keys and indices that lead to a part of a value."""


def steps_to(value: Any, part: Any, depth: int = 4) -> Steps | None:
    """The steps to this very object in a value, () if it is the value; None if it is not there."""
    if value is part:
        return ()
    for key, item in _items(value) if depth else ():
        found = steps_to(item, part, depth - 1)
        if found is not None:
            return (key, *found)
    return None


def part_at(value: Any, steps: Steps) -> Any:
    """The part of a value at these steps. Raises LookupError or TypeError if it has none."""
    for step in steps:
        value = value[step]
    return value


def named(steps: Steps) -> str:
    """The steps as they are written in a part's name."""
    return "".join(f"[{step!r}]" for step in steps)


def _items(value: Any) -> Sequence[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list | tuple) else ()
