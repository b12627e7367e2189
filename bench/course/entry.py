"""The bench of the pages: a course in an empty PostgreSQL, and every page beside the smallest one."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from statistics import median

from sqlalchemy import select

from bench.course import data, pages
from bench.course.sizes import Sizes
from bench.timing import Row
from grader.database import migrate, open_engine, reading
from grader.database.models import Course

DATABASE = "BENCH_DATABASE"
BASELINE = "student: course"


def course(runs: int) -> list[Row]:
    """The medians of the pages; p95, processor time, statements and KB are printed too. Without
    BENCH_DATABASE, the URL of an empty PostgreSQL database, nothing is measured."""
    url = os.environ.get(DATABASE, "")
    if not url:
        print(
            f"{DATABASE} names no PostgreSQL database, so the pages of a course are not measured",
            file=sys.stderr,
        )
        return []
    migrate(url)
    engine = open_engine(url)
    with reading(engine) as session:
        there = session.scalar(select(Course.id).where(Course.slug == data.COURSE)) is not None
    if not there:
        data.fill(engine, Sizes.from_environment(), datetime.now(UTC))
    engine.dispose()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:  # as a site that has just begun
        timings = apart.submit(_timings, url, runs).result()
    print(
        f"{'page':<36}{'median':>10}{'p95':>10}{'processor':>11}{'queries':>9}{'KB':>8}",
        file=sys.stderr,
    )
    for row in timings:
        times = f"{row.median:>7.1f} ms{row.p95:>7.1f} ms{row.processor:>8.1f} ms"
        print(f"{row.name:<36}{times}{row.queries:>9}{row.kb:>8.1f}", file=sys.stderr)
    base = next(row for row in timings if row.name == BASELINE)
    return [
        Row(
            row.name,
            row.median,
            "ms",
            BASELINE,
            base.median,
            median(a / b for a, b in zip(row.taken, base.taken, strict=True)),
            len(row.taken),
        )
        for row in timings
    ]


def _timings(url: str, runs: int) -> list[pages.Timing]:
    engine = open_engine(url)
    try:
        return pages.measured(engine, url, runs)
    finally:
        engine.dispose()
