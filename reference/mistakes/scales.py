"""Mistakes that multiply every gradient by one factor: signs, halves, averages over the wrong number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from reference.mistakes.nets import Batch

MEAN, SUM = "mean", "sum"


@dataclass(frozen=True)
class Scale:
    """A factor on all gradients that depends on n rows, k outputs and d inputs. `law` is the one on top of
    which the factor is this mistake: 1/n is an average too many on top of one, and the only one on a sum."""

    id: str
    factor: Callable[[int, int, int], float]
    law: str = ""

    def of(self, batch: Batch) -> float:
        """The factor for this batch."""
        return self.factor(batch.rows, batch.t.shape[1], batch.x.shape[1])


LAWS = {MEAN: Scale(MEAN, lambda n, k, d: 1.0 / n), SUM: Scale(SUM, lambda n, k, d: 1.0)}

SCALES: tuple[Scale, ...] = (
    Scale("sign-of-y-bar", lambda n, k, d: -1.0),
    Scale("factor-two", lambda n, k, d: 2.0),
    Scale("factor-half", lambda n, k, d: 0.5),
    Scale("averaged-twice", lambda n, k, d: 1.0 / n, MEAN),
    Scale("averaged-over-outputs-too", lambda n, k, d: 1.0 / k, MEAN),
    Scale("averaged-over-outputs", lambda n, k, d: n / k, MEAN),
    Scale("averaged-over-inputs", lambda n, k, d: n / d, MEAN),
    Scale("not-averaged", lambda n, k, d: float(n), MEAN),
    Scale("averaged", lambda n, k, d: 1.0 / n, SUM),
    Scale("averaged-over-outputs", lambda n, k, d: 1.0 / k, SUM),
    Scale("averaged-over-inputs", lambda n, k, d: 1.0 / d, SUM),
)
"""Factors on top of the right law; those with a law replace or repeat its 1/n."""


def scale_names(
    ratios: Sequence[tuple[float, Batch]], laws: Sequence[str], most: int
) -> tuple[str, list[tuple[str, ...]]]:
    """The law, and the groups of at most `most` scale mistakes that give these factors of the summed loss's
    gradients on every draw; an empty group if the law alone does. The fewest mistakes come first, then the
    first law."""
    for count in range(most + 1):
        for law in laws:
            groups = [
                tuple(scale.id for scale in chosen)
                for chosen in combinations([s for s in SCALES if s.law in ("", law)], count)
                if all(_close(ratio, law, chosen, batch) for ratio, batch in ratios)
            ]
            if groups:
                return law, groups
    return laws[0], []


def _close(ratio: float, law: str, chosen: Sequence[Scale], batch: Batch) -> bool:
    factor = LAWS[law].of(batch)
    for scale in chosen:
        factor *= scale.of(batch)
    return abs(ratio - factor) <= 1e-8 * abs(factor)
