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
        "{z} has one entry for each unit, a sum over the layer's inputs. Over which axis of {w} does it run?",
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
        "Each weight changes the loss in two ways: through z, and through the penalty. Which of the two "
        "is in your gradient?",
    ),
    "penalty-doubled": Words("the penalty adds 2 λ w", _PENALTY),
    "penalty-halved": Words("the penalty adds ½ λ w", _PENALTY),
    "penalty-sign": Words("the penalty's part of the gradient is subtracted", _PENALTY),
    "penalty-averaged": Words(
        "the penalty's part of the gradient is divided by the number of rows",
        "Is the penalty added once for each row, or once to the whole cost?",
    ),
    "penalty-on-biases": Words(
        "the biases are penalised too", "Which parameters does the penalty contain in the handout?"
    ),
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
    "averaged": Words(
        "the rows are averaged, but the loss is their sum",
        "Is the loss the average of the rows, or their sum? Is a gradient of a sum divided by anything?",
    ),
}

_SAME = "Write the loss of one row as a formula. In which factor does it differ from the handout's?"
_TOGETHER = "The gradients must be the slopes of your loss. Which of the two do you want to change?"
_PENALISED = "What is the penalty in the handout: which factor, and which parameters?"

LOSSES: dict[str, Words] = {
    "loss-without-half": Words("it is computed without its ½", _SAME, "loss"),
    "loss-over-entries": Words("it is averaged over rows and outputs together", _SAME, "loss"),
    "loss-not-averaged": Words("the rows' losses are summed, not averaged", _SAME, "loss"),
    "loss-averaged": Words("the rows' losses are averaged, not summed", _SAME, "loss"),
    "loss-sign": Words(
        "it has the opposite sign",
        "If the output is almost equal to the target, the loss is a small positive number. Is yours?",
        "loss",
    ),
    "loss-absolute": Words(
        "it adds |y − t| instead of the squares", "What is done with y − t before it is added up?", "loss"
    ),
    "loss-without-square": Words(
        "it adds y − t itself, so that errors of opposite signs cancel",
        "What is done with y − t before it is added up?",
        "loss",
    ),
    "loss-root": Words(
        "it takes the square root of the sum of squares",
        "Is there a square root in the handout's formula?",
        "loss",
    ),
    "loss-last-row": Words(
        "only the last row of the batch is in it", "Where does your code add up the rows?", "loss"
    ),
    "loss-first-row": Words(
        "only the first row of the batch is in it", "Where does your code add up the rows?", "loss"
    ),
    "loss-binary": Words(
        "it also contains (1 − t) log(1 − y) for each class",
        "Over which terms does the handout's cross-entropy sum? That of two classes has one more.",
        "loss",
    ),
    "loss-other-base": Words(
        "it takes the logarithm to base {base}", "Which logarithm has the derivative 1/y?", "loss"
    ),
    "loss-small-number": Words(
        "{small} is added to y, or replaces each smaller y, before the logarithm",
        "What does your code do with y before it takes the logarithm? Is the loss still the handout's then?",
        "loss",
    ),
    "loss-penalty-left-out": Words("the penalty is left out", _PENALISED, "loss"),
    "loss-penalty-doubled": Words("the penalty is doubled", _PENALISED, "loss"),
    "loss-penalty-halved": Words("the penalty is halved", _PENALISED, "loss"),
    "loss-penalty-averaged": Words("the penalty is divided by the number of rows", _PENALISED, "loss"),
    "loss-penalty-on-biases": Words("the penalty contains the biases too", _PENALISED, "loss"),
    "loss-factor": Words("it is {factor} times the handout's", _SAME, "loss"),
    "loss-constant": Words(
        "it is the handout's plus {added}", "Which part of your loss does not depend on y?", "loss"
    ),
    "gradient-averages": Words(
        "the gradient averages over the rows where the loss sums over them", _TOGETHER, "pair"
    ),
    "gradient-sums": Words(
        "the gradient sums over the rows where the loss averages over them", _TOGETHER, "pair"
    ),
    "accumulated-over-calls": Words(
        "the gradients of earlier calls are still there, and each call adds to them",
        "Which array keeps its values from one call to the next? Where does each call set it to zero?",
    ),
}
