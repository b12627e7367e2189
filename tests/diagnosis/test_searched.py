"""The search on nets of any depth and activation, under every mistake of the catalogue and under others."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from grader.diagnosis import Net, search
from grader.diagnosis.draws import draw
from grader.values import Fit
from reference import mistakes, mlp
from reference.mistakes import CATALOGUE, OF_A_CALL, OF_A_LOSS, OF_BOTH, Pass, batch_of, net_variants
from reference.mistakes.scales import LAWS, SCALES

pytestmark = pytest.mark.slow

ACTIVATIONS = ("logistic", "tanh", "relu", "soft relu", "linear")
MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@st.composite
def kinds(draw):
    """Keyword arguments for Net: activations, loss, penalty."""
    kind = {"hidden": draw(st.sampled_from(ACTIVATIONS)), "penalty": draw(st.sampled_from([0.0, 0.0, 0.2]))}
    if draw(st.booleans()):
        return {**kind, "loss_kind": "cross-entropy"}
    return {**kind, "output": draw(st.sampled_from(["linear", "linear", "logistic", "tanh"]))}


@st.composite
def points(draw, kind):
    """params, x, t: depth 1 to 5, widths 1 to 6, scales from tiny to saturating."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=6))
    if kind.get("loss_kind"):
        sizes[-1] = max(sizes[-1], 2)
    n = draw(st.integers(1, 8))
    scale = draw(st.sampled_from([1e-4, 0.3, 1.0, 1.0, 3.0]))
    t = rng.normal(size=(n, sizes[-1]))
    if kind.get("loss_kind"):
        t = (
            np.eye(sizes[-1])[rng.integers(sizes[-1], size=n)]
            if draw(st.booleans())
            else rng.dirichlet(np.ones(sizes[-1]), n)
        )
    return (
        mlp.init_params(rng, sizes, scale),
        draw(st.sampled_from([1e-3, 1.0, 5.0])) * rng.normal(size=(n, sizes[0])),
        t,
    )


def diagnosed(kind, point, student, seed=0, **more):
    """A Net whose student is `student(batch) -> gradients`, and its diagnosis at this point."""
    net = Net(
        lambda params, x, t: student(batch_of(params, x, t)),
        np.random.default_rng(seed),
        point,
        **kind,
        **more,
    )
    return net, net.diagnose(net.backward(*point))


def student_of(net, changes, law, factor=1.0):
    """A student with these changes: its gradients are an average or a sum, with the penalty added."""

    def student(batch):
        passed = Pass(net, batch, changes).run()
        scale = factor * LAWS[law].of(batch)
        grads = {name: scale * g for name, g in passed.gradients().items()}
        penalties = passed.penalties()
        return {
            n: g + penalties[n] if n in penalties and penalties[n].shape == g.shape else g
            for n, g in grads.items()
        }

    return student


def reproduces(net, point, name, student, laws=("mean", "sum")):
    """Whether a named mistake gives the student's gradients on inputs that the diagnosis has not used."""
    args = draw(np.random.default_rng(987654321), net, point, 10)
    batch = batch_of(*args)
    got = student(batch)
    some = [v for v in net_variants(net, batch) if v.name == name or v.mistake.id == name]
    for variant in some:
        for law in laws:
            for inside in (1.0, LAWS[law].of(batch)):
                passed = Pass(net, batch, variant.changes, inside).run()
                penalties = passed.penalties()
                factor = LAWS[law].of(batch) / inside
                want = {n: factor * g for n, g in passed.gradients().items()}
                want = {
                    n: g + penalties[n] if n in penalties and penalties[n].shape == g.shape else g
                    for n, g in want.items()
                }
                if all(
                    got[n].shape == want[n].shape and np.allclose(got[n], want[n], rtol=1e-7, atol=1e-12)
                    for n in got
                ):
                    return True
    return False


@given(st.data())
@MANY
def test_every_single_mistake_is_named_or_has_the_same_results_as_the_named_one(data):
    kind = data.draw(kinds())
    point = data.draw(points(kind))
    net = Net(lambda *_: None, np.random.default_rng(0), point, **kind).net
    variant = data.draw(st.sampled_from(list(net_variants(net, batch_of(*point)))))
    law = data.draw(st.sampled_from(["mean", "sum"]))
    student = student_of(net, variant.changes, law)

    _, diagnosis = diagnosed(kind, point, student)

    if diagnosis is not None and diagnosis.fit in (Fit.ONE, Fit.EITHER):
        ids = {name.partition(":")[0] for name in diagnosis.mistakes}
        scales = {scale.id for scale in SCALES}
        assert (
            variant.mistake.id in ids
            or ids <= scales
            or all(
                reproduces(net, point, name, student)
                for name in diagnosis.mistakes
                if name.partition(":")[0] not in scales
            )
        ), (variant.name, diagnosis.mistakes)


