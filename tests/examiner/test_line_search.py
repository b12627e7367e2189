"""Which line is named, from changes that fit and their proofs; the processes are stand-ins."""

import contextlib
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from grader.examiner import line_search
from grader.examiner.by_tests import Passing, Proof
from grader.examiner.clues import Clue, Row
from grader.examiner.fitting import Fitting
from grader.examiner.judging import Judged
from grader.examiner.line_search import LineSearch
from grader.examiner.variants import Change
from grader.kit.candidate import KeptCall
from grader.kit.targets import Target
from grader.values import Limits, TestPlan, Verdict, Visibility

SOURCE = "def f(x):\n    y = x\n    return y\n"
FIRST = Change("f.py", "f", "sign", 1.5, SOURCE.index("x\n    return"), SOURCE.index("\n    return"), "-x", 2)
SECOND = Change("f.py", "f", "sign", 1.6, SOURCE.rindex("y"), SOURCE.rindex("y") + 1, "-y", 3)
DEAR = Change("f.py", "f", "sign", 2.5, SOURCE.rindex("y"), SOURCE.rindex("y") + 1, "3 - y", 3)
VISIBLE = Visibility.VISIBLE


def row(name, verdict=Verdict.FAILED, path="f", visibility=VISIBLE):
    plan = TestPlan(name, visibility, Limits(2.0, 10.0, 256, 64), 7)
    call = KeptCall({"path": path, "mode": "plain", "args": (np.ones(2),), "kwargs": {}}, np.ones(2))
    target = Target(call.value, lambda value: {"": False})
    clues = [Clue(plan, call, (), target)] if verdict is Verdict.FAILED else []
    return Row(plan, verdict, 1, clues, paths=frozenset({path}))


class Search(LineSearch):
    """A search in which each change explains these rows; `asked` are the bounds of the searches."""

    def __init__(self, known, fits, proofs, monkeypatch):
        def searcher(visibility, key):
            return contextlib.nullcontext()

        def find_fitting(searcher, clues, near=None):
            self.asked.append(near)
            most = fits[0].cost + near if near is not None else 99.0
            return Fitting([change for change in fits if change.cost <= most], 5)

        monkeypatch.setattr(line_search, "find_fitting", find_fitting)
        super().__init__(None, SimpleNamespace(searcher=searcher, sources={"f.py": SOURCE}), known)
        self.asked, self.proofs, self.proven, self.lucky = [], proofs, [], ()

    def _proof(self, changes, plan, visibility):
        self.proven.append(changes[0])
        return Proof(self.proofs[changes[0]])

    def _holds(self, changes, rows, visibility):
        return changes[0] not in self.lucky


@pytest.fixture
def search(monkeypatch):
    return lambda known, fits, proofs: Search(known, fits, proofs, monkeypatch)


def test_of_lines_that_explain_everything_the_one_that_ran_last_is_named_first(search):
    found = search([row("a")], [FIRST, SECOND], {FIRST: ("a",), SECOND: ("a",)}).lines(VISIBLE)

    assert (found["a"].spot.line, [spot.line for spot in found["a"].also]) == (3, [2])


def test_no_dear_change_is_looked_for_if_a_cheap_one_explains_everything(search):
    looked = search([row("a"), row("p", Verdict.PASSED)], [FIRST, DEAR], {FIRST: ("a",), DEAR: ("a",)})

    assert looked.lines(VISIBLE)["a"].spot.line == 2
    assert looked.asked == [line_search.NEAR]
    assert looked.proven == [FIRST]


def test_a_dear_change_that_explains_more_is_found_and_no_proof_is_made_twice(search):
    looked = search([row("a"), row("b")], [FIRST, DEAR], {FIRST: ("a",), DEAR: ("a", "b")})

    assert looked.lines(VISIBLE)["b"].spot.line == 3
    assert looked.asked == [line_search.NEAR, None]
    assert looked.proven == [FIRST, DEAR]


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.ERROR])
def test_no_line_is_named_while_a_row_of_the_function_stays_unexplained(search, verdict):
    assert search([row("a"), row("b", verdict)], [FIRST], {FIRST: ("a",)}).lines(VISIBLE) == {}


def test_a_row_of_many_calls_is_not_run_again_and_hinders_no_line(search):
    long = replace(row("b"), calls=line_search.MOST_CALLS + 1)

    assert list(search([row("a"), long], [FIRST], {FIRST: ("a",)}).lines(VISIBLE)) == ["a"]


def test_a_line_of_a_hidden_row_must_explain_the_visible_ones_of_the_function_too(search):
    hidden = Visibility.HIDDEN
    known = [row("v"), row("h", visibility=hidden)]

    some = search(known, [FIRST], {FIRST: ("h",)}).lines(hidden)
    every = search(known, [FIRST], {FIRST: ("h", "v")}).lines(hidden)

    assert some == {}
    assert {name: line.explains for name, line in every.items()} == {"h": ("h",)}


def test_a_row_of_another_function_needs_no_explanation(search):
    known = [row("a"), row("b", Verdict.ERROR, "g")]

    found = search(known, [FIRST, SECOND], {FIRST: ("a",), SECOND: ("a",)}).lines(VISIBLE)

    assert found["a"].spot.line == 3


