"""An instructor's packs: uploaded, checked, published, assigned."""

import io
import zipfile
from dataclasses import asdict
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from grader.database import claims, reading, results, writing
from grader.database.models import Assignment, PackVersion
from grader.packcheck import CheckReport, Flakiness, LineRow, Matrix, Mutants, Step, Survivor
from grader.packs import write_zip
from tests.helpers.packs import make_pack
from tests.web.world import CSRF

FORM = {"title": "Squares", "slug": "squares", "opens": "2026-10-01T08:00", "due": "2026-10-16T23:59"}
FORM |= {"release": "after_due", "attempts": "3", "closes": ""}
STEPS = (Step("solution", "10 of 10 on five draws"), Step("starter", "0 of 10"))


def upload(world, data, name="instructor"):
    file = {"pack": (io.BytesIO(data), "pack.zip")}
    return world.visit(name).post(world.base + "/packs", file)


def check_report(*steps):
    matrix = Matrix(("test_loss", "test_other_sizes"), (("half missing", ("test_loss",)),))
    return CheckReport("fresh", "digest", steps, matrix)


def finish_check(world, report):
    with writing(world.engine) as session:
        claim = None
        while claim is None or claim.kind != "pack_check":
            claim = claims.claim(session, claims.Claimant("w"))
        assert results.finish_check(session, claim, report.to_json(), proven=report.proven)


def publish(world):
    path = upload(world, write_zip(make_pack(id="fresh"))).location
    finish_check(world, check_report(*STEPS))
    world.visit("instructor").post(path + "/publish")
    return path


def test_an_uploaded_pack_waits_for_its_check(world, backends):
    answer = upload(world, write_zip(make_pack(id="fresh")))

    page = world.visit("instructor").get(answer.location)

    assert "check queued" in page.text
    assert backends.notified == 1


def test_the_same_pack_again_is_the_same_version(world):
    data = write_zip(make_pack(id="fresh"))

    assert upload(world, data).location == upload(world, data).location


def test_every_fault_of_a_bad_pack_is_listed(world):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("bad/pack.toml", 'format = 2\nid = "BAD"\nbogus = 1\n')

    page = upload(world, data.getvalue())

    assert page.status_code == 422
    for key in ("format", "id", "bogus", "title"):
        assert f"<code>{key}</code>" in page.text


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04broken"])
def test_a_file_that_is_not_a_zip_is_refused(world, data):
    page = upload(world, data)

    assert page.status_code == 422
    assert "zip archive" in page.text


def test_the_page_is_updated_after_each_step_of_the_check(world):
    path = upload(world, write_zip(make_pack(id="fresh"))).location
    with writing(world.engine) as session:
        claim = None
        while claim is None or claim.kind != "pack_check":
            claim = claims.claim(session, claims.Claimant("w"))
        claims.write_progress(session, claim, [asdict(STEPS[0])], 30)
    visitor = world.visit("instructor")

    content, page = visitor.get(path + "/live").json, visitor.get(path).text

    assert content["state"] == "running 1"
    assert 'data-state="running 1"' in page
    assert "solution: 10 of 10 on five draws" in page


def test_a_proven_pack_shows_its_matrix_and_can_be_published(world):
    path = upload(world, write_zip(make_pack(id="fresh"))).location
    finish_check(world, check_report(*STEPS))
    visitor = world.visit("instructor")

    page = visitor.get(path).text
    visitor.post(path + "/publish")

    assert "Kill matrix" in page
    assert "half missing" in page
    assert "Make an assignment" in visitor.get(path).text


def test_a_check_shows_coverage_and_surviving_mutants(world):
    path = upload(world, write_zip(make_pack(id="fresh"))).location
    survivor = Survivor("solution/squared.py", 3, "comparison", "a > b", "a >= b")
    steps = (*STEPS, Step("Mutants", "36 of 37 caught", advice=("lives: solution/squared.py:3",)))
    rows = (("half missing", ("test_loss",)), ("halved", ("test_loss",)), ("sign", ("test_other_sizes",)))
    report = CheckReport(
        "fresh",
        "digest",
        steps,
        Matrix(("test_loss", "test_other_sizes"), rows),
        Flakiness(20, ()),
        Mutants(90, 37, (survivor,), ("test_loss stopped by itself",)),
    )
    finish_check(world, report)

    page = world.visit("instructor").get(path).text

    assert "36 of 37 mutants" in page
    assert "<code>solution/squared.py:3</code>" in page
    assert "<code>a &gt;= b</code>" in page
    assert "test_loss stopped by itself" in page
    assert "<code>test_other_sizes</code> fails only one mistake: sign" in page
    assert "Not distinguished by any test: half missing; halved" in page
    assert '<th scope="row">Mistakes caught</th><td class="num">2</td>' in page
    assert page.count('class="dot v-late"') == 1


def test_a_check_shows_the_lines_that_are_named_for_the_mistakes(world):
    path = upload(world, write_zip(make_pack(id="fresh"))).location
    right = LineRow("sign", "right", "squared.py", 7, "return a < <b>", "sign")
    report = CheckReport(
        "fresh",
        "digest",
        (*STEPS, Step("Lines", "right 1, nothing found 1; 3 s")),
        Matrix(("test_loss",), (("sign", ("test_loss",)),)),
        lines=(right, LineRow("half missing", "nothing")),
    )
    finish_check(world, report)

    page = world.visit("instructor").get(path).text

    assert '<h2 id="h-lines">Lines</h2>' in page
    assert "<code>squared.py:7</code> <code>return a &lt; &lt;b&gt;</code>" in page
    assert "nothing found" in page


