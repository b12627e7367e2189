"""Packs from upload to assignment; dates and policy of assignments."""

from datetime import timedelta

import pytest

from grader.database import assignments, claims, deadlines, packs, reading, results, writing
from grader.database.errors import AlreadyThere, PackNotProven, StoreError
from grader.database.models import JobKind, Lane, PackState, ReleaseRule
from grader.grading.disclosure import Release
from tests.helpers import audit_trail
from tests.helpers.factories import (
    NOON,
    make_assignment,
    make_course,
    make_user,
    make_version,
)

TERMS = assignments.Terms(NOON, NOON + timedelta(days=7))


def check_waiting(engine, *, proven):
    with writing(engine) as session:
        held = claims.claim(session, claims.Claimant("worker-1"))
        assert held.kind is JobKind.PACK_CHECK
        assert results.finish_check(session, held, {"faults": []}, proven=proven)


def test_it_gives_the_same_version_for_the_same_content(engine):
    with writing(engine) as session:
        course = make_course(session)
        first = make_version(session, course, slug="mlp", content="one")
        second = make_version(session, course, slug="mlp", content="two")
        again = make_version(session, course, slug="mlp", content="one")
        assert (first.number, second.number, again) == (1, 2, first)


def test_packs_of_two_courses_are_separate(engine):
    with writing(engine) as session:
        course, other = make_course(session), make_course(session)
        own = make_version(session, course, slug="mlp")
        theirs = make_version(session, other, slug="mlp")
        assert own.pack_id != theirs.pack_id
        assert packs.of_course(session, course) == [own]


def test_it_returns_the_uploaded_bytes(engine):
    with writing(engine) as session:
        version = make_version(session, make_course(session), zip="PK...")
        public_id = version.public_id
    with reading(engine) as session:
        assert packs.zip_bytes(session, packs.by_public_id(session, public_id)) == b"PK..."


@pytest.mark.parametrize(("proven", "state"), [(True, PackState.PROVEN), (False, PackState.FAILED)])
def test_it_checks_a_version_through_the_queue(engine, proven, state):
    with writing(engine) as session:
        version = make_version(session, make_course(session))
        check = packs.ask_check(session, version, by=None)
        assert (check.lane, version.state) == (Lane.BULK, PackState.CHECKING)
        assert packs.ask_check(session, version, by=None) is check
        public_id = version.public_id
    check_waiting(engine, proven=proven)
    with reading(engine) as session:
        version = packs.by_public_id(session, public_id)
        assert (version.state, version.check_report) == (state, {"faults": []})
        assert packs.latest_check(session, version).state == "done"


def test_a_check_can_be_queued_again_after_a_fault_of_ours(engine):
    with writing(engine) as session:
        version = make_version(session, make_course(session))
        packs.ask_check(session, version, by=None)
    with writing(engine) as session:
        held = claims.claim(session, claims.Claimant("worker-1"))
        assert results.fail_job(session, held, "the runner broke")
    with writing(engine) as session:
        version = packs.by_public_id(session, version.public_id)
        assert version.state is PackState.DRAFT
        assert packs.ask_check(session, version, by=None).id != held.job_id


def test_it_publishes_only_a_proven_version(engine):
    with writing(engine) as session:
        version = make_version(session, make_course(session))
        teacher = make_user(session, "elena")
        with pytest.raises(PackNotProven, match="is draft; only a proven"):
            packs.publish(session, version, by=teacher)
        version.state = PackState.PROVEN
        packs.publish(session, version, by=teacher)
        packs.publish(session, version, by=teacher)
        assert version.state is PackState.PUBLISHED
        assert [e.action for e in audit_trail.entries(session, version)].count("pack.published") == 1


def test_it_offers_shipped_packs_and_the_courses_own(engine):
    with writing(engine) as session:
        course, other = make_course(session), make_course(session)
        shipped = make_version(session, slug="a-shipped")
        draft = make_version(session, course, slug="b-draft")
        own = make_version(session, course, slug="c-own")
        theirs = make_version(session, other, slug="d-theirs")
        own.state = theirs.state = PackState.PUBLISHED
        assert packs.assignable(session, course) == [shipped, own]
        assert draft not in packs.assignable(session, course)


def test_it_ships_a_pack_once(engine):
    with writing(engine) as session:
        first = make_version(session, slug="mlp", content="same")
        second = make_version(session, slug="mlp", content="same")
        assert first is second
        assert first.state is PackState.PUBLISHED


def test_it_refuses_an_assignment_of_an_unproven_or_foreign_pack(engine):
    with writing(engine) as session:
        course, other = make_course(session), make_course(session)
        version = make_version(session, course)
        with pytest.raises(PackNotProven):
            assignments.create(session, course, version, "a", "A", TERMS, by=None)
        version.state = PackState.PUBLISHED
        with pytest.raises(StoreError, match="another course"):
            assignments.create(session, other, version, "a", "A", TERMS, by=None)
        assignments.create(session, course, version, "a", "A", TERMS, by=None)
        with pytest.raises(AlreadyThere):
            assignments.create(session, course, version, "a", "A", TERMS, by=None)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"due_at": NOON}, "due date must come after the opening"),
        ({"closes_at": NOON + timedelta(days=6)}, "closing date"),
        ({"attempts": 0}, "0 attempts; there must be at least 1"),
    ],
)
def test_it_refuses_wrong_terms(values, message):
    with pytest.raises(StoreError, match=message):
        assignments.Terms(**{"opens_at": NOON, "due_at": NOON + timedelta(days=7), **values})


def test_both_values_of_a_changed_date_are_in_the_audit_trail(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        later = assignments.Terms(assignment.opens_at, assignment.due_at + timedelta(days=1))
        assignments.change(session, assignment, later, by=make_user(session, "elena"))
        entry = audit_trail.entries(session, assignment)[-1]
        assert entry.detail == {
            "before": {"due_at": "2026-10-21T12:00:00+00:00"},
            "after": {"due_at": "2026-10-22T12:00:00+00:00"},
        }


def test_it_knows_when_students_see_hidden_results(engine):
    with writing(engine) as session:

        def seen(assignment):
            return deadlines.of_team(session, assignment, None).release

        due = make_assignment(session)
        late = make_assignment(session, late_until=NOON + timedelta(days=9))
        at_once = make_assignment(session, release=ReleaseRule.AT_ONCE)
        by_hand = make_assignment(session, release=ReleaseRule.PUBLISHED)
        assert seen(due) == Release(at=due.due_at)
        assert seen(late) == Release(at=NOON + timedelta(days=9))
        assert seen(at_once) == Release(at_once=True)
        assert seen(by_hand) == Release(at=None)
        assignments.release_now(session, by_hand, NOON, by=make_user(session, "elena"))
        assert seen(by_hand) == Release(at=NOON)
        with pytest.raises(StoreError, match="by its dates"):
            assignments.release_now(session, due, NOON, by=make_user(session, "tess"))


def test_each_assignment_has_its_own_secret(engine):
    with writing(engine) as session:
        first, second = make_assignment(session), make_assignment(session)
        assert len(first.secret) == 32
        assert first.secret != second.secret
