"""Words for mistakes between h-bar and z-bar, and at the end of a net."""

from __future__ import annotations

from grader.diagnosis.words.entry import Words

SLOPES: dict[str, Words] = {
    "slope-left-out": Words(
        "{phi}′({z}) is left out, so that {z_bar} is {h_bar} itself",
        "Your {h_bar} arrives at {h}. By what must it be multiplied, entry by "
        "entry, on its way back from {h} to {z}?",
    ),
    "slope-at-h": Words(
        "{phi}′ is taken at {h} instead of {z}",
        "Which values does {phi}′ want: those that go into {phi}, or those that come out of it?",
    ),
    "slope-is-value": Words(
        "{phi} itself stands where its slope {phi}′ belongs, so that {h_bar} is multiplied by {h}",
        "Is {h} how fast {h} changes with {z}? What is the derivative of {phi}?",
    ),
    "slope-squared": Words(
        "{phi}′({z}) is applied twice",
        "How many times does the path from {h} back to {z} pass through {phi}?",
    ),
    "slope-sign": Words(
        "{phi}′({z}) enters with the opposite sign",
        "If {z} grows a little, does {h} grow or shrink? Which sign has the slope then?",
    ),
    "slope-of-signal": Words(
        "{phi}′ is taken at {h_bar} instead of {z}",
        "At which point of its curve was {phi} when the forward pass went through it?",
    ),
    "slope-added": Words(
        "{phi}′({z}) is added to {h_bar} instead of multiplied with it",
        "The chain rule joins {h_bar} and the slope. By a sum, or by a product?",
    ),
    "signal-through-activation": Words(
        "{h_bar} is sent through {phi} itself",
        "The forward pass sends {z} through {phi}. What does the backward pass "
        "do with {h_bar} at the same place?",
    ),
    "signal-left-out": Words(
        "{h_bar} is left out, so that {z_bar} is {phi}′({z}) alone",
        "What has come back to {h} from the layer above, and where does it enter {z_bar}?",
    ),
    "slope-of-layer-below": Words(
        "{phi}′ is taken at the z of the layer below", "Which z went into {phi} to make {h}?"
    ),
    "slope-of-layer-above": Words(
        "{phi}′ is taken at the z of the layer above", "Which z went into {phi} to make {h}?"
    ),
    "slope-one-minus-h": Words(
        "1 − {h} stands where {phi}′({z}) belongs",
        "Write {phi}′({z}) in terms of {h}. What stands there beside 1 and {h}?",
    ),
    "slope-wrong-side": Words(
        "the slope is 1 where {z} is below 0, and 0 where it is above",
        "For which {z} does {h} move when {z} does?",
    ),
    "slope-of-other": Words(
        "the slope of {other} stands where {phi}′({z}) belongs",
        "Which function made {h} from {z}? What is the derivative of that one?",
    ),
    "slope-on-output": Words(
        "{first} is multiplied by {phi}′, as if an activation stood before y",
        "What stands between the last weighted sum and y: an activation, or nothing?",
    ),
}

OUTPUTS: dict[str, Words] = {
    "target-left-out": Words(
        "t is left out of {first}", "Where y equals t the loss is at its least. What must {first} be there?"
    ),
    "error-squared": Words(
        "(y − t)² stands where its derivative belongs",
        "Is (y − t)² the loss, or its derivative by y? Which of them starts the backward pass?",
    ),
    "error-absolute": Words(
        "|y − t| stands where y − t belongs",
        "Where y lies below t it must go up. Can {first} say so without a sign?",
    ),
    "error-sign-only": Words(
        "only the sign of y − t is kept",
        "Should an output far from its target send back more than one that is close?",
    ),
    "y-bar-is-one": Words(
        "{first} is 1 everywhere",
        "1 is the error signal of the loss itself. What is the derivative of the loss by y?",
    ),
    "error-of-z": Words(
        "t is subtracted from {z} instead of y", "Which of the two does the loss compare with t: {z}, or y?"
    ),
    "softmax-jacobian-twice": Words(
        "y − t is sent through the Jacobian of the softmax",
        "Derive the signal of the logits once: where does y − t come from, and "
        "what of the softmax is in it already?",
    ),
    "softmax-diagonal": Words(
        "only the diagonal of the softmax's Jacobian is used",
        "Each logit feeds every entry of y. How many terms has the sum for one entry of {first}?",
    ),
    "softmax-slope-on-error": Words(
        "y − t is multiplied by y (1 − y)",
        "y − t is the signal of the logits. Which factor, if any, lies between "
        "the loss and the logits besides?",
    ),
    "softmax-jacobian-left-out": Words(
        "−t / y, the signal of y, is used as the signal of the logits",
        "−t / y arrives at y. How does it come back from y to the logits?",
    ),
    "logits-for-probabilities": Words(
        "t is subtracted from the logits instead of their softmax",
        "Which of the two adds up to 1 over the classes, as t does?",
    ),
    "one-from-every-class": Words(
        "1 is subtracted in every class, not in the target's alone",
        "What is t for the classes that are not the target?",
    ),
    "target-entry-only": Words(
        "only the target's entry of y − t is kept",
        "If the logit of another class grows, does the loss change?",
    ),
    "softmax-over-rows": Words(
        "the softmax is normalised over the rows of the batch",
        "Which entries of y must add up to 1: those of a row, or those of a column?",
    ),
    "softmax-over-all": Words(
        "the softmax is normalised over the whole batch at once",
        "Which entries of y must add up to 1: those of a row, or all of them?",
    ),
    "softmax-unnormalised": Words(
        "the exponentials are not divided by their sum", "What do the entries of one row of y add up to?"
    ),
    "softmax-twice": Words(
        "the softmax is applied twice", "Which array goes into the softmax: the logits, or y?"
    ),
    "logistic-for-softmax": Words(
        "each logit goes through the logistic function alone",
        "If one logit grows, what becomes of the probabilities of the other classes?",
    ),
    "y-bar-is-error": Words(
        "y − t, the signal of z, is given as {first}", "What is the derivative of −t log y by y?"
    ),
}
