"""What the pages of a review need: a comment, one of the pool, a mark, a rubric item, a request."""

from __future__ import annotations

from decimal import Decimal

from grader.database import (
    comment_pool,
    comments,
    hand_marking,
    regrade_requests,
    rubrics,
    writing,
)
from grader.database.hand_marks import digest_of
from grader.database.models import Assignment, Submission, User
from tests.web.world import World


def make_review(world: World, text: str) -> None:
    """Make them; the comment, the one of the pool and the item have the id 1. `text` is that of test_why."""
    with writing(world.engine) as session:
        ta = session.get_one(User, world.people["ta"].id)
        alice = session.get_one(User, world.people["alice"].id)
        submission = session.get_one(Submission, world.submission.id)
        assignment = session.get_one(Assignment, world.assignment.id)
        comments.add(session, submission, "squared.py", 2, "Why 0?", by=ta)
        comment_pool.keep(session, assignment.course, "Look at the shapes.", by=ta)
        rubrics.add(session, assignment, "test_why", "names the midpoint", Decimal(2), by=ta)
        digest = digest_of(text)
        hand_marking.give(session, submission, "test_why", digest, Decimal(3), "", by=ta)
        regrade_requests.ask(session, submission, "Please look again.", by=alice, test_id="test_gradient")
