"""How a check asks for a diagnosis, and how what is found reaches the report."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from grader.diagnosis.words import worded
from grader.diagnosis.words.sentences import WORDS
from grader.kit import Checks, Mismatch, Net, Recorder
from grader.kit.diagnose import PATIENCE_S
from grader.runner.verdicts import outcome_of
from grader.values import (
    MOST_FACTS,
    PICTURE_BYTES,
    PICTURES_BYTES,
    PICTURES_KEPT,
    Diagnosis,
    Ended,
    Evidence,
    Fit,
    Limits,
    Outcome,
    Picture,
    TestPlan,
    Verdict,
    Visibility,
)
from grader.values.codec import decode, encode
from grader.values.student_faults import CandidateLost, StudentError
from reference import mlp
from reference.mistakes import CATALOGUE, OF_A_CALL, OF_A_LOSS, Pass, batch_of
from reference.mistakes import Net as Kind
from reference.mistakes.scales import SCALES

RNG = np.random.default_rng
SAID = Diagnosis(Fit.ONE, ("slope-left-out:2",), "z̄₂", (("0.phi", "σ"),), 1e-16, 2)


def candidate(waited_s=0.0):
    return SimpleNamespace(
        waited_s=waited_s,
        last_call=("backward", (1,)),
        last_path="backward",
        printed="hi",
        returned_none="",
        causes=set(),
    )


def point(n=6):
    rng = RNG(4)
    return mlp.init_params(rng, (4, 5, 3), 0.8), rng.normal(size=(n, 4)), rng.normal(size=(n, 3))


def without_slope(params, x, t):
    batch = batch_of(params, x, t)
    wrong = Pass(Kind(), batch, {("slope", 1): lambda p, layer: np.ones_like(p.z[layer])}).run()
    return {name: g / len(x) for name, g in wrong.gradients().items()}


def checked(diagnose, student=None, got=None):
    """The recorder of a gradient check that fails."""
    recorder, args = Recorder(), point()
    reference = mlp.cost_signals(*args).parameters
    with pytest.raises(Mismatch):
        Checks(recorder, student or candidate()).gradcheck(
            got or without_slope(*args), args=args, reference=reference, diagnose=diagnose
        )
    return recorder


def test_a_failed_check_asks_why():
    recorder = checked(Net(without_slope, RNG(1), point()))

    assert recorder.diagnosis.mistakes == ("slope-left-out",)
    assert recorder.diagnosis.signal == "z̄"


def test_a_check_that_passes_calls_nobody_again():
    def nobody(*args):
        raise AssertionError("called again")

    args = point()
    right = mlp.cost_signals(*args).parameters

    Checks(Recorder()).gradcheck(right, args=args, reference=right, diagnose=Net(nobody, RNG(1), args))


def test_the_failing_call_stays_the_one_that_the_report_tells_of():
    student = candidate()

    def backward(*args):
        student.last_call, student.printed = ("backward", args), "again"
        return without_slope(*args)

    checked(Net(backward, RNG(1), point()), student)

    assert (student.last_call, student.printed) == (("backward", (1,)), "hi")


def test_code_that_takes_long_is_not_called_again():
    assert checked(Net(without_slope, RNG(1), point()), candidate(PATIENCE_S + 1)).diagnosis is None


def test_a_fault_of_ours_costs_the_diagnosis_alone_and_is_told_to_staff():
    class Broken:
        def diagnose(self, got, **more):
            raise KeyError("W3")

    recorder = checked(Broken())

    assert recorder.diagnosis is None
    assert recorder.left_out == ["the diagnosis stopped: KeyError: 'W3'"]


@pytest.mark.parametrize("fault", [StudentError("ValueError", "n must be 6", ""), CandidateLost("gone")])
def test_code_that_stops_on_other_inputs_has_no_diagnosis(fault):
    def stops(*args):
        raise fault

    recorder = checked(Net(stops, RNG(1), point()))

    assert recorder.diagnosis is None
    assert recorder.left_out == []


def test_code_for_one_number_of_rows_is_called_with_that():
    seen = []

    def six(params, x, t):
        if len(x) != 6:
            raise StudentError("ValueError", "six rows", "")
        seen.append(len(x))
        return without_slope(params, x, t)

    assert checked(Net(six, RNG(1), point())).diagnosis.mistakes == ("slope-left-out",)
    assert set(seen) == {6}


def test_a_slip_is_named_from_a_batch_of_one_row():
    args = point(1)

    assert Net(without_slope, RNG(1), args).diagnose(without_slope(*args)).mistakes == ("slope-left-out",)


def test_draws_are_the_tests_own_and_come_again():
    seen: list[list[float]] = [[], []]
    for calls in seen:

        def backward(params, x, t, calls=calls):
            calls.append(float(params["W1"][0, 0]))
            return without_slope(params, x, t)

        Net(backward, RNG(7), point()).diagnose(without_slope(*point()))

    assert seen[0] == seen[1]
    assert len(set(seen[0])) >= 2


def test_the_tests_own_draw_is_not_moved_by_a_diagnosis():
    one, other = RNG(3), RNG(3)
    Net(without_slope, one, point()).diagnose(without_slope(*point()))

    assert one.normal() == other.normal()


@pytest.mark.parametrize("got", [None, 3.0, {}, {"W1": 1}, {"W1": "x", "b1": 0, "W2": 0, "b2": 0}])
def test_what_is_no_gradient_has_no_diagnosis(got):
    assert Net(without_slope, RNG(1), point()).diagnose(got) is None


def test_gradients_that_are_nan_have_no_diagnosis():
    strange = {name: np.full_like(g, np.nan) for name, g in without_slope(*point()).items()}

    assert Net(without_slope, RNG(1), point()).diagnose(strange) is None


def test_random_gradients_are_said_not_to_repeat():
    noise = RNG(0)

    def backward(params, x, t):
        return {name: noise.normal(size=value.shape) for name, value in params.items()}

    told = worded(Net(backward, RNG(1), point()).diagnose(backward(*point())))

    assert (told.fit, told.mistakes) == (Fit.NONE, ())
    assert told.sentence == "The same call gives other gradients the second time."


def test_every_slip_of_the_catalogue_has_words_and_every_word_its_slip():
    assert set(WORDS) == set(CATALOGUE)


def test_there_are_more_than_25_slips():
    assert len(CATALOGUE) >= 25
    assert {scale.id for scale in SCALES} | set(OF_A_CALL) | set(OF_A_LOSS) <= CATALOGUE


BLUNT = ("wrong", "bad", "invalid", "forgot", "oops", "sorry", "please")


@pytest.mark.parametrize("mistake", WORDS)
def test_words_are_calm_and_ask_a_question(mistake):
    said = f"{WORDS[mistake].clause} {WORDS[mistake].question}".lower().split()

    assert "?" in WORDS[mistake].question or mistake == "path-without-weights"
    assert not set(said) & set(BLUNT)
    assert not WORDS[mistake].clause.endswith(".")


# ------------------------------------------------------------------ from the examiner to the report


class FakeWatch:
    plan = TestPlan("test_a", Visibility.VISIBLE, Limits(), 1)
    loss = None

    def printed(self):
        return ""

    def evidence(self):
        return Evidence()


def said(**more):
    diagnosis = {
        "fit": "one",
        "mistakes": ["slope-left-out:2"],
        "signal": "z̄₂",
        "facts": [["0.phi", "σ"]],
        "error": 1e-16,
        "draws": 2,
    }
    outcome = {"id": "test_a", "verdict": "failed", "share": "0", "message": "m", "diagnosis": diagnosis}
    return {"outcome": {**outcome, **more}}


def taken(said):
    """What a runner makes of an examiner's words."""
    return outcome_of(decode(Ended, said), FakeWatch())


