"""Words for mistakes on computation graphs."""

from __future__ import annotations

from grader.diagnosis.words.entry import Words

_PATHS = "{p} is used by more than one node. What comes back along each arrow, and how is it combined?"

GRAPHS: dict[str, Words] = {
    "graph-derivative-left-out": Words(
        "∂{c}/∂{p}, or a factor of it, is left out on the way back to {p}",
        "By what must {c_bar} be multiplied on its way back from {c} to {p}?",
    ),
    "graph-signal-left-out": Words(
        "{c_bar} is left out, so that only the derivative of {c} is used",
        "Which error signal has already come back to {c}, and where is it used in {p_bar}?",
    ),
    "graph-sign": Words(
        "the contribution to {p_bar} from {c} has the opposite sign",
        "If {p} grows a little, does {c} grow or shrink?",
    ),
    "graph-path-left-out": Words("the path back to {p} through {c} is left out", _PATHS),
    "graph-doubled": Words(
        "the contribution to {p_bar} from {c} is doubled",
        "Differentiate {c} with respect to {p} on paper. Which constant factor does the derivative have?",
    ),
    "graph-halved": Words(
        "the contribution to {p_bar} from {c} is halved",
        "Differentiate {c} with respect to {p} on paper. Which constant factor does the derivative have?",
    ),
    "graph-sum-splits": Words(
        "a sum divides its error signal among its terms",
        "If one term of a sum grows by 1, by how much does the sum grow?",
    ),
    "graph-factors-swapped": Words(
        "in a product, the error signal of each factor is computed with its own value instead of the other's",
        "How fast does the product a b change with a?",
    ),
    "graph-value-for-slope": Words(
        "{c} itself is used instead of its derivative with respect to {p}",
        "How fast does {c} change with {p}?",
    ),
    "graph-slope-at-value": Words(
        "the slope is taken at {c} instead of {p}",
        "Which value is the input of the function: {p}, or {c}? At which value is its slope taken?",
    ),
    "graph-diagonal": Words(
        "only the diagonal of the softmax's Jacobian is used",
        "Each entry of {p} affects every entry of {c}. How many terms has one entry of {p_bar}?",
    ),
    "graph-transposed": Words(
        "{p_bar} is transposed", "Which index of {p} counts the outputs, and which the inputs?"
    ),
    "graph-overwritten": Words(
        "the last contribution to come back replaces the earlier ones instead of being added to them", _PATHS
    ),
    "graph-first-path-only": Words("only the first contribution to come back is used", _PATHS),
    "graph-once-a-path": Words(
        "{shared} passes its error signal on once for each path that leads to it",
        "How many times does your backward pass visit {shared}? When is its error signal complete?",
    ),
    "graph-averaged": Words("the contributions that come back are averaged instead of added", _PATHS),
    "graph-penalised-too": Words(
        "{p} is penalised too, like {other}", "Which parameters does the penalty contain in the handout?"
    ),
    "graph-operation": Words(
        "{at} is computed with a different operation", "How is {at} computed in the handout?"
    ),
    "graph-factor-left-out": Words(
        "a factor is left out of {at}", "Which factors does {at} have in the handout, constants included?"
    ),
}
