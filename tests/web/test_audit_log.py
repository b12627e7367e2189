"""The audit log of a course: every action in a sentence, from what to what."""

import csv
import io
import re
from pathlib import Path

from grader.database import audit, writing
from grader.database.models import Assignment, RegradeState, User
from web.services import audit_words
from web.services.audit_words import Names

ROOT = Path(__file__).parents[2]
NOTED = re.compile(r'\b(?:audit\.note|note_all|_note\w*)\([^"]{0,200}?(f?)"([a-z_]+\.[a-z_{}]+)"')
KNOWN = {action for words in audit_words.SENTENCES.values() for action in words}


def test_every_action_that_the_code_notes_has_a_sentence():
    found = set()
    for folder in ("grader", "web"):
        for file in (ROOT / folder).rglob("*.py"):
            found |= {action for _, action in NOTED.findall(file.read_text())}
    found -= {"regrade.{state}", "request.{action}"}
    found |= {f"regrade.{state}" for state in (RegradeState.APPLIED, RegradeState.DISCARDED)}

    assert len(found) > 40
    assert found - KNOWN == set()


def test_a_change_says_from_what_to_what():
    detail = {"before": {"due_at": "2026-10-16"}, "after": {"due_at": "2026-10-18"}}

    assert audit_words.changes(detail, Names()) == ("due: from 2026-10-16 to 2026-10-18",)
    assert audit_words.changes({"role": "student -> ta"}, Names()) == ("role: from student to ta",)
    assert audit_words.changes({"before": None, "after": "8"}, Names()) == ("from nothing to 8",)
    assert audit_words.changes({"points": "8", "points_before": "7"}, Names()) == ("points: from 7 to 8",)


def note(world, action="assignment.changed", **detail):
    with writing(world.engine) as session:
        by = session.get_one(User, world.people["ta"].id)
        assignment = session.get_one(Assignment, world.assignment.id)
        audit.note(session, action, assignment, by=by, course_id=world.course.id, **detail)


def test_categories_have_their_names_and_times_are_of_the_course():
    names = Names({("categories", "2"): "Exams"}, "Europe/Zurich")
    detail = {"category_id": "None -> 2", "due_at": "2026-10-16T21:59:00+00:00 -> 2026-10-18T10:00:00+00:00"}

    assert audit_words.changes(detail, names) == (
        "category: from nothing to Exams",
        "due: from 2026-10-16 23:59 to 2026-10-18 12:00",
    )
    entry = {"category_id": {"before": None, "after": 2}, "after": "2026-12-01T08:00:00.5+00:00"}
    assert audit_words.changes(entry, names) == (
        "from nothing to 2026-12-01 09:00",
        "category: from nothing to Exams",
    )


def test_it_shows_who_changed_what(world):
    note(world, before={"title": "Old"}, after={"title": "New"})

    page = world.visit("instructor").get(world.base + "/audit").text

    assert "changed the assignment The squared error" in page
    assert "title: from Old to New" in page


def test_it_filters_by_person_kind_assignment_and_time(world):
    note(world, before={"title": "Old"}, after={"title": "New"})
    visitor = world.visit("instructor")

    def shown(**query):
        return "from Old to New" in visitor.get(world.base + "/audit", query_string=query).text

    assert shown(by="TA", kind="assignments", assignment="squared", **{"from": "2026-01-01"})
    assert not shown(by="charlie")
    assert not shown(kind="people")
    assert not shown(to="2020-01-01")
    assert not shown(about="charlie")
    assert shown(kind="everything")


def test_older_entries_are_on_the_next_page(world):
    for number in range(60):
        note(world, before={"title": f"Old {number}."}, after={"title": "New"})
    visitor = world.visit("instructor")

    first = visitor.get(world.base + "/audit").text
    older = re.search(r'href="([^"]*below=[^"]*)"', first)[1].replace("&amp;", "&")
    second = visitor.get(older).text

    assert "Old 59." in first
    assert "Old 9." not in first
    assert "Old 9." in second


def test_the_csv_has_no_cell_that_a_spreadsheet_takes_for_a_formula(world):
    note(world, before={"title": "x"}, after={"title": "y"})
    with writing(world.engine) as session:
        session.get_one(User, world.people["ta"].id).name = "=cmd()"

    data = world.visit("instructor").get(world.base + "/audit/log.csv").data

    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == ["time (UTC)", "who", "what", "changes"]
    assert rows[1][1] == "'=cmd()"
