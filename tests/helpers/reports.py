"""Reports in which every field has a value, and strategies that generate them."""

from decimal import Decimal

from hypothesis import strategies as st

from grader.grading.report import GradedFile, PackIdentity, Report, Result
from grader.values import Case, Cause, Diagnosis, Evidence, Fit, Mode, Number, Picture, Verdict, Visibility

MARK = "SENTINEL"
DIAGNOSIS = Diagnosis(
    Fit.ONE,
    (f"{MARK}-mistake",),
    "z\u0304",
    (("parameter", f"{MARK} fact"),),
    1e-16,
    2,
    f"{MARK} sentence",
    f"{MARK} evidence",
    f"{MARK} question",
)
PICTURE = Picture("heatmap", f"{MARK} picture", {"rows": [[0.5, None], [1, f"{MARK} cell"]]})


def make_result(test_id="test_a", **values):
    """A failed visible result in which every text contains MARK."""
    filled = {
        "title": "A title",
        "points": Decimal(10),
        "visibility": Visibility.VISIBLE,
        "verdict": Verdict.FAILED,
        "earned": Decimal(0),
        "hint": f"{MARK} hint",
        "message": f"{MARK} message",
        "cases": (Case(f"{MARK} case", Verdict.FAILED, f"{MARK} of a case"),),
        "numbers": (Number(f"{MARK} number", 0.5, 1e-6, False),),
        "diagnosis": DIAGNOSIS,
        "pictures": (PICTURE,),
        "output": f"{MARK} output",
        "traceback": f"{MARK} traceback",
        "arguments": MARK.encode(),
        "detail": f"{MARK} detail",
        "evidence": Evidence(cpu_ns=123456789, wall_ns=987654321, ended=f"{MARK} end"),
        "key": 0xFEEDFACE,
        "answer": f"{MARK} answer",
        "comment": f"{MARK} comment",
    }
    return Result(test_id, **{**filled, **values})


def make_report(*results, **values):
    filled = {
        "pack": PackIdentity("squared", "Squared error", "a" * 64, "b" * 64),
        "files": (GradedFile("squared.py", "c" * 64),),
        "results": results or (make_result(),),
        "mode": Mode.FULL,
        "engine": {"numpy": "2.0"},
        "draw": "team 7",
        "replay": "grader grade squared.py",
        "timings": (("tests", 1.5),),
    }
    return Report(**{**filled, **values})


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
floats = st.floats(allow_nan=False)
points = st.decimals(0, 100, places=2)
cases = st.builds(Case, texts, st.sampled_from(Verdict), texts)
numbers = st.builds(Number, texts, floats, floats, st.booleans())
diagnoses = st.none() | st.builds(
    Diagnosis,
    st.sampled_from(Fit),
    st.lists(texts, max_size=2).map(tuple),
    texts,
    st.dictionaries(texts, texts, max_size=2).map(lambda facts: tuple(facts.items())),
    floats,
    st.integers(0, 9),
    texts,
    texts,
    texts,
)
pictures = st.lists(st.just(PICTURE), max_size=2).map(tuple)
counts = st.integers(0, 2**40)
evidence = st.builds(Evidence, counts, counts, counts, counts, texts, texts)


@st.composite
def results(draw, visibility=None):
    verdict = draw(st.sampled_from(Verdict))
    internal = verdict is Verdict.INTERNAL
    worth = draw(points)
    return Result(
        id=f"test_{draw(st.integers(0, 10**9))}",
        title=draw(texts),
        points=worth,
        visibility=visibility or draw(st.sampled_from(Visibility)),
        verdict=verdict,
        earned=None if internal else worth,
        secret=draw(st.booleans()),
        hint=draw(texts),
        cause=draw(st.sampled_from(Cause)) if internal else None,
        message=draw(texts),
        cases=tuple(draw(st.lists(cases, max_size=2))),
        numbers=tuple(draw(st.lists(numbers, max_size=2))),
        diagnosis=draw(diagnoses),
        pictures=draw(pictures),
        output=draw(texts),
        traceback=draw(texts),
        arguments=draw(st.binary(max_size=20)),
        detail=draw(texts),
        evidence=draw(evidence),
        key=draw(st.integers(0, 2**128 - 1)),
        by_hand=draw(st.booleans()),
        answer=draw(texts),
        comment=draw(texts),
    )


def reports():
    return st.builds(make_report, st.just(make_result()), results(), results())
