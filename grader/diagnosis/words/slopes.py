"""Words for mistakes between h-bar and z-bar, and at the end of a net."""

from __future__ import annotations

from grader.diagnosis.words.entry import Words

SLOPES: dict[str, Words] = {
    "slope-left-out": Words(
        "{phi}′({z}) is left out, so that {z_bar} is {h_bar} itself",
        "{h_bar} is the error signal of {h}. By what must it be multiplied, entry by "
        "entry, on its way back from {h} to {z}?",
    ),
    "slope-at-h": Words(
        "{phi}′ is taken at {h} instead of {z}",
        "At which values must {phi}′ be taken: at the inputs of {phi}, or at its outputs?",
    ),
    "slope-is-value": Words(
        "{phi} itself is used instead of its slope {phi}′, so that {h_bar} is multiplied by {h}",
        "How fast does {h} change with {z}? What is the derivative of {phi}?",
    ),
    "slope-squared": Words(
        "{phi}′({z}) is applied twice",
        "How many times does the path from {h} back to {z} pass through {phi}?",
    ),
    "slope-sign": Words(
        "{phi}′({z}) is used with the opposite sign",
        "If {z} grows a little, does {h} grow or shrink? Which sign does the slope have then?",
    ),
    "slope-of-signal": Words(
        "{phi}′ is taken at {h_bar} instead of {z}",
        "At which values was {phi} computed in the forward pass?",
    ),
    "slope-added": Words(
        "{phi}′({z}) is added to {h_bar} instead of multiplied with it",
        "How does the chain rule combine {h_bar} and the slope: by a sum, or by a product?",
    ),
    "signal-through-activation": Words(
        "{phi} itself is applied to {h_bar}",
        "The forward pass applies {phi} to {z}. What does the backward pass "
        "do with {h_bar} at the same place?",
    ),
    "signal-left-out": Words(
        "{h_bar} is left out, so that {z_bar} is {phi}′({z}) alone",
        "Which error signal has come back to {h} from the layer above, and where is it used in {z_bar}?",
    ),
    "slope-of-layer-below": Words(
        "{phi}′ is taken at the z of the layer below", "From which z does {phi} compute {h}?"
    ),
    "slope-of-layer-above": Words(
        "{phi}′ is taken at the z of the layer above", "From which z does {phi} compute {h}?"
    ),
    "slope-one-minus-h": Words(
        "1 − {h} is used instead of {phi}′({z})",
        "Write {phi}′({z}) as a formula in {h}. How does it differ from 1 − {h}?",
    ),
    "slope-wrong-side": Words(
        "the slope is 1 where {z} is below 0, and 0 where it is above",
        "For which values of {z} does {h} change when {z} changes?",
    ),
    "slope-of-other": Words(
        "the slope of {other} is used instead of {phi}′({z})",
        "Which function computes {h} from {z}? What is the derivative of that function?",
    ),
    "slope-on-output": Words(
        "{first} is multiplied by {phi}′, as if there were an activation before y",
        "What comes between the last weighted sum and y: an activation, or nothing?",
    ),
}

OUTPUTS: dict[str, Words] = {
    "target-left-out": Words(
        "t is left out of {first}", "Where y equals t, the loss has its minimum. What must {first} be there?"
    ),
    "error-squared": Words(
        "(y − t)² is used instead of its derivative",
        "Is (y − t)² the loss, or its derivative with respect to y? Which of them starts the backward pass?",
    ),
    "error-absolute": Words(
        "|y − t| is used instead of y − t",
        "Where y is smaller than t, it must grow. Can {first} show that without a sign?",
    ),
    "error-sign-only": Words(
        "only the sign of y − t is used",
        "Should an output far from its target have a larger error signal than one that is close?",
    ),
    "y-bar-is-one": Words(
        "{first} is 1 everywhere",
        "1 is the error signal of the loss itself. What is the derivative of the loss with respect to y?",
    ),
    "error-of-z": Words(
        "t is subtracted from {z} instead of y", "Which of the two does the loss compare with t: {z}, or y?"
    ),
    "softmax-jacobian-twice": Words(
        "y − t is multiplied by the Jacobian of the softmax",
        "Derive the error signal of the logits on paper: where does y − t come from, and "
        "is the Jacobian of the softmax already part of it?",
    ),
    "softmax-diagonal": Words(
        "only the diagonal of the softmax's Jacobian is used",
        "Each logit affects every entry of y. How many terms are in the sum for one entry of {first}?",
    ),
    "softmax-slope-on-error": Words(
        "y − t is multiplied by y (1 − y)",
        "y − t is already the error signal of the logits. Which factor, if any, is still missing?",
    ),
    "softmax-jacobian-left-out": Words(
        "−t / y, the error signal of y, is used as the error signal of the logits",
        "−t / y is the error signal of y. By what must it be multiplied on its way back to the logits?",
    ),
    "logits-for-probabilities": Words(
        "t is subtracted from the logits instead of their softmax",
        "Which of the two adds up to 1 over the classes, as t does?",
    ),
    "one-from-every-class": Words(
        "1 is subtracted in every class, not only in the target's",
        "What is t for the classes that are not the target?",
    ),
    "target-entry-only": Words(
        "only the target's entry of y − t is used",
        "If the logit of another class grows, does the loss change?",
    ),
    "softmax-over-rows": Words(
        "the softmax is normalised over the rows of the batch",
        "Which entries of y must add up to 1: those of one row, or those of one column?",
    ),
    "softmax-over-all": Words(
        "the softmax is normalised over the whole batch at once",
        "Which entries of y must add up to 1: those of one row, or all of them?",
    ),
    "softmax-unnormalised": Words(
        "the exponentials are not divided by their sum", "What do the entries of one row of y add up to?"
    ),
    "softmax-twice": Words(
        "the softmax is applied twice", "Which array goes into the softmax: the logits, or y?"
    ),
    "logistic-for-softmax": Words(
        "the logistic function is applied to each logit separately",
        "If one logit grows, what happens to the probabilities of the other classes?",
    ),
    "y-bar-is-error": Words(
        "y − t, the error signal of z, is returned as {first}",
        "What is the derivative of −t log y with respect to y?",
    ),
}
