"""The line of a student's file that is wrong: a change there was tried, and made the failing tests right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from grader.values.bounds import Count, Cut

MOST_ALSO = 4


@dataclass(frozen=True)
class Spot:
    """A part of a file, from `line` and `column` to `end_line` and `end_column`: lines from 1, columns from 0
    in characters, the end after the last one."""

    file: Annotated[str, Cut(200)]
    line: Count
    column: Count
    end_line: Count
    end_column: Count


@dataclass(frozen=True)
class Line:
    """The place of a change that makes the row right, on its own draw and on `draws` in total.

    `text` is the whole first line of the place, `function` the student's function with it, `kind` the kind of
    change, `old` and `new` the text of the place before and after it: `new` is for staff. `also` are other
    places where another change does the same, `together` those that must change too, `tried` how many changes
    were tried before this one, `explains` the rows that are right with it.
    """

    spot: Spot
    text: Annotated[str, Cut(400)] = ""
    function: Annotated[str, Cut(200)] = ""
    kind: Annotated[str, Cut(60)] = ""
    old: Annotated[str, Cut(600)] = ""
    new: Annotated[str, Cut(600)] = ""
    also: Annotated[tuple[Spot, ...], Cut(MOST_ALSO)] = ()
    together: Annotated[tuple[Spot, ...], Cut(MOST_ALSO)] = ()
    tried: Count = 0
    draws: Count = 0
    explains: Annotated[tuple[Annotated[str, Cut(200)], ...], Cut(200)] = ()
