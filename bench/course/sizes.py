"""How large the course of the bench is."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields

PREFIX = "BENCH_"


@dataclass(frozen=True)
class Sizes:
    """Students, assignments, and attempts of each student at each assignment. By default 240,000 submissions,
    with about 3.5 million results."""

    students: int = 1000
    assignments: int = 12
    attempts: int = 20

    @staticmethod
    def from_environment() -> Sizes:
        """The sizes, changed by BENCH_STUDENTS, BENCH_ASSIGNMENTS and BENCH_ATTEMPTS."""
        given = {
            field.name: int(os.environ[name])
            for field in fields(Sizes)
            if (name := PREFIX + field.name.upper()) in os.environ
        }
        return Sizes(**given)
