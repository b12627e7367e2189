"""The small JSON that fills a page in: what changed, in the words that the page shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grader.database.models import User
from grader.grading.visible import VisibleResult
from web.access import submission_membership
from web.backends import Backends
from web.services import progress_texts, queue_position, submission
from web.words import verdict_word


def news(session: Session, user: User, public_id: str, now: datetime, backends: Backends) -> dict[str, Any]:
    """The state of a submission's grading as this reader may see it. Raises Missing."""
    membership, handed_in = submission_membership(session, user, public_id)
    grading = submission.current_grading(session, handed_in)
    seen = submission.seen_of(session, membership, handed_in, grading, now)
    if seen.state in ("done", "stopped"):
        return {
            "state": seen.state,
            "announce": progress_texts.over_words(seen),
            "tests": [],
            "figures": {},
            "part": 100,
        }
    place = queue_position.place(session, grading, now, backends)
    waits = seen.state == "queued"
    return {
        "state": seen.state,
        "announce": progress_texts.waiting_words(place) if waits else progress_texts.running_words(seen),
        "tests": [_row(test) for test in seen.tests],
        "figures": progress_texts.waiting_figures(place)
        if waits
        else progress_texts.running_figures(seen, place),
        "part": round(place.part if waits else progress_texts.running_part(seen), 1),
    }


def _row(test: VisibleResult) -> dict[str, Any]:
    return {
        "id": test.id,
        "verdict": test.state,
        "word": verdict_word(test.state),
        "points": progress_texts.test_points(test),
        "lost": test.is_bad,
    }
