"""How a failed check gets a diagnosis, and how the diagnosis reaches the report."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from grader.diagnosis.words import worded
from grader.diagnosis.words.sentences import WORDS
from grader.kit import Checks, Mismatch, Net, Recorder
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
from reference.mistakes import CATALOGUE, OF_A_CALL, OF_A_LOSS, OF_BOTH, Pass, batch_of
from reference.mistakes import Net as Kind
from reference.mistakes.scales import SCALES

RNG = np.random.default_rng
DIAGNOSIS = Diagnosis(Fit.ONE, ("slope-left-out:2",), "z̄₂", (("0.phi", "σ"),), 1e-16, 2)


def candidate():
    return SimpleNamespace(causes=set(), drawn=set())


def point(n=6):
    rng = RNG(4)
    return mlp.init_params(rng, (4, 5, 3), 0.8), rng.normal(size=(n, 4)), rng.normal(size=(n, 3))


def without_slope(params, x, t):
    batch = batch_of(params, x, t)
    wrong = Pass(Kind(), batch, {("slope", 1): lambda p, layer: np.ones_like(p.z[layer])}).run()
    return {name: g / len(x) for name, g in wrong.gradients().items()}


def checked(diagnose, student=None, got=None):
    """The recorder of a gradient check that fails, with what is found after it."""
    recorder = failed(diagnose, student, got)
    recorder.explain()
    return recorder


def failed(diagnose, student=None, got=None):
    """The recorder of a gradient check that fails."""
    recorder, args = Recorder(), point()
    reference = mlp.cost_signals(*args).parameters
    with pytest.raises(Mismatch):
        Checks(recorder, student or candidate()).gradcheck(
            got or without_slope(*args), args=args, reference=reference, diagnose=diagnose
        )
    return recorder


def test_a_failed_check_gets_a_diagnosis():
    recorder = checked(Net(without_slope, RNG(1), point()))

    assert recorder.diagnosis.mistakes == ("slope-left-out",)
    assert recorder.diagnosis.signal == "z̄"


def test_a_check_that_passes_does_not_call_the_student_again():
    def uncalled(*args):
        raise AssertionError("called again")

    args = point()
    right = mlp.cost_signals(*args).parameters

    Checks(Recorder()).gradcheck(right, args=args, reference=right, diagnose=Net(uncalled, RNG(1), args))


def test_the_code_is_not_called_again_before_the_test_has_ended():
    calls = []

    def backward(*args):
        calls.append(args)
        return without_slope(*args)

    recorder = failed(Net(backward, RNG(1), point()))
    during = len(calls)
    recorder.explain()

    assert during == 0
    assert calls
    assert recorder.diagnosis is not None


def test_our_own_error_costs_only_the_diagnosis_and_staff_see_a_note():
    class Broken:
        def diagnose(self, got, **more):
            raise KeyError("W3")

    recorder = checked(Broken())

    assert recorder.diagnosis is None
    assert recorder.left_out == ["the diagnosis was left out: KeyError: 'W3'"]


@pytest.mark.parametrize("fault", [StudentError("ValueError", "n must be 6", ""), CandidateLost("gone")])
def test_code_that_raises_on_other_inputs_gets_no_diagnosis(fault):
    def stops(*args):
        raise fault

    recorder = checked(Net(stops, RNG(1), point()))

    assert recorder.diagnosis is None
    assert recorder.left_out == []


def test_code_that_needs_a_fixed_number_of_rows_is_called_with_it():
    sizes = []

    def six(params, x, t):
        if len(x) != 6:
            raise StudentError("ValueError", "six rows", "")
        sizes.append(len(x))
        return without_slope(params, x, t)

    assert checked(Net(six, RNG(1), point())).diagnosis.mistakes == ("slope-left-out",)
    assert set(sizes) == {6}


def test_a_mistake_is_named_from_a_batch_of_one_row():
    args = point(1)

    assert Net(without_slope, RNG(1), args).diagnose(without_slope(*args)).mistakes == ("slope-left-out",)


def test_the_same_seed_gives_the_same_draws():
    draws: list[list[float]] = [[], []]
    for calls in draws:

        def backward(params, x, t, calls=calls):
            calls.append(float(params["W1"][0, 0]))
            return without_slope(params, x, t)

        Net(backward, RNG(7), point()).diagnose(without_slope(*point()))

    assert draws[0] == draws[1]
    assert len(set(draws[0])) >= 2


def test_a_diagnosis_does_not_change_the_tests_own_random_numbers():
    used, fresh = RNG(3), RNG(3)
    Net(without_slope, used, point()).diagnose(without_slope(*point()))

    assert used.normal() == fresh.normal()


@pytest.mark.parametrize("got", [None, 3.0, {}, {"W1": 1}, {"W1": "x", "b1": 0, "W2": 0, "b2": 0}])
def test_a_value_that_is_no_gradient_gets_no_diagnosis(got):
    assert Net(without_slope, RNG(1), point()).diagnose(got) is None


def test_nan_gradients_get_no_diagnosis():
    strange = {name: np.full_like(g, np.nan) for name, g in without_slope(*point()).items()}

    assert Net(without_slope, RNG(1), point()).diagnose(strange) is None


def test_it_says_that_random_gradients_do_not_repeat():
    noise = RNG(0)

    def backward(params, x, t):
        return {name: noise.normal(size=value.shape) for name, value in params.items()}

    diagnosis = worded(Net(backward, RNG(1), point()).diagnose(backward(*point())))

    assert (diagnosis.fit, diagnosis.mistakes) == (Fit.NONE, ())
    assert diagnosis.sentence == "A second call with the same arguments returns different gradients."


def test_the_words_are_for_exactly_the_mistakes_of_the_catalogue():
    assert set(WORDS) == set(CATALOGUE)


def test_the_catalogue_has_at_least_25_mistakes():
    assert len(CATALOGUE) >= 25
    assert {scale.id for scale in SCALES} | set(OF_A_CALL) | set(OF_A_LOSS) | set(OF_BOTH) <= CATALOGUE


BLUNT = ("wrong", "bad", "invalid", "forgot", "oops", "sorry", "please")


@pytest.mark.parametrize("mistake", WORDS)
def test_texts_are_polite_and_ask_a_question(mistake):
    words = f"{WORDS[mistake].clause} {WORDS[mistake].question}".lower().split()

    assert "?" in WORDS[mistake].question or mistake == "path-without-weights"
    assert not set(words) & set(BLUNT)
    assert not WORDS[mistake].clause.endswith(".")


# ------------------------------------------------------------------ from the examiner to the report


class FakeWatch:
    plan = TestPlan("test_a", Visibility.VISIBLE, Limits(), 1)
    loss = None

    def printed(self):
        return ""

    def evidence(self):
        return Evidence()


def reply(**more):
    """The test host's reply about a failed test with a diagnosis."""
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


