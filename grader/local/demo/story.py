"""What the parts of the demo share: the people in the database, and days from today as instants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import event
from sqlalchemy.orm import Session

from grader.database.models import Job, User
from grader.local.demo.terms import ZONE


@dataclass(frozen=True)
class Story:
    """A session, when today is, and everybody by first name."""

    session: Session
    now: datetime
    people: Mapping[str, User]

    def at(self, day: int, clock: str = "12:00") -> datetime:
        """That time, so many days from today, in the course's zone."""
        zone = ZoneInfo(ZONE)
        date = self.now.astimezone(zone).date() + timedelta(days=day)
        return datetime.combine(date, time.fromisoformat(clock), zone)

    @contextmanager
    def on(self, day: int, clock: str = "12:00") -> Iterator[datetime]:
        """Rows that are made inside, entries of the audit trail too, are dated like this. Jobs are not: they
        run today."""
        at = self.at(day, clock)
        self.session.flush()

        def date_rows(session: Session, *_: object) -> None:
            for row in session.new:
                for name in ("at", "created_at"):
                    if not isinstance(row, Job) and hasattr(type(row), name) and getattr(row, name) is None:
                        setattr(row, name, at)

        event.listen(self.session, "before_flush", date_rows)
        try:
            yield at
            self.session.flush()
        finally:
            event.remove(self.session, "before_flush", date_rows)
