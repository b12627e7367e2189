"""An instructor uploads a new version of a pack, sees old and new points, and applies it: with scripts and
without."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from grader.database import assignments, courses, open_engine, packs, users, writing
from grader.database.assignments import Terms
from grader.database.models import PackState
from grader.local import demo
from grader.local.shipped import new_version
from grader.packs import load
from tests.e2e import pages
from tests.e2e.conftest import ELENA, GORAN
from tests.e2e.test_instructor import build, grader, upload

SLUG = "renewed"
POINTS = {1: 4, 2: 6, 3: 9}
"""The points of the first test in each version."""
OTHERS = 8
"""The points of the other tests; students don't see those of the hidden ones yet."""


@pytest.fixture
def pack(tmp_path, up):
    """The folder of a pack whose first version is assigned; students can hand in."""
    grader("pack", "new", SLUG, cwd=tmp_path)
    folder = tmp_path / SLUG
    engine = open_engine(f"sqlite:///{up.state / 'gradecheck.db'}")
    with writing(engine) as session:
        course, elena = courses.by_slug(session, demo.COURSE), users.by_email(session, ELENA.email)
        version = packs.add_version(session, course, new_version(load(folder)), by=elena)
        version.state = PackState.PROVEN
        packs.publish(session, version, by=elena)
        now = datetime.now(UTC)
        terms = Terms(now - timedelta(days=1), now + timedelta(days=7))
        assignments.create(session, course, version, SLUG, "Renewed", terms, by=elena)
    engine.dispose()
    return folder


def change(pack, number):
    """Give the first test other points; the third version has other tests too, so they must run again."""
    manifest, tests = pack / "pack.toml", pack / "tests" / "test_squared.py"
    old, new = (f"points = {POINTS[n]}\n" for n in (number - 1, number))
    assert old in manifest.read_text()
    manifest.write_text(manifest.read_text().replace(old, new, 1))
    if number == 3:
        tests.write_text(tests.read_text() + "\n# not the same as before\n")
    return build(pack)


def score_of(page):
    return int(re.search(r"\d+", pages.score(page))[0])


def test_a_new_version_is_compared_and_applied_with_scripts_and_without(visit, up, pack):
    task = f"{up.url}/courses/{demo.COURSE}/a/{SLUG}"
    student = visit(GORAN).page
    student.goto(task)
    pages.hand_in(student, pack / "solution" / "squared.py")
    pages.expect_graded(student)

    for number, scripts in ((2, True), (3, False)):
        visitor, seen = visit(ELENA, scripts=scripts), score_of(student)
        before, after = (OTHERS + POINTS[version] for version in (number - 1, number))
        publish(visitor.page, up, change(pack, number), number)

        see_what_changes(visitor.page, task, number)
        row = visitor.page.get_by_role("row", name=GORAN.name)
        expect(row).to_have_text(re.compile(rf"{before}\s+{after}\s+\+{after - before}"))
        student.reload()
        assert score_of(student) == seen

        visitor.page.get_by_role("button", name="Apply").click()
        expect(visitor.page.get_by_text("Applied: the new points count.")).to_be_visible()
        student.reload()
        assert score_of(student) == seen + after - before
        visitor.page.goto(task + "/class")
        expect(visitor.page.get_by_text(re.compile("of the pack is published"))).to_have_count(0)
        assert visitor.problems == []


def publish(page, up, archive, number):
    """Upload the zip, wait for its check, and publish it."""
    upload(page, up, archive)
    button = page.get_by_role("button", name=f"Publish version {number}")
    expect(button).to_be_visible(timeout=120_000)
    button.click()


def see_what_changes(page, task, number):
    """From the hint on the page of the class to the preview, once all is graded again."""
    page.goto(task + "/class")
    expect(page.get_by_text(f"Version {number} of the pack is published")).to_be_visible()
    page.get_by_role("link", name="See what it would change").click()
    words = page.get_by_label("Version of the pack").locator("option").first.inner_text()
    assert words.startswith(f"{number}")
    assert ("other points only" in words) is (number == 2)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name=f"Regrade with version {number}")).to_be_visible()
    expect(page.get_by_role("button", name="Apply")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("region", name="In numbers")).to_contain_text("1 of 1")
