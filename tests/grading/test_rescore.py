"""A version of a pack that gives other points rescores a report: as its own grading would, without a run."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from grader.grading.grade import Draw, grade
from grader.grading.rescore import rescored
from grader.grading.submission import check_files
from grader.values import Cause, Outcome, Verdict
from tests.helpers.packs import SOLUTION, FakeClient, answering, make_pack

FAILED, PASSED = Verdict.FAILED, Verdict.PASSED
NEEDS = 'needs = ["test_gradient"]\n'


def graded(pack, **outcomes):
    submission = check_files(pack, {"squared.py": SOLUTION})
    client = FakeClient([answering(**outcomes)])
    return grade(pack, submission, client, draw=Draw(), pause_s=0, retries=0)


def with_points(pack, **points):
    """The pack with these points, by test id, and other titles."""
    rows = tuple(
        row.model_copy(update={"points": points.get(row.id, row.points), "title": f"New {row.title}"})
        for row in pack.tests
    )
    return replace(pack, manifest=pack.manifest.model_copy(update={"tests": rows}))


def halves(share):
    return Outcome("test_loss", FAILED if share < 1 else PASSED, share=Decimal(share), message="L is 3.")


shares = st.sampled_from(["0", "0.25", "0.5", "1"]).map(Decimal)
points = st.integers(1, 40).map(Decimal)


@given(shares, st.sampled_from([FAILED, PASSED]), points, points, st.booleans())
def test_it_is_what_a_grading_by_the_new_version_gives(share, gradient, loss, other, needs):
    pack = make_pack(row=f"{NEEDS if needs else ''}partial = true\n")
    new = with_points(pack, test_loss=loss, test_gradient=other)
    outcomes = {"test_loss": halves(share), "test_gradient": gradient}

    report = rescored(graded(pack, **outcomes), new)

    assert report.results == graded(new, **outcomes).results
    assert report.pack == graded(new, **outcomes).pack


def test_a_pack_that_decides_otherwise_has_to_grade_again():
    pack, other = make_pack(), make_pack(row="partial = true\n")

    assert rescored(graded(pack), other) is None


def test_a_report_without_a_score_has_to_be_graded_again():
    pack = make_pack()
    internal = Outcome("test_loss", Verdict.INTERNAL, cause=Cause.PACK)

    assert rescored(graded(pack, test_loss=internal), with_points(pack, test_loss=Decimal(9))) is None
