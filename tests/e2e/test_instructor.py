"""An instructor: a new pack from the template, edited, checked, published, assigned; a student hands in."""

import re
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from grader.local import demo
from tests.e2e import pages
from tests.e2e.conftest import ELENA, GORAN, JONAS

PACKS = f"/courses/{demo.COURSE}/packs"
NEW_ROW = """[[tests]]
id = "test_no_error_no_loss"
title = "No loss where the output is the target"
points = 2
visibility = "visible"
needs = ["test_loss_value"]

"""
NEW_MISTAKE = """
[[mistakes]]
path = "mistakes/never_zero.py"
title = "a constant added to the loss"
fails = ["test_loss_value", "test_other_batches", "test_no_error_no_loss"]
"""
NEW_TEST = """

def test_no_error_no_loss(student, rng, same):
    _, t = draw(rng, 4)

    same(student.loss(t, t), 0.0, "the loss at y = t", atol=1e-12)
"""


def grader(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-P", "-m", "grader", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture
def pack(tmp_path):
    """The folder of `grader pack new squared`, with one more test and a mistake that it catches."""
    grader("pack", "new", "squared", cwd=tmp_path)
    folder = tmp_path / "squared"
    manifest, row = (folder / "pack.toml").read_text(), '[[tests]]\nid = "test_inputs_are_left_unchanged"'
    assert row in manifest
    (folder / "pack.toml").write_text(manifest.replace(row, NEW_ROW + row) + NEW_MISTAKE)
    with (folder / "tests" / "test_squared.py").open("a") as file:
        file.write(NEW_TEST)
    solution = (folder / "solution" / "squared.py").read_text()
    (folder / "mistakes").mkdir()
    (folder / "mistakes" / "never_zero.py").write_text(f"{solution}\n\nright = loss\n{ADDED}")
    return folder


ADDED = """

def loss(y, t):
    return right(y, t) + 1.0
"""


def build(pack):
    grader("pack", "build", pack.name, cwd=pack.parent)
    return pack.parent / f"{pack.name}.zip"


def upload(page, up, archive):
    page.goto(up.url + PACKS)
    page.get_by_label("Zip of a pack’s folder").set_input_files(archive)
    page.get_by_role("button", name="Upload and check").click()


def test_a_new_pack_is_checked_published_and_assigned_and_a_student_hands_in(visit, up, pack):
    teacher = visit(ELENA)
    page = teacher.page
    upload(page, up, build(pack))
    expect(page.get_by_text("check passed").first).to_be_visible(timeout=90_000)

    page.get_by_role("button", name="Publish version 1").click()
    due = datetime.now() + timedelta(days=7)
    page.get_by_label(re.compile("^Due, ")).fill(due.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Make the assignment").click()
    expect(page.get_by_text("Nobody has handed in yet")).to_be_visible()
    assert teacher.problems == []

    student = visit(GORAN).page
    student.goto(up.url)
    student.goto(f"{up.url}/courses/{demo.COURSE}/a/squared")
    pages.hand_in(student, pack / "mistakes" / "never_zero.py")
    pages.expect_graded(student)
    assert pages.verdicts(student)["test_no_error_no_loss"] == "failed"

    student.get_by_role("link", name="Try again").click()
    pages.hand_in(student, pack / "solution" / "squared.py")
    pages.expect_graded(student)
    assert set(pages.verdicts(student).values()) == {"passed"}


def test_a_pack_whose_solution_fails_can_not_be_published(visit, up, pack):
    with (pack / "solution" / "squared.py").open("a") as file:
        file.write(f"\n\nright = loss\n{ADDED}")
    (pack / "pack.toml").write_text(
        (pack / "pack.toml").read_text().replace('id = "squared"', 'id = "unproven"')
    )
    pack = pack.rename(pack.parent / "unproven")
    page = visit(ELENA).page

    upload(page, up, build(pack))

    expect(page.get_by_text("check failed").first).to_be_visible(timeout=90_000)
    assert page.get_by_role("button", name=re.compile("^Publish")).count() == 0


def test_every_fault_of_a_pack_that_can_not_be_read_is_listed_at_once(visit, up, pack):
    text = (pack / "pack.toml").read_text()
    archive = build(pack)
    (pack / "pack.toml").write_text(text.replace("points = 4", "points = -4", 1) + '\nsurprise = "key"\n')
    page = visit(ELENA).page

    upload(page, up, rebuilt(archive, pack))

    expect(page.get_by_role("alert")).to_contain_text("pack.toml")
    expect(page.get_by_role("alert")).to_contain_text("points")
    expect(page.get_by_role("alert")).to_contain_text("surprise")


def test_a_ta_can_not_upload_packs(visit, up):
    answer = visit(JONAS).page.goto(up.url + PACKS)

    assert answer.status == 403


def rebuilt(archive, pack):
    """A copy of the archive, with the pack.toml that `grader pack build` would refuse."""
    import zipfile

    changed = archive.with_name("changed.zip")
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            manifest = name.endswith("pack.toml")
            new.writestr(name, (pack / "pack.toml").read_bytes() if manifest else old.read(name))
    return changed