def test_a_check_report_of_an_earlier_release_is_shown(world):
    path = upload(world, write_zip(make_pack(id="fresh"))).location
    report = check_report(*STEPS).to_json()
    for key in ("flakiness", "mutants", "coverage", "lines"):
        del report[key]
    finish_check(world, SimpleNamespace(to_json=lambda: report, proven=True))

    assert "Kill matrix" in world.visit("instructor").get(path).text


def test_faults_that_the_check_found_are_shown_and_nothing_can_be_published(world):
    path = upload(world, write_zip(make_pack(id="fresh"))).location
    finish_check(world, check_report(Step("mistakes", "1 of 2", ("sign fails test_loss too",))))
    visitor = world.visit("instructor")

    page = visitor.get(path).text
    after = visitor.client.post(path + "/publish", data={"csrf": CSRF}, follow_redirects=True).text

    assert "sign fails test_loss too" in page
    assert "Publish version" not in page
    assert "only a proven one can be published" in after


def test_a_mistake_with_a_fault_is_shown_as_a_diff(world):
    path = upload(world, write_zip(make_pack(id="fresh"))).location
    diff = "--- solution/squared.py\n+++ squared.py\n-    return y < t\n+    return t < y"
    finish_check(
        world, check_report(Step("mistakes", "1 of 2", ("sign passes",), diffs=(("the <sign>", diff),)))
    )

    page = world.visit("instructor").get(path).text

    assert "<h4>the &lt;sign&gt;</h4>" in page
    assert "-    return y &lt; t\n+    return t &lt; y</pre>" in page


def test_an_assignment_is_made_in_the_zone_of_the_course(world):
    path = publish(world)

    answer = world.visit("instructor").post(path + "/assign", FORM)

    assert answer.location == f"{world.base}/a/squares/class"
    with reading(world.engine) as session:
        assignment = session.query(Assignment).filter_by(slug="squares").one()
    assert assignment.due_at == datetime(2026, 10, 16, 21, 59, tzinfo=UTC)
    assert assignment.attempts == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slug": "No Spaces"}, "Lower-case letters"),
        ({"slug": "squared"}, "exists already"),
        ({"title": ""}, "One line"),
        ({"due": "tomorrow"}, "A date and a time"),
        ({"due": "2026-09-01T08:00"}, "come after the opening"),
        ({"due": "2027-03-28T02:30"}, "skip this time"),
        ({"closes": "2026-10-02T08:00"}, "before the due date"),
        ({"release": "never"}, "one of the three"),
        ({"attempts": "0"}, "of 1 or more"),
        ({"attempts": "²"}, "of 1 or more"),
        ({"attempts": "9" * 5000}, "of 1 or more"),
        ({"due": "2026-10-25T02:30"}, "show 02:30 twice on this day"),
    ],
)
def test_a_wrong_field_has_a_message_beside_it(world, change, message):
    path = publish(world)

    page = world.visit("instructor").post(path + "/assign", FORM | change)

    assert page.status_code == 422
    assert message in page.text
    assert 'aria-invalid="true"' in page.text or "release" in change


def test_a_date_alone_is_its_start_for_the_opening_and_its_end_for_the_due_date(world):
    path = publish(world)
    visitor = world.visit("instructor")
    assert "a date alone: 23:59, the end of that day" in visitor.get(path).text

    visitor.post(
        path + "/assign", FORM | {"opens": "2026-10-01", "due": "2026-10-16", "closes": "2026-10-18"}
    )

    with reading(world.engine) as session:
        assignment = session.query(Assignment).filter_by(slug="squares").one()
    assert assignment.opens_at == datetime(2026, 9, 30, 22, 0, tzinfo=UTC)
    assert assignment.due_at == datetime(2026, 10, 16, 21, 59, tzinfo=UTC)
    assert assignment.closes_at == datetime(2026, 10, 18, 21, 59, tzinfo=UTC)


def test_a_version_that_is_not_published_can_not_be_assigned(world):
    page = world.visit("instructor").post(f"{world.base}/packs/{world.draft.public_id}/assign", FORM)

    assert page.status_code == 422
    with reading(world.engine) as session:
        assert session.query(Assignment).filter_by(slug="squares").count() == 0


def test_hidden_results_are_published_by_hand_if_the_assignment_says_so(world):
    path = publish(world)
    visitor = world.visit("instructor")
    page = visitor.post(path + "/assign", FORM | {"release": "published", "slug": "by-hand"}).location

    visitor.post(page + "/release")

    with reading(world.engine) as session:
        first = session.query(Assignment).filter_by(slug="by-hand").one().published_at
        assert first is not None
    visitor.post(page + "/release")
    with reading(world.engine) as session:
        assert session.query(Assignment).filter_by(slug="by-hand").one().published_at == first


def test_a_check_can_be_asked_for_again(world):
    path = upload(world, write_zip(make_pack(id="fresh"))).location
    finish_check(world, check_report(Step("mistakes", "1 of 2", ("a fault",))))

    world.visit("instructor").post(path + "/check")

    assert "check queued" in world.visit("instructor").get(path).text


def test_a_published_version_can_not_be_checked_again(world):
    path = publish(world)
    world.visit("instructor").post(path + "/check")

    with reading(world.engine) as session:
        assert (
            session.query(PackVersion).filter_by(public_id=path.rsplit("/", 1)[1]).one().state == "published"
        )


def test_a_shipped_pack_shows_its_handout_tests_kill_matrix_and_mistakes_before_it_is_assigned(world):
    page = world.visit("instructor").get(f"{world.base}/packs/{world.version.public_id}").text

    for part in ("Mistakes that it knows", "Kill matrix", "as students see it", "Make an assignment"):
        assert part in page
    assert 'aria-label="fails"' in page
