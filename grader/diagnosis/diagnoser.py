"""What a check asks of whoever diagnoses its failures."""

from __future__ import annotations

from typing import Any, Protocol

from grader.values import Diagnosis


class Diagnosing(Protocol):
    """Looks at what a student's function returned, and may call it again on other inputs."""

    def diagnose(
        self, got: Any, *, own_loss: bool = False, known: frozenset[str] = frozenset()
    ) -> Diagnosis | None:
        """Why `got` departs, None if nothing can be said. With `own_loss`, the gradients were
        compared with the student's own loss. `known` are the mistakes that earlier tests of the same
        grading showed: if one explains this too, no other is looked for."""
