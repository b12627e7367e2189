"""Words for mistakes between layers, and in the gradients of weights and biases."""

from __future__ import annotations

from grader.diagnosis.words.entry import Words

WHICH = "By which values was {w} multiplied in the forward pass?"
ADD = "Every row of the batch contributes. Where does your code sum over the rows, and is the sum used?"

PATHS: dict[str, Words] = {
    "path-weights-transposed": Words(
        "{w_above} is used with its axes swapped on the way back",
        "{signal_above} has one entry for each unit above, {h_bar} one for each "
        "unit of {h}. Over which index of {w_above} does the sum run?",
    ),
    "path-without-weights": Words(
        "{signal_above} is passed back unchanged, without {w_above}",
        "Through which weights did {h} reach the units above? The error signal passes through them again.",
    ),
    "path-without-signal": Words(
        "{h_bar} is computed from {w_above} alone, without {signal_above}",
        "Some slides print the sum for {h_bar} without one of its factors. "
        "Which error signal comes back from the units above?",
    ),
    "path-from-h-bar": Words(
        "{h_bar} is computed from {h_bar_above} instead of {signal_above}",
        "Between {h} and the next layer's output there are weights and an activation. "
        "Has your error signal been multiplied by the activation's slope?",
    ),
    "path-from-y-bar": Words(
        "the output's error signal is sent back through {w_above} instead of {signal_above}",
        "Which error signal belongs to the units that {w_above} leads to?",
    ),
    "path-weights-of-layer-below": Words(
        "the weights of the layer below are used instead of {w_above}",
        "Which weights lead from {h} to the layer above it?",
    ),
    "path-weights-of-layer-above": Words(
        "the weights of a layer further up are used instead of {w_above}",
        "Which weights lead from {h} to the layer above it?",
    ),
    "path-last-unit-only": Words(
        "only the last unit above contributes to {h_bar}, as if each contribution replaced the one before",
        "{h} is an input of every unit of the layer above. How are the contributions from them combined?",
    ),
    "path-first-unit-only": Words(
        "only the first unit above contributes to {h_bar}",
        "{h} is an input of every unit of the layer above. How are the contributions from them combined?",
    ),
    "path-averaged": Words(
        "the contributions from the units above are averaged instead of added",
        "{h} is an input of every unit of the layer above. Are their contributions added, or averaged?",
    ),
    "updated-weights": Words(
        "the weights are updated, with a learning rate of {rate}, before {h_bar} is computed with them",
        "Which weights did the forward pass use? Are they unchanged when {h_bar} is computed?",
    ),
    "updated-parameters-returned": Words(
        "the parameters after a step with learning rate {rate} are returned, not their gradients",
        "What must be returned: the parameters after a step, or the gradients that the step uses?",
    ),
}

WEIGHTS: dict[str, Words] = {
    "weights-from-x": Words("{w_bar} is computed with x instead of {below}", WHICH),
    "weights-from-z": Words("{w_bar} is computed with {z_below} instead of {below}", WHICH),
    "weights-from-slope": Words(
        "{w_bar} is computed with the slope at {z_below} instead of {below}",
        WHICH + " Does that array still hold them when {w_bar} is computed?",
    ),
    "weights-from-own-h": Words(
        "{w_bar} is computed with {h}, the layer's own output, instead of {below}", WHICH
    ),
    "weights-from-h-bar": Words(
        "{w_bar} is computed from {h_bar} instead of {z_bar}",
        "{w} is used before the activation. Which error signal belongs there: {h_bar}, or {z_bar}?",
    ),
    "weights-from-y-bar": Words(
        "{w_bar} is computed from the output's error signal instead of {z_bar}",
        "Which units does {w} lead to?",
    ),
    "weights-transposed": Words(
        "{w_bar} is transposed",
        "A gradient has the shape of its parameter. Which index of {w} counts the units, and which of your "
        "{w_bar}?",
    ),
    "input-left-out": Words(
        "{below} is left out of {w_bar}",
        "If one entry of {w} grows a little, by how much does {z} grow?",
    ),
    "weights-without-signal": Words(
        "{z_bar} is left out of {w_bar}",
        "If one entry of {w} changes, {z} changes. How does the loss change then?",
    ),
    "weights-last-row": Words("only the last row of the batch is used in {w_bar}", ADD),
    "weights-first-row": Words("only the first row of the batch is used in {w_bar}", ADD),
    "weights-averaged": Words(
        "{w_bar} is divided by the number of rows once more than the other gradients",
        "Where does your code divide by the number of rows? How many times is {w_bar} divided by it?",
    ),
    "weights-not-averaged": Words(
        "{w_bar} is summed over the rows, but the other gradients are averaged",
        "Where does your code divide by the number of rows? Is {w_bar} divided by it too?",
    ),
    "weights-sign": Words(
        "{w_bar} has the opposite sign", "Where does a minus sign enter {w_bar}, but not the other gradients?"
    ),
    "weights-zero": Words(
        "{w_bar} is zero", "Which line writes values into {w_bar}, and does your code reach it?"
    ),
}