def test_the_runner_passes_a_diagnosis_on():
    assert taken(reply()).diagnosis == DIAGNOSIS


@pytest.mark.parametrize(
    "broken",
    [{"fit": "surely"}, {"mistakes": "slope"}, {"error": "small"}, {"draws": None}, {"strange": 1}],
)
def test_the_runner_refuses_a_diagnosis_of_the_wrong_form(broken):
    rows = reply()
    rows["outcome"]["diagnosis"] |= broken

    with pytest.raises(ValueError, match=f"outcome.diagnosis.{next(iter(broken))} is "):
        taken(rows)


def test_the_runner_limits_the_length_of_a_diagnosis():
    rows = reply()
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
def test_the_runner_refuses_a_picture_that_breaks_a_rule(kind, title, text):
    with pytest.raises(ValueError, match=r"."):
        taken(reply(pictures=[{"kind": kind, "title": title, "data": text}]))


def test_the_runner_refuses_more_pictures_than_a_test_may_keep():
    picture = {"kind": "heatmap", "title": "t", "data": "{}"}

    with pytest.raises(ValueError, match=f"at most {PICTURES_KEPT} are allowed"):
        taken(reply(pictures=[picture] * (PICTURES_KEPT + 1)))


def test_the_runner_refuses_pictures_that_are_too_large_together():
    text = json.dumps({"a": "x" * (PICTURES_BYTES // 3)})
    pictures = [{"kind": "heatmap", "title": "t", "data": text}] * 3

    assert len(taken(reply(pictures=pictures[:2])).pictures) == 2
    with pytest.raises(ValueError, match="pictures have"):
        taken(reply(pictures=pictures))


def test_diagnosis_and_pictures_are_the_same_after_encoding_and_decoding():
    picture = Picture("curve", "Loss", {"y": [1.0, None, 0.5], "name": "σ"})
    outcome = Outcome("test_a", Verdict.FAILED, diagnosis=DIAGNOSIS, pictures=(picture,))

    assert decode(Outcome, encode(outcome)) == outcome


def test_a_recorder_turns_arrays_into_plain_values():
    recorder = Recorder()

    recorder.picture(
        "heatmap", "Errors", {"rows": np.array([[1.0, np.nan]]), "n": np.int64(3), "t": (np.inf, "a\x00")}
    )

    assert recorder.pictures == [
        Picture("heatmap", "Errors", {"rows": [[1.0, None]], "n": 3, "t": [None, "a "]})
    ]


def test_a_recorder_leaves_out_pictures_beyond_its_limits_with_a_note():
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
def test_a_recorder_refuses_data_that_a_picture_cant_contain(kind, data):
    with pytest.raises(ValueError, match="picture"):
        Recorder().picture(kind, "t", data)


@pytest.mark.parametrize("fit", [Fit.BOTH, Fit.EITHER])
def test_the_runner_keeps_every_fact_that_the_texts_need(fit):
    args = point()

    def two(params, x, t):
        batch = batch_of(params, x, t)
        changes = {("slope", 1): lambda p, layer: p.activation(layer).slope(p.h[layer])}
        if fit is Fit.BOTH:
            changes[("b_bar", 2)] = lambda p, layer: p.z_bar[layer][0]
        wrong = Pass(Kind(), batch, changes).run()
        return {name: g / len(x) for name, g in wrong.gradients().items()}

    diagnosis = Net(two, RNG(1), args).diagnose(two(*args))
    decoded = taken(reply(diagnosis=encode(diagnosis)))

    assert decoded.diagnosis.facts == diagnosis.facts
    assert "that " not in worded(diagnosis).sentence.replace("that is", "")


def test_a_mistake_found_before_is_tried_first():
    student = candidate()
    checked(Net(without_slope, RNG(1), point()), student)

    again = checked(Net(without_slope, RNG(2), point()), student)

    assert student.causes == {"slope-left-out"}
    assert again.diagnosis.mistakes == ("slope-left-out",)


def test_a_mistake_found_before_is_not_named_if_it_does_not_fit():
    student = candidate()
    student.causes.add("slope-at-h")

    assert checked(Net(without_slope, RNG(1), point()), student).diagnosis.mistakes == ("slope-left-out",)


def logits_of(params, x):
    return mlp.forward(params, x).y


def class_loss(params, x, t):
    return float(mlp.class_cost(params, x, t))


def summed_signals(params, x, t):
    return {name: len(x) * g for name, g in mlp.class_cost_signals(params, x, t).parameters.items()}


@pytest.mark.parametrize(("logits", "named"), [(True, ("gradient-sums",)), (False, ())])
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


def test_the_mistake_in_wrong_logits_is_named():
    def without_bias(params, x):
        return logits_of(params | {"b1": 0 * params["b1"]}, x)

    params, x, _ = point()
    args = params, x, RNG(8).dirichlet(np.ones(3), 6)
    net = Net(summed_signals, RNG(1), args, forward=without_bias, loss_kind="cross-entropy", logits=True)

    assert net.outputs.diagnose(without_bias(params, x)).mistakes == ("bias-left-out:1",)