def test_a_diagnosis_passes_the_runner():
    assert taken(said()).diagnosis == SAID


@pytest.mark.parametrize(
    "broken",
    [{"fit": "surely"}, {"mistakes": "slope"}, {"error": "small"}, {"draws": None}, {"strange": 1}],
)
def test_the_runner_takes_no_diagnosis_of_another_form(broken):
    rows = said()
    rows["outcome"]["diagnosis"] |= broken

    with pytest.raises(ValueError, match=f"outcome.diagnosis.{next(iter(broken))} is "):
        taken(rows)


def test_the_runner_bounds_what_an_examiner_says():
    rows = said()
    rows["outcome"]["diagnosis"] |= {
        "mistakes": ["s" * 500] * 50,
        "facts": [["n" * 500, "v" * 5000]] * 50,
        "signal": "z" * 500,
    }

    kept = taken(rows).diagnosis

    assert len(kept.mistakes) <= 8
    assert len(kept.facts) <= MOST_FACTS
    assert len(kept.signal) <= 40
    assert all(len(text) <= 300 for fact in kept.facts for text in fact)


@pytest.mark.parametrize(
    ("kind", "title", "text"),
    [
        ("film", "t", "{}"),
        ("heatmap", "", "{}"),
        ("heatmap", "t" * 121, "{}"),
        ("heatmap", "t", "[1, 2]"),
        ("heatmap", "t", '{"a": NaN}'),
        ("heatmap", "t", '{"a": 1e999}'),
        ("heatmap", "t", '{"a": "\\ud800"}'),
        ("heatmap", "t", '{"a": "\\u0000"}'),
        ("heatmap", "t", '{"a":' + "[" * 9 + "]" * 9 + "}"),
        ("heatmap", "t", '{"a":' + "[" * 15000 + "]" * 15000 + "}"),
        ("heatmap", "t", "{"),
        ("heatmap", "t", '{"a": "' + "x" * PICTURE_BYTES + '"}'),
    ],
)
def test_the_runner_takes_no_picture_that_breaks_a_rule(kind, title, text):
    with pytest.raises(ValueError, match=r"."):
        taken(said(pictures=[{"kind": kind, "title": title, "data": text}]))