BIASES: dict[str, Words] = {
    "bias-not-summed": Words(
        "{z_bar} is returned as {b_bar}, with one row for each example",
        "{b} is added to every row of the batch. How are the contributions from the rows combined?",
    ),
    "bias-averaged": Words(
        "{b_bar} is divided by the number of rows once more than the other gradients",
        "Where does your code divide by the number of rows? How many times is {b_bar} divided by it?",
    ),
    "bias-not-averaged": Words(
        "{b_bar} is summed over the rows, but the other gradients are averaged",
        "Where does your code divide by the number of rows? Is {b_bar} divided by it too?",
    ),
    "bias-first-row": Words("only the first row of the batch is used in {b_bar}", ADD),
    "bias-last-row": Words("only the last row of the batch is used in {b_bar}", ADD),
    "bias-summed-over-units": Words(
        "{b_bar} is one sum over rows and units",
        "Each unit has its own bias. Over which axis does the sum run: rows, units, or both?",
    ),
    "bias-wrong-axis": Words(
        "{b_bar} is summed over the units instead of the rows",
        "Each unit has its own bias. Over which axis does the sum run: rows, or units?",
    ),
    "bias-kept-axis": Words(
        "{b_bar} keeps an axis of length 1",
        "Which shape does {b} have? A gradient has the same shape as its parameter.",
    ),
    "bias-from-h-bar": Words(
        "{b_bar} is computed from {h_bar} instead of {z_bar}",
        "{b} is used before the activation. Which error signal belongs there: {h_bar}, or {z_bar}?",
    ),
    "bias-from-y-bar": Words(
        "{b_bar} is computed from the output's error signal instead of {z_bar}",
        "Which units do the entries of {b} belong to?",
    ),
    "bias-sign": Words(
        "{b_bar} has the opposite sign", "Where does a minus sign enter {b_bar}, but not the other gradients?"
    ),
    "bias-zero": Words(
        "{b_bar} is zero", "Which line writes values into {b_bar}, and does your code reach it?"
    ),
    "rows-overwritten": Words("only the last row of the batch is used, in every gradient", ADD),
    "first-row-only": Words("only the first row of the batch is used, in every gradient", ADD),
    "layer-skipped": Words(
        "the gradients of {w} and {b} stay zero",
        "Which iteration of your loop belongs to this layer, and does your code reach it?",
    ),
    "layer-from-signal-above": Words(
        "{w_bar} and {b_bar} are computed from {signal_above} of the layer above instead of {z_bar}",
        "In the iteration of your loop that belongs to {w}, which error signal is used?",
    ),
    "layer-from-h-bar": Words(
        "{w_bar} and {b_bar} are computed from {h_bar} instead of {z_bar}",
        "{w} and {b} are used before the activation. Which error signal belongs there: {h_bar}, or {z_bar}?",
    ),
}
