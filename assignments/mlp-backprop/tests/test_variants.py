import pytest
from cases import (
    draw,
    draw_classes,
    right_gradients,
    right_softmax_gradients,
    right_softmax_loss,
    softmax_steps,
    steps,
    why,
    why_softmax,
)

from reference import mlp

DEPTHS = {"1 layer": (4, 3), "3 layers": (4, 6, 6, 2), "4 layers": (3, 5, 5, 5, 2)}


@pytest.mark.parametrize("sizes", DEPTHS.values(), ids=DEPTHS)
def test_other_depths(student, rng, same, gradcheck, sizes):
    point = draw(rng, sizes)

    same(student.forward(*point[:2]), mlp.forward(*point[:2]).y, "y", trace=lambda: steps(*point))
    gradcheck(
        student.backward(*point),
        args=point,
        reference=right_gradients(*point),
        diagnose=why(student, rng, point),
        trace=lambda: steps(*point),
    )


OUTPUTS = {"moderate outputs": None, "outputs of thousands": 8e3}


@pytest.mark.parametrize("largest", OUTPUTS.values(), ids=OUTPUTS)
def test_softmax_loss(student, rng, same, largest):
    point = draw_classes(rng, largest=largest)

    same(
        student.softmax_loss(*point),
        right_softmax_loss(*point),
        "the softmax loss",
        trace=lambda: softmax_steps(*point),
    )


def softmax_gradients(student, rng, gradcheck, point):
    gradcheck(
        student.softmax_backward(*point),
        args=point,
        reference=right_softmax_gradients(*point),
        diagnose=why_softmax(student, rng, point),
        trace=lambda: softmax_steps(*point),
    )


@pytest.mark.parametrize("largest", OUTPUTS.values(), ids=OUTPUTS)
def test_softmax_gradients(student, rng, gradcheck, largest):
    softmax_gradients(student, rng, gradcheck, draw_classes(rng, largest=largest))


def test_own_softmax_loss(student, rng, gradcheck):
    point = draw_classes(rng)

    gradcheck(
        student.softmax_backward(*point),
        of=student.softmax_loss,
        args=point,
        diagnose=why_softmax(student, rng, point),
    )


@pytest.mark.parametrize(
    ("sizes", "n"), [((4, 5, 3), 1), ((6, 4, 3, 5), 7)], ids=["1 row", "3 layers, 5 classes"]
)
def test_other_softmax(student, rng, gradcheck, sizes, n):
    softmax_gradients(student, rng, gradcheck, draw_classes(rng, sizes, n))
