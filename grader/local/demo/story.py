"""What the parts of the demo share: the people in the database, and days from today as instants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import event
from sqlalchemy.orm import Session

from grader.database.models import Job, User
from grader.local.demo.terms import ZONE

Act = Callable[[datetime], object]


def at_any_time(act: Callable[[], object]) -> Act:
    """The same act, which does not ask when it is done."""
    return lambda at: act()


@dataclass(frozen=True)
class Story:
    """A session, when today is, and everybody by first name."""

    session: Session
    now: datetime
    people: Mapping[str, User]
    _planned: list[tuple[datetime, Act]] = field(default_factory=list)

    def at(self, day: int, clock: str = "12:00") -> datetime:
        """That time, so many days from today, in the course's zone."""
        zone = ZoneInfo(ZONE)
        date = self.now.astimezone(zone).date() + timedelta(days=day)
        return datetime.combine(date, time.fromisoformat(clock), zone)

    def plan(self, day: int, clock: str, act: Act) -> None:
        """Let `play` call `act` with that time."""
        self._planned.append((self.at(day, clock), act))

    def play(self) -> None:
        """Do all that is planned, the earliest first, as it would have happened: the audit trail is in the
        order of its dates."""
        for at, act in sorted(self._planned, key=lambda row: row[0]):
            with self.dated(at):
                act(at)
        self._planned.clear()

    @contextmanager
    def on(self, day: int, clock: str) -> Iterator[datetime]:
        """Like `dated`, with that time, which it gives."""
        at = self.at(day, clock)
        with self.dated(at):
            yield at

    @contextmanager
    def dated(self, at: datetime) -> Iterator[None]:
        """Rows that are made inside, entries of the audit trail too, are dated like this. Jobs are not: they
        run today."""
        self.session.flush()

        def date_rows(session: Session, *_: object) -> None:
            for row in session.new:
                for name in ("at", "created_at"):
                    if not isinstance(row, Job) and hasattr(type(row), name) and getattr(row, name) is None:
                        setattr(row, name, at)

        event.listen(self.session, "before_flush", date_rows)
        try:
            yield
            self.session.flush()
        finally:
            event.remove(self.session, "before_flush", date_rows)
