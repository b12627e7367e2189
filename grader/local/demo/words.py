"""What the staff of the demo wrote: comments, points that they changed, marks of texts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Remark:
    """A comment on the first line with `at` in a student's attempt (0: the first); `kept` for all to use."""

    by: str
    task: str
    who: str
    attempt: int
    day: int
    text: str
    at: str = ""
    kept: bool = False


SLOPE = "The signal passes the logistic function here: multiply by h (1 − h) before you go on below."
AVERAGE = "Divide by the number of rows once, at ȳ; then every gradient gets it by itself."
ABSOLUTE = "Take exponentials of −|z| only: at z = 1000 this one is infinite."

REMARKS = (
    Remark("jonas", "mlp-backprop", "noor", 0, -5, SLOPE, "h_bar", kept=True),
    Remark(
        "jonas",
        "mlp-backprop",
        "noor",
        0,
        -5,
        "The forward pass and both losses are right, so only this is left.",
    ),
    Remark("jonas", "mlp-backprop", "zoe", 0, -4, SLOPE, "h_bar", kept=True),
    Remark("priya", "mlp-backprop", "soren", 1, -3, SLOPE, "h_bar", kept=True),
    Remark("priya", "mlp-backprop", "mateo", 1, -1, AVERAGE, "y_bar =", kept=True),
    Remark("jonas", "mlp-backprop", "goran", 0, -5, AVERAGE, "y_bar =", kept=True),
    Remark(
        "priya",
        "mlp-backprop",
        "wei",
        0,
        -6,
        "One loop for any depth, and the softmax shares it. May we show this in the tutorial on Friday?",
        "def walk_back",
    ),
    Remark(
        "jonas",
        "activations",
        "mira",
        1,
        -9,
        "Where h is nearly 1, 1.0 − h has no digits left; σ(z) σ(−z) keeps them.",
        "1.0 - h",
    ),
    Remark("jonas", "activations", "kofi", 0, -9, ABSOLUTE, "np.exp(z)", kept=True),
    Remark("priya", "activations", "lukasz", 0, -13, ABSOLUTE, "np.exp(z)", kept=True),
    Remark(
        "priya",
        "activations",
        "sofia",
        0,
        -11,
        "This writes into the array of whoever calls it. Make a new one with np.where or np.maximum.",
        "def relu",
        kept=True,
    ),
)


@dataclass(frozen=True)
class NewPoints:
    """Points of a test that a person gave in place of those that were found."""

    by: str
    task: str
    who: str
    test: str
    points: str
    reason: str
    day: int


NEW_POINTS = (
    NewPoints(
        "jonas",
        "activations",
        "sofia",
        "test_input_unchanged",
        "2",
        "The example on the board in week 2 wrote into its argument too, so only one point is taken off.",
        -10,
    ),
    NewPoints(
        "elena",
        "activations",
        "zoe",
        "test_at_zero",
        "3",
        "The handout of the first day said z >= 0; it was corrected only after this attempt.",
        -9,
    ),
)

RUBRIC_TEST = "test_why_not_xor"
RUBRIC = (
    ("Says which inputs are on which side", "3"),
    ("Says why a half-space has the midpoint of two of its points", "3"),
    ("Names the midpoint (1/2, 1/2) and the contradiction", "4"),
    ("Right, but without convexity", "7"),
    ("Only says that no line can be drawn", "1"),
)


@dataclass(frozen=True)
class Marked:
    """A mark of a text: the numbers of rubric items from 0, and what the student reads."""

    by: str
    who: str
    items: tuple[int, ...]
    text: str = ""
    extra: str = "0"
    day: int = -4


MARKED = (
    Marked("jonas", "wei", (0, 1, 2), "Complete, and you prove the convexity instead of citing it."),
    Marked("priya", "yuki", (0, 1, 2)),
    Marked(
        "jonas",
        "goran",
        (3,),
        "Adding the inequalities is the same idea. Say next time what it means in the plane.",
    ),
    Marked(
        "priya",
        "camille",
        (0, 4),
        "Why is a corner always on the wrong side? That is what was asked.",
        day=-3,
    ),
    Marked("jonas", "aoife", (0, 1, 2), day=-3),
    Marked(
        "priya",
        "mira",
        (0, 2),
        "All right but for one step: why is the midpoint in the half-plane at all?",
        "1.5",
        -3,
    ),
    Marked("jonas", "daniel", (0, 1, 2), "I take the crossing of the segments as the midpoint.", "-1", -3),
    Marked("priya", "anika", (0, 1, 2), day=-2),
    Marked(
        "jonas",
        "zoe",
        (3,),
        "It is correct. One point more for saying that it does not use what was asked.",
        "1",
        -2,
    ),
    Marked("priya", "lukasz", (0, 1, 2), day=-1),
)