@given(st.data())
@MANY
def test_names_given_to_two_mistakes_at_once_reproduce_the_gradients(data):
    kind = data.draw(kinds())
    point = data.draw(points(kind))
    net = Net(lambda *_: None, np.random.default_rng(0), point, **kind).net
    every = list(net_variants(net, batch_of(*point)))
    one, other = data.draw(st.sampled_from(every)), data.draw(st.sampled_from(every))
    assume(not one.changes.keys() & other.changes.keys())
    student = student_of(net, {**one.changes, **other.changes}, "mean")

    _, diagnosis = diagnosed(kind, point, student)

    if diagnosis is None or diagnosis.fit is Fit.NONE:
        return
    named = [
        name for name in diagnosis.mistakes if name.partition(":")[0] not in {scale.id for scale in SCALES}
    ]
    if diagnosis.fit is Fit.BOTH and len(named) == 2:
        assert {n.partition(":")[0] for n in named} == {one.mistake.id, other.mistake.id} or (
            reproduces_both(net, point, named, student)
        ), (one.name, other.name, diagnosis.mistakes)
    elif diagnosis.fit is not Fit.BOTH and named:
        assert all(reproduces(net, point, name, student) for name in named), (
            one.name,
            other.name,
            diagnosis.mistakes,
        )


def reproduces_both(net, point, named, student):
    """The same for two mistakes together."""
    args = draw(np.random.default_rng(987654321), net, point, 10)
    batch = batch_of(*args)
    got = student(batch)
    every = list(net_variants(net, batch))
    ones, others = ([v for v in every if name in (v.name, v.mistake.id)] for name in named)
    for one in ones:
        for other in others:
            if one.changes.keys() & other.changes.keys():
                continue
            for law in ("mean", "sum"):
                want = student_of(net, {**one.changes, **other.changes}, law)(batch)
                if all(
                    got[n].shape == want[n].shape and np.allclose(got[n], want[n], rtol=1e-7, atol=1e-12)
                    for n in got
                ):
                    return True
    return False


@given(st.data())
@MANY
def test_right_gradients_are_never_given_a_mistake(data):
    kind = data.draw(kinds())
    point = data.draw(points(kind))
    net = Net(lambda *_: None, np.random.default_rng(0), point, **kind).net

    _, diagnosis = diagnosed(kind, point, student_of(net, {}, data.draw(st.sampled_from(["mean", "sum"]))))

    assert diagnosis is None or (diagnosis.fit is Fit.NONE and dict(diagnosis.facts)["how"] == "only-here")


def spoilt(net, how, rng):
    """A student whose gradients have a fault that the catalogue does not know."""

    def student(batch):
        passed = Pass(net, batch).run()
        grads = {name: g / batch.rows for name, g in passed.gradients().items()}
        name = batch.names[int(rng.integers(len(batch.names)))] if how != "all" else batch.names[0]
        if how == "factor":
            grads[batch.names[-1]] = 1.37 * grads[batch.names[-1]]
        elif how == "entry":
            first = grads[batch.names[0]].copy()
            first.flat[0] += 0.3
            grads[batch.names[0]] = first
        elif how == "all":
            grads = {n: 0.731 * g for n, g in grads.items()}
        elif how == "bent":
            grads[batch.names[0]] = np.tanh(3.0 * grads[batch.names[0]]) + 0.01
        elif how == "noise":
            grads[name] = grads[name] + rng.normal(size=grads[name].shape)
        return grads

    return student


@given(st.data(), st.sampled_from(["factor", "entry", "all", "bent", "noise"]))
@MANY
def test_a_fault_that_the_catalogue_does_not_know_gets_no_name(data, how):
    kind = {**data.draw(kinds()), "penalty": 0.0}
    point = data.draw(points(kind))
    net = Net(lambda *_: None, np.random.default_rng(0), point, **kind).net
    student = spoilt(net, how, np.random.default_rng(5))

    _, diagnosis = diagnosed(kind, point, student)

    assert diagnosis is None or diagnosis.fit is Fit.NONE, diagnosis.mistakes


