"""The interface through which a failed check gets its diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from grader.values import Diagnosis


class Diagnosing(Protocol):
    """Examines the return value of a student's function, and may call the function on other inputs."""

    def diagnose(
        self,
        got: Any,
        *,
        own_loss: bool = False,
        known: frozenset[str] = frozenset(),
        accepted: Sequence[Any] = (),
    ) -> Diagnosis | None:
        """Why `got` is wrong; None if nothing can be said. With `own_loss`, the gradients were
        compared with the student's own loss. `known` are the mistakes that earlier tests of the same
        grading found: if one of them explains `got` too, the search stops there.
        `accepted` are the right answers that the check compared with; empty if there were none."""