def judged(name, path="f"):
    """A row that failed without a comparison of a value."""
    found = row(name, path=path)
    (clue,) = found.clues
    case = Judged(found.plan, lambda candidate: False, (clue.call,))
    return replace(found, clues=[], judged=[case])


@pytest.fixture
def by_tests(monkeypatch):
    """The lines of a search in which these changes make the tests pass; a proof is (rows, value)."""

    def lines(known, proofs, *, sharp=True):
        class ByTests(Search):
            def _proof(self, changes, plan, visibility):
                return Proof(*proofs[changes[0]])

        passing = Passing(list(proofs), 5, sharp)
        monkeypatch.setattr(line_search, "find_passing", lambda *_: passing)
        return ByTests(known, [FIRST], {FIRST: ()}, monkeypatch).lines(VISIBLE)

    return lines


def test_the_line_of_a_test_that_judges_is_named_for_every_row_that_passes(by_tests):
    lines = by_tests([judged("a"), judged("b")], {FIRST: (("a", "b"), (1.0,))})

    assert {name: line.spot.line for name, line in lines.items()} == {"a": 2, "b": 2}


def test_changes_that_give_different_values_on_other_draws_name_no_line(by_tests):
    proofs = {FIRST: (("a",), (1.0, 2.0)), SECOND: (("a",), (1.0, 2.5))}

    assert by_tests([judged("a")], proofs) == {}
    assert by_tests([judged("a")], {**proofs, SECOND: (("a",), (1.0, 2.0))})["a"].spot.line == 3


def test_a_range_names_a_line_only_if_all_of_several_failed_rows_pass(by_tests):
    one, both = {FIRST: (("a",), ())}, {FIRST: (("a", "b"), ())}

    assert by_tests([judged("a")], one, sharp=False) == {}
    assert by_tests([judged("a"), judged("b")], one, sharp=False) == {}
    assert set(by_tests([judged("a"), judged("b")], both, sharp=False)) == {"a", "b"}


def test_a_test_does_not_judge_a_function_whose_value_another_test_compares(by_tests):
    proofs = {FIRST: (("b",), ())}

    assert by_tests([row("a"), judged("b")], proofs) == {}
    assert set(by_tests([row("a"), judged("b", "g")], proofs)) == {"b"}


def test_of_functions_that_do_not_belong_together_none_is_blamed_that_another_test_found_right(by_tests):
    proofs = {FIRST: (("a",), (1.0,))}
    disagree = judged("a")
    (case,) = disagree.judged
    other = KeptCall({**case.calls[0].request, "path": "g"}, np.ones(2))
    disagree = replace(disagree, judged=[replace(case, calls=(*case.calls, other))])
    right = [row(path, Verdict.PASSED, path) for path in "fg"]

    assert by_tests([disagree, *right], proofs) == {}
    assert set(by_tests([disagree, right[0]], proofs)) == {"a"}


def test_a_row_of_a_function_that_an_explained_row_calls_too_must_be_explained(search):
    both = replace(row("a"), paths=frozenset({"f", "g"}))
    known = [both, row("b", Verdict.ERROR, "g")]

    assert search(known, [FIRST], {FIRST: ("a",)}).lines(VISIBLE) == {}


def test_a_line_of_visible_rows_is_proven_for_hidden_ones_without_a_search(search):
    known = [row("v"), row("h", visibility=Visibility.HIDDEN)]
    looked = search(known, [FIRST], {FIRST: ("v", "h")})

    shown, hidden = looked.lines(VISIBLE), looked.lines(Visibility.HIDDEN)

    assert {name: line.explains for name, line in shown.items()} == {"v": ("v",)}
    assert {name: line.explains for name, line in hidden.items()} == {"h": ("h",)}
    assert looked.asked == [line_search.NEAR]


def test_a_change_that_fails_on_further_draws_is_not_named(search):
    looked = search([row("a")], [FIRST, SECOND], {FIRST: ("a",), SECOND: ("a",)})
    looked.lucky = (SECOND,)

    found = looked.lines(VISIBLE)["a"]

    assert (found.spot.line, found.also) == (2, ())


def test_without_a_change_that_holds_there_is_no_line(search):
    looked = search([row("a")], [FIRST], {FIRST: ("a",)})
    looked.lucky = (FIRST,)

    assert looked.lines(VISIBLE) == {}


@pytest.mark.parametrize(("breaks", "proven"), [("", ("h", "w")), ("v", ()), ("w", ("h",))])
def test_a_proof_for_hidden_rows_needs_the_visible_rows_that_passed(breaks, proven):
    class Proving(LineSearch):
        def _ended(self, plan, candidate):
            assert plan.visibility is Visibility.HIDDEN
            return Verdict.FAILED if plan.id == breaks else Verdict.PASSED

    def changed(visibility, changes):
        return contextlib.nullcontext(SimpleNamespace(values=[]))

    hidden = row("h")
    hidden = replace(hidden, plan=replace(hidden.plan, visibility=Visibility.HIDDEN))
    known = [row("v", Verdict.PASSED), row("w"), hidden]
    proving = Proving(None, SimpleNamespace(changed=changed, sources={}), known)

    assert proving._proof([FIRST], hidden.plan, Visibility.HIDDEN).passes == proven