def test_the_runner_takes_no_more_pictures_than_a_test_keeps():
    picture = {"kind": "heatmap", "title": "t", "data": "{}"}

    with pytest.raises(ValueError, match=f"at most {PICTURES_KEPT} are allowed"):
        taken(said(pictures=[picture] * (PICTURES_KEPT + 1)))


def test_the_runner_takes_no_pictures_that_are_too_large_together():
    text = json.dumps({"a": "x" * (PICTURES_BYTES // 3)})
    pictures = [{"kind": "heatmap", "title": "t", "data": text}] * 3

    assert len(taken(said(pictures=pictures[:2])).pictures) == 2
    with pytest.raises(ValueError, match="pictures have"):
        taken(said(pictures=pictures))


def test_diagnosis_and_pictures_cross_from_runner_to_client():
    picture = Picture("curve", "Loss", {"y": [1.0, None, 0.5], "name": "σ"})
    outcome = Outcome("test_a", Verdict.FAILED, diagnosis=SAID, pictures=(picture,))

    assert decode(Outcome, encode(outcome)) == outcome


def test_a_recorder_makes_plain_values_of_arrays():
    recorder = Recorder()

    recorder.picture(
        "heatmap", "Errors", {"rows": np.array([[1.0, np.nan]]), "n": np.int64(3), "t": (np.inf, "a\x00")}
    )

    assert recorder.pictures == [
        Picture("heatmap", "Errors", {"rows": [[1.0, None]], "n": 3, "t": [None, "a "]})
    ]


def test_a_recorder_leaves_out_what_is_too_much_and_says_so():
    recorder = Recorder()

    recorder.picture("surface", "Large", {"z": np.zeros((200, 200))})
    for number in range(PICTURES_KEPT + 2):
        recorder.picture("curve", f"No {number}", {"y": [1.0]})

    assert len(recorder.pictures) == PICTURES_KEPT
    assert len(recorder.left_out) == 3
    assert "'Large'" in recorder.left_out[0]


@pytest.mark.parametrize(
    ("kind", "data"), [("film", {}), ("curve", [1]), ("curve", {"a": object()}), ("curve", {1: 2})]
)
def test_a_recorder_refuses_what_no_picture_can_hold(kind, data):
    with pytest.raises(ValueError, match="picture"):
        Recorder().picture(kind, "t", data)


@pytest.mark.parametrize("fit", [Fit.BOTH, Fit.EITHER])
def test_no_fact_that_the_words_need_is_lost_on_the_way(fit):
    args = point()

    def two(params, x, t):
        batch = batch_of(params, x, t)
        changes = {("slope", 1): lambda p, layer: p.activation(layer).slope(p.h[layer])}
        if fit is Fit.BOTH:
            changes[("b_bar", 2)] = lambda p, layer: p.z_bar[layer][0]
        wrong = Pass(Kind(), batch, changes).run()
        return {name: g / len(x) for name, g in wrong.gradients().items()}

    found = Net(two, RNG(1), args).diagnose(two(*args))
    crossed = taken(said(diagnosis=encode(found)))

    assert crossed.diagnosis.facts == found.facts
    assert "that " not in worded(found).sentence.replace("that is", "")


def test_a_slip_that_was_shown_before_is_tried_first():
    student = candidate()
    checked(Net(without_slope, RNG(1), point()), student)

    again = checked(Net(without_slope, RNG(2), point()), student)

    assert student.causes == {"slope-left-out"}
    assert again.diagnosis.mistakes == ("slope-left-out",)


def test_a_slip_that_was_shown_before_is_not_named_where_it_does_not_fit():
    student = candidate()
    student.causes.add("slope-at-h")

    assert checked(Net(without_slope, RNG(1), point()), student).diagnosis.mistakes == ("slope-left-out",)


def logits_of(params, x):
    return mlp.forward(params, x).y


def class_loss(params, x, t):
    return float(mlp.class_cost(params, x, t))


def summed_signals(params, x, t):
    return {name: len(x) * g for name, g in mlp.class_cost_signals(params, x, t).parameters.items()}


@pytest.mark.parametrize(("logits", "named"), [(True, ("not-averaged",)), (False, ())])
def test_a_forward_pass_may_end_before_the_softmax(logits, named):
    params, x, _ = point()
    args = params, x, RNG(8).dirichlet(np.ones(3), 6)
    net = Net(
        summed_signals,
        RNG(1),
        args,
        forward=logits_of,
        loss=class_loss,
        loss_kind="cross-entropy",
        logits=logits,
    )

    assert net.diagnose(summed_signals(*args), own_loss=True).mistakes == named


def test_logits_that_depart_are_named():
    def without_bias(params, x):
        return logits_of(params | {"b1": 0 * params["b1"]}, x)

    params, x, _ = point()
    args = params, x, RNG(8).dirichlet(np.ones(3), 6)
    net = Net(summed_signals, RNG(1), args, forward=without_bias, loss_kind="cross-entropy", logits=True)

    assert net.outputs.diagnose(without_bias(params, x)).mistakes == ("bias-left-out:1",)
