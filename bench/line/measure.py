"""How often the line that is named is the one that is wrong, and what a search costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from statistics import median, quantiles

from bench.grading import NotDone
from bench.line.material import singles
from bench.line.searching import Named, search_all
from bench.line.shipped import shipped
from bench.timing import Row

GOAL_APART, GOAL_SHIPPED = 50.0, 70.0
GOAL_MEDIAN_S, GOAL_P95_S = 0.5, 2.0
MOST_TRIES = 4000


def line(runs: int, every: int = 1) -> list[Row]:
    """Shares in percent of the programs whose tests fail by a value, and seconds of processor time: of the
    mistakes of the shipped packs, and of faults written apart. `every`: only every n-th program. Raises
    NotDone if there are none."""
    own, apart = (list(search_all(islice(programs, 0, None, every))) for programs in (shipped(), singles()))
    return [
        *_shares("shipped mistakes", own, GOAL_SHIPPED),
        *_shares("faults written apart", apart, GOAL_APART),
        *_costs([*own, *apart]),
    ]


def _shares(name: str, named: Sequence[Named], goal: float) -> list[Row]:
    searched = [one for one in named if one.found != "no value"]
    if not searched:
        raise NotDone(f"no program of the {name} has a wrong value: the programs are not in the package")
    counts, of = Counter(one.found for one in searched), len(searched)
    return [
        _share(f"line, {name}: right", counts["right"], of, goal),
        _share("   equivalent", counts["equivalent"], of, 0.0),
        _share("   another line", counts["another"], of, 0.0),
        _share("   nothing", counts["nothing"], of, 100.0 - goal),
    ]


def _share(name: str, count: int, of: int, goal: float) -> Row:
    value = 100.0 * count / of
    return Row(name, value, "%", "goal", goal, value / goal if goal else value, of)


def _costs(named: Sequence[Named]) -> list[Row]:
    """Of all searches, also those that found nothing."""
    took = [one.cpu_s for one in named if one.found != "no value"]
    tried = [one.tried for one in named if one.found == "right"] or [0]
    return [
        _time("line: CPU time, median", median(took), GOAL_MEDIAN_S, len(took)),
        _time("line: CPU time, p95", _p95(took), GOAL_P95_S, len(took)),
        Row("line: changes tried, median", median(tried), "", "allowed", MOST_TRIES, 0.0, len(tried)),
    ]


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def _time(name: str, value_s: float, goal_s: float, of: int) -> Row:
    return Row(name, value_s, "s", "goal", goal_s, value_s / goal_s, of)
