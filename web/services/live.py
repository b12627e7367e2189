"""The JSON that updates a page while a grading runs, in the words that the page shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grader.database.models import User
from grader.grading.visible import VisibleResult
from web.access import submission_membership
from web.backends import Backends
from web.services import progress_texts, queue_position, submission
from web.services.wrong_lines import is_searched_for
from web.words import verdict_word


def news(session: Session, user: User, public_id: str, now: datetime, backends: Backends) -> dict[str, Any]:
    """The state of a submission's grading as this reader may see it. Raises Missing."""
    membership, handed_in = submission_membership(session, user, public_id)
    grading = submission.current_grading(session, handed_in)
    visible = submission.visible_grading_of(session, membership, handed_in, grading, now)
    if visible.state in ("done", "stopped"):
        searching = is_searched_for(session, grading, visible)
        return {
            "state": visible.state,
            "searching": searching,
            "announce": progress_texts.over_words(visible),
            "tests": [],
            "figures": {},
            "part": 100,
        }
    place = queue_position.place(session, grading, backends)
    waits = visible.state == "queued"
    return {
        "state": visible.state,
        "announce": progress_texts.waiting_words(place) if waits else progress_texts.running_words(visible),
        "tests": [_row(test) for test in visible.tests],
        "figures": progress_texts.waiting_figures(place)
        if waits
        else progress_texts.running_figures(visible, place),
        "part": round(place.part if waits else progress_texts.running_part(visible), 1),
    }


def _row(test: VisibleResult) -> dict[str, Any]:
    return {
        "id": test.id,
        "verdict": test.state,
        "word": verdict_word(test.state),
        "points": progress_texts.test_points(test),
        "lost": test.is_bad,
    }
