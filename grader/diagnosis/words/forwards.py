"""Words for mistakes of the forward pass, the penalty, the loss, and the scale of all gradients."""

from __future__ import annotations

from grader.diagnosis.words.entry import Words

FORWARDS: dict[str, Words] = {
    "bias-left-out": Words("{b} is left out of {z}", "What is added to the weighted sum to make {z}?"),
    "bias-subtracted": Words("{b} is subtracted in {z}", "Which sign does {b} have in {z}?"),
    "bias-after-activation": Words(
        "{b} is added after the activation", "Is {b} part of {z}, or is it added after {phi}?"
    ),
    "forward-weights-transposed": Words(
        "{w} is used with its axes swapped in {z}",
        "{w} has one row a unit, {below} one row an example. Over which axis of {w} does the sum run?",
    ),
    "activation-left-out": Words(
        "{h} is {z} itself: {phi} is left out", "Which function leads from {z} to {h} in the handout?"
    ),
    "activation-twice": Words(
        "{phi} is applied twice", "How many times is {phi} applied between {z} and {h}?"
    ),
    "activation-of-minus-z": Words(
        "{phi} is applied to −{z}", "What is {phi} of a large positive {z}, in the handout and in your code?"
    ),
    "activation-on-output": Words(
        "{phi} is applied to the output too", "What comes between the last weighted sum and y in the handout?"
    ),
    "activation-other": Words(
        "{other} is used instead of {phi}", "Which function computes {h} from {z} in the handout?"
    ),
}

_PENALTY = "What is the derivative of λ/2 Σ w² with respect to one w? To which gradients must it be added?"

PENALTIES: dict[str, Words] = {
    "penalty-left-out": Words(
        "the penalty's part of the gradient is left out",
        "Two arrows leave w: one to z, one to R. Along which of them does an error signal come back?",
    ),
    "penalty-doubled": Words("the penalty adds 2 λ w", _PENALTY),
    "penalty-halved": Words("the penalty adds ½ λ w", _PENALTY),
    "penalty-sign": Words("the penalty's part of the gradient is subtracted", _PENALTY),
    "penalty-averaged": Words(
        "the penalty's part of the gradient is divided by the number of rows",
        "Is the penalty added once for each row, or once to the whole cost?",
    ),
    "penalty-on-biases": Words("the biases are penalised too", "Which parameters are in R?"),
    "penalty-without-w": Words("the penalty adds λ, without w", _PENALTY),
    "penalty-squared": Words("the penalty adds λ w², not its derivative", _PENALTY),
    "penalty-sign-of-w": Words("the penalty adds λ times the sign of w", _PENALTY),
    "lambda-left-out": Words("the penalty adds w, without λ", _PENALTY),
}

_ONE_AVERAGE = "By which number is the loss divided? The gradients must be divided by it too, exactly once."

SCALES: dict[str, Words] = {
    "sign-of-y-bar": Words(
        "{first} has the opposite sign, t − y instead of y − t",
        "If y is larger than t, does a larger y make the loss larger or smaller?",
    ),
    "factor-two": Words(
        "{first} is doubled, as for a loss without its ½",
        "The derivative of the square has a factor 2, the loss has a ½. What is their product?",
    ),
    "factor-half": Words(
        "{first} is halved",
        "The derivative of the square has a factor 2, the loss has a ½. What is their product?",
    ),
    "averaged-twice": Words("the average over the rows is taken twice", _ONE_AVERAGE),
    "averaged-over-outputs-too": Words("the average is taken over rows and outputs together", _ONE_AVERAGE),
    "averaged-over-outputs": Words(
        "every gradient is divided by the number of outputs, not of rows", _ONE_AVERAGE
    ),
    "averaged-over-inputs": Words(
        "every gradient is divided by the number of inputs, not of rows", _ONE_AVERAGE
    ),
    "not-averaged": Words("the rows are summed, but the loss averages them", _ONE_AVERAGE),
}

_SAME = "The loss and the gradient must belong together. Which of the two follows the handout?"

LOSSES: dict[str, Words] = {
    "loss-without-half": Words("the loss is computed without its ½", _SAME, "loss"),
    "loss-over-entries": Words("the loss is averaged over rows and outputs together", _SAME, "loss"),
    "loss-not-averaged": Words("the rows' losses are summed, not averaged", _SAME, "loss"),
    "loss-averaged": Words("the rows' losses are averaged, not summed", _SAME, "loss"),
    "loss-sign": Words(
        "the loss has the opposite sign",
        "If the output is almost equal to the target, the loss is a small positive number. Is yours?",
        "loss",
    ),
    "accumulated-over-calls": Words(
        "the gradients of earlier calls are still there, and each call adds to them",
        "Which array keeps its values from one call to the next? Where does each call set it to zero?",
    ),
}
