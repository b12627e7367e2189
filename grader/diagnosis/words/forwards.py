"""Words for mistakes of the forward pass, the penalty, the loss, and the scale of all gradients."""

from __future__ import annotations

from grader.diagnosis.words.entry import Words

FORWARDS: dict[str, Words] = {
    "bias-left-out": Words("{b} is left out of {z}", "What is added to the weighted sum to make {z}?"),
    "bias-subtracted": Words("{b} is subtracted in {z}", "With which sign does {b} enter {z}?"),
    "bias-after-activation": Words(
        "{b} is added after the activation", "Does {b} belong into {z}, or does it come after {phi}?"
    ),
    "forward-weights-transposed": Words(
        "{w} stands the other way round in {z}",
        "{w} has a row for each unit. With a batch as rows, which of its axes meets those of {below}?",
    ),
    "activation-left-out": Words(
        "{h} is {z} itself: {phi} is left out", "What stands between {z} and {h} in the handout?"
    ),
    "activation-twice": Words(
        "{phi} is applied twice", "How many times does {phi} stand between {z} and {h}?"
    ),
    "activation-of-minus-z": Words(
        "{phi} is applied to −{z}", "What is {phi} of a large positive {z}, by the handout and by your code?"
    ),
    "activation-on-output": Words(
        "{phi} is applied to the output too", "What stands between the last weighted sum and y?"
    ),
    "activation-other": Words(
        "{other} stands where {phi} belongs", "Which function makes {h} from {z} in the handout?"
    ),
}

_PENALTY = "Differentiate λ/2 Σ w² by one w. Which gradients does it reach, and with what?"

PENALTIES: dict[str, Words] = {
    "penalty-left-out": Words(
        "the penalty's share is left out", "Two arrows leave w: one to z, one to R. Which of them comes back?"
    ),
    "penalty-doubled": Words("the penalty adds 2 λ w", _PENALTY),
    "penalty-halved": Words("the penalty adds ½ λ w", _PENALTY),
    "penalty-sign": Words("the penalty's share is subtracted", _PENALTY),
    "penalty-averaged": Words(
        "the penalty's share is divided by the number of rows",
        "Does the penalty belong to each row, or to the whole cost?",
    ),
    "penalty-on-biases": Words("the biases are penalised too", "Which parameters does R hold?"),
    "penalty-without-w": Words("the penalty adds λ, without w", _PENALTY),
    "penalty-squared": Words("the penalty adds λ w², not its derivative", _PENALTY),
    "penalty-sign-of-w": Words("the penalty adds λ times the sign of w", _PENALTY),
    "lambda-left-out": Words("the penalty adds w, without λ", _PENALTY),
}

_ONE_AVERAGE = "Which number does the loss divide by? The gradients divide by it too, once."

SCALES: dict[str, Words] = {
    "sign-of-y-bar": Words(
        "{first} has the opposite sign, t − y for y − t",
        "If y lies above t, does a larger y make the loss larger or smaller?",
    ),
    "factor-two": Words(
        "{first} is doubled, as for a loss without its ½",
        "The square brings down a 2. What does the ½ of the loss make of it?",
    ),
    "factor-half": Words(
        "{first} is halved", "The square brings down a 2, the loss has a ½. What is left of the two?"
    ),
    "averaged-twice": Words("the average over the rows is taken twice", _ONE_AVERAGE),
    "averaged-over-outputs-too": Words("the average runs over rows and outputs together", _ONE_AVERAGE),
    "averaged-over-outputs": Words(
        "every gradient is divided by the number of outputs, not of rows", _ONE_AVERAGE
    ),
    "averaged-over-inputs": Words(
        "every gradient is divided by the number of inputs, not of rows", _ONE_AVERAGE
    ),
    "not-averaged": Words("the rows are summed where the loss averages them", _ONE_AVERAGE),
}

_SAME = "Loss and gradient must mean the same. Which of the two says it as the handout does?"

LOSSES: dict[str, Words] = {
    "loss-without-half": Words("the loss is computed without its ½", _SAME, "loss"),
    "loss-over-entries": Words("the loss is averaged over rows and outputs together", _SAME, "loss"),
    "loss-not-averaged": Words("the rows' losses are summed, not averaged", _SAME, "loss"),
    "loss-averaged": Words("the rows' losses are averaged, not summed", _SAME, "loss"),
    "loss-sign": Words(
        "the loss has the opposite sign",
        "Is the loss of a net that is nearly sure of the target near 0, and above it?",
        "loss",
    ),
    "accumulated-over-calls": Words(
        "the gradients of earlier calls are still there, and each call adds to them",
        "Which array lives on from one call to the next, and where does each call begin with zeros?",
    ),
}
