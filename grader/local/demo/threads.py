"""What students asked and told in the demo: regrade requests with their threads, and groups."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """One message of a request."""

    by: str
    day: int
    time: str
    text: str


@dataclass(frozen=True)
class Request:
    """A regrade request about a test, or a line with `at`, of an attempt; `closed` by who wrote last."""

    task: str
    who: str
    attempt: int
    test: str
    thread: tuple[Said, ...]
    at: str = ""
    closed: bool = False


REQUESTS = (
    Request(
        "activations",
        "mira",
        1,
        "test_tails",
        (
            Said(
                "mira",
                -2,
                "18:42",
                "My logistic derivative is right to 16 digits after the point. This row wants the "
                "relative error at z = 36, where "
                "the value is about 2e-16. Is that really worth three points? In section 4 it sounds "
                "like a remark.",
            ),
        ),
        at="1.0 - h",
    ),
    Request(
        "mlp-backprop",
        "camille",
        0,
        "test_gradient_w1",
        (
            Said(
                "camille",
                -4,
                "10:05",
                "On slide 14 W1 has a column for each hidden unit, and then h.T @ z_bar is its "
                "gradient. Can you look at it again?",
            ),
            Said(
                "jonas",
                -4,
                "15:20",
                "The handout (section 2) has a row for each hidden unit, and so has your forward "
                "pass: it multiplies by W1.T. The "
                "gradient needs the shape of W1. Slide 14 is the odd one, sorry for that. The points "
                "stay, but you have until the "
                "due date and as many attempts as you like.",
            ),
        ),
        at="h.T @ z_bar",
    ),
    Request(
        "activations",
        "zoe",
        0,
        "test_at_zero",
        (
            Said(
                "zoe",
                -11,
                "09:30",
                "The handout said z >= 0 when I handed in. I still have the PDF from the first day.",
            ),
            Said(
                "elena",
                -9,
                "08:50",
                "You are right, it was corrected in the afternoon. You have the three points now.",
            ),
        ),
        closed=True,
    ),
)


@dataclass(frozen=True)
class GroupWork:
    """A group for an assignment: its members, who is invited and has not answered, and what members did."""

    task: str
    members: tuple[str, ...]
    invited: tuple[str, ...] = ()
    did: tuple[tuple[str, str], ...] = ()


GROUPS = (
    GroupWork(
        "vjp",
        ("wei", "yuki"),
        did=(
            ("wei", "matvec and softmax, and the derivation of both on paper."),
            ("yuki", "The sums with broadcasting, and tests with random shapes for everything."),
        ),
    ),
    GroupWork("vjp", ("noor", "goran"), invited=("mira",)),
    GroupWork("vjp", ("daniel", "sofia", "aoife")),
    GroupWork("vjp", ("lukasz",), invited=("zoe",)),
)
