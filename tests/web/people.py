"""What the pages about people need: somebody without a password, an invite link, links, a kept list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from grader.database import blobs, invites, password_links, people, saved_filters, writing
from grader.database.models import CourseRole, User
from grader.database.roster import Row
from tests.web.world import World
from web.security import signed
from web.services import roster_file


def make_people(world: World) -> dict[str, object]:
    """Make them; returns ids, and for each blueprint with a token in its addresses the token."""
    now = datetime.now(UTC)
    with writing(world.engine) as session:
        by = session.get_one(User, world.people["instructor"].id)
        row = people.add(session, world.course, "new@example.org", "Newt", CourseRole.STUDENT, "A", by=by)
        session.flush()
        join = invites.make(
            session, world.course, CourseRole.STUDENT, "", None, now, now + timedelta(days=1), by=by
        )
        user = session.get_one(User, row.user_id)
        reset = password_links.make(session, user, now, timedelta(days=1), by=by)
        saved_filters.save(session, world.course, world.people["ta"], "late ones", {"late": "1"})
        rows = roster_file.to_bytes([Row(2, "zoe@example.org", "Zoë")])
        digest = blobs.store(session, rows)
    with world.app.test_request_context():
        roster = signed.sign("roster", [world.course.id, digest, world.people["instructor"].id])
    return {"new": user.id, "invite": 1, "invites": join, "reset": reset, "roster": roster}
