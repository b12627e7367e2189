"""Words for mistakes on computation graphs."""

from __future__ import annotations

from grader.diagnosis.words.entry import Words

_PATHS = "{p} feeds more than one node. What comes back along each arrow, and what becomes of all of it?"

GRAPHS: dict[str, Words] = {
    "graph-derivative-left-out": Words(
        "∂{c}/∂{p}, or a factor of it, is left out on the way back to {p}",
        "By what must {c_bar} be multiplied on its way back from {c} to {p}?",
    ),
    "graph-signal-left-out": Words(
        "{c_bar} is left out, so that only the derivative of {c} is there",
        "What has come back to {c} already, and where does it enter {p_bar}?",
    ),
    "graph-sign": Words(
        "what comes back to {p} from {c} has the opposite sign",
        "If {p} grows a little, does {c} grow or shrink?",
    ),
    "graph-path-left-out": Words("a path back to {p}, the one by way of {c}, is left out", _PATHS),
    "graph-doubled": Words(
        "what comes back to {p} from {c} is doubled",
        "Differentiate {c} by {p} with a pencil. Which number stands in front?",
    ),
    "graph-halved": Words(
        "what comes back to {p} from {c} is halved",
        "Differentiate {c} by {p} with a pencil. Which number stands in front?",
    ),
    "graph-sum-splits": Words(
        "a sum splits its error signal among its parts",
        "If one part of a sum grows by 1, by how much does the sum grow?",
    ),
    "graph-factors-swapped": Words(
        "each factor of a product gets its own value instead of the other's",
        "In a product a b, how fast does it change with a?",
    ),
    "graph-value-for-slope": Words(
        "{c} itself stands where its derivative by {p} belongs", "How fast does {c} change with {p}?"
    ),
    "graph-slope-at-value": Words(
        "the slope is taken at {c} instead of {p}",
        "Which value went into the function: {p}, or {c}? Where is its slope to be taken?",
    ),
    "graph-diagonal": Words(
        "only the diagonal of the softmax's Jacobian is used",
        "Each entry of {p} feeds every entry of {c}. How many terms has the sum for one entry of {p_bar}?",
    ),
    "graph-transposed": Words(
        "{p_bar} is transposed", "Which index of {p} counts the outputs, and which the inputs?"
    ),
    "graph-overwritten": Words(
        "the last share to come back replaces the ones before it instead of being added to them", _PATHS
    ),
    "graph-first-path-only": Words("only the first share to come back is kept", _PATHS),
    "graph-averaged": Words("the shares that come back are averaged instead of added", _PATHS),
    "graph-penalised-too": Words("{p} is penalised too, as {other} is", "Which parameters does R hold?"),
    "graph-operation": Words("{at} is made with another operation", "How is {at} made in the handout?"),
    "graph-factor-left-out": Words(
        "a factor is left out of {at}", "Which factors has {at} in the handout, constants too?"
    ),
}