SIZES = {1: (4, 3), 2: (4, 5, 3), 3: (4, 5, 5, 3), 4: (4, 5, 6, 5, 3), 5: (4, 5, 5, 5, 5, 3)}


@pytest.mark.parametrize("depth", SIZES)
@pytest.mark.parametrize(
    "kind", [{"hidden": "logistic"}, {"hidden": "tanh", "loss_kind": "cross-entropy"}], ids=["y", "softmax"]
)
def test_in_an_ordinary_net_every_mistake_is_named(kind, depth):
    rng = np.random.default_rng(depth)
    sizes = SIZES[depth]
    t = np.eye(3)[rng.integers(3, size=6)] if "loss_kind" in kind else rng.normal(size=(6, 3))
    if "loss_kind" in kind:
        t = 0.8 * t + 0.2 * rng.dirichlet(np.ones(3), 6)
    point = mlp.init_params(rng, sizes, 0.8), rng.normal(size=(6, 4)), t
    net = Net(lambda *_: None, rng, point, **kind).net
    missed = []
    right = Pass(net, batch_of(*point)).run().gradients()
    variants = list(net_variants(net, batch_of(*point)))
    for variant in variants[:: max(1, len(variants) // 60)]:
        student = student_of(net, variant.changes, "mean")
        got = Pass(net, batch_of(*point), variant.changes).run().gradients()
        if all(got[n].shape == right[n].shape and np.allclose(got[n], right[n]) for n in right):
            continue
        if not any(
            g.any() for g in got.values()
        ):  # all gradients are zero: reported as that, not as a mistake
            continue
        _, diagnosis = diagnosed(kind, point, student)
        if diagnosis is None or variant.mistake.id not in {
            name.partition(":")[0] for name in diagnosis.mistakes
        }:
            missed.append(
                (
                    variant.name,
                    diagnosis and diagnosis.mistakes,
                    diagnosis and dict(diagnosis.facts).get("how"),
                )
            )

    assert missed == []


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: f"{scale.id}, {scale.law or 'any law'}")
def test_every_mistake_of_scale_is_named(scale):
    rng = np.random.default_rng(1)
    point = mlp.init_params(rng, (4, 5, 3), 0.8), rng.normal(size=(6, 4)), rng.normal(size=(6, 3))
    net = mistakes.Net()

    def student(batch):
        passed = Pass(net, batch).run()
        return {n: scale.of(batch) * LAWS[law].of(batch) * g for n, g in passed.gradients().items()}

    law = scale.law or "mean"
    _, diagnosis = diagnosed({}, point, student, laws=(law,))

    assert diagnosis.mistakes == (scale.id,)


def test_every_name_of_the_catalogue_has_its_arithmetic():
    known = {
        v.mistake.id
        for kind in (mistakes.Net(), mistakes.Net(loss="cross-entropy", penalty=0.1))
        for v in variants_of(kind)
    }
    scales = {scale.id for scale in SCALES}
    graphs = {name for name in CATALOGUE if name.startswith("graph-")}

    left = CATALOGUE - known - scales - graphs - set(OF_A_CALL) - set(OF_A_LOSS) - set(OF_BOTH)
    assert left <= {"slope-wrong-side", "error-of-z"}  # of ReLU, and of outputs that are not linear


def variants_of(net):
    rng = np.random.default_rng(0)
    params = mlp.init_params(rng, (4, 5, 5, 3))
    return net_variants(net, batch_of(params, rng.normal(size=(4, 4)), rng.dirichlet(np.ones(3), 4)))


def test_a_search_for_pairs_stops_after_a_fixed_count(monkeypatch):
    rng = np.random.default_rng(3)
    point = mlp.init_params(rng, (4, 5, 3)), rng.normal(size=(6, 4)), rng.normal(size=(6, 3))
    right = student_of(Net(lambda *_: None, rng, point).net, {}, "mean")

    def like_no_pair(batch):
        return {
            name: grad * (1 + np.arange(grad.size).reshape(grad.shape)) for name, grad in right(batch).items()
        }

    tried = []
    explain = search.Search._explain
    monkeypatch.setattr(search, "MOST_PAIRS", 5)
    monkeypatch.setattr(
        search.Search,
        "_explain",
        lambda self, variants, scales: tried.append(variants) or explain(self, variants, scales),
    )
    _, diagnosis = diagnosed({}, point, like_no_pair)

    assert dict(diagnosis.facts)["pairs"] == "skipped"
    alone = len(list(net_variants(Net(lambda *_: None, rng, point).net, batch_of(*point)))) + 2
    assert len(tried) <= alone + 5
