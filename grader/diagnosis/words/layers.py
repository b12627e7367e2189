"""Words for mistakes between layers, and in the gradients of weights and biases."""

from __future__ import annotations

from grader.diagnosis.words.entry import Words

WHICH = "Which values did {w} multiply in the forward pass?"
ADD = "Every row of the batch adds its share. Where is the sum over the rows taken, and is it kept?"

PATHS: dict[str, Words] = {
    "path-weights-transposed": Words(
        "{w_above} stands the other way round on the way back",
        "{signal_above} has an entry for each unit above, {h_bar} one for each "
        "unit of {h}. Over which index of {w_above} does the sum run?",
    ),
    "path-without-weights": Words(
        "{signal_above} is handed down as it is, without {w_above}",
        "By which weights did {h} reach the units above? What comes back passes them again.",
    ),
    "path-without-signal": Words(
        "{h_bar} is made of {w_above} alone, without {signal_above}",
        "Some slides print the sum for {h_bar} without one of its factors. "
        "What has the loss to say at the units above?",
    ),
    "path-from-h-bar": Words(
        "{h_bar} is made from {h_bar_above} instead of {signal_above}",
        "Between {h} and the next layer's output lie weights and a slope. Has your signal passed the slope?",
    ),
    "path-from-y-bar": Words(
        "the output's signal is sent through {w_above} instead of {signal_above}",
        "Which signal belongs to the units that {w_above} leads to?",
    ),
    "path-weights-of-layer-below": Words(
        "the weights of the layer below stand where {w_above} belongs",
        "Which weights lead from {h} to the layer above it?",
    ),
    "path-weights-of-layer-above": Words(
        "the weights of a layer further up stand where {w_above} belongs",
        "Which weights lead from {h} to the layer above it?",
    ),
    "path-last-unit-only": Words(
        "only the last unit above sends its share back to {h}, as if each share replaced the one before",
        "{h} feeds every unit of the layer above. What becomes of the shares that come back from them?",
    ),
    "path-first-unit-only": Words(
        "only the first unit above sends its share back to {h}",
        "{h} feeds every unit of the layer above. What becomes of the shares that come back from them?",
    ),
    "path-averaged": Words(
        "the shares from the units above are averaged instead of added",
        "{h} feeds every unit of the layer above. Do contributions add, or do they share?",
    ),
    "updated-weights": Words(
        "the weights are updated, with a rate of {rate}, before {h_bar} is computed with them",
        "Which weights did the forward pass use? Are they still there when {h_bar} is computed?",
    ),
    "updated-parameters-returned": Words(
        "the parameters after a step of rate {rate} are returned, not their gradients",
        "What is asked for: the parameters after a step, or what the step is made of?",
    ),
}

WEIGHTS: dict[str, Words] = {
    "weights-from-x": Words("{w_bar} is made with x instead of {below}", WHICH),
    "weights-from-z": Words("{w_bar} is made with {z_below} instead of {below}", WHICH),
    "weights-from-slope": Words(
        "{w_bar} is made with the slope at {z_below} instead of {below}",
        WHICH + " Does that array still hold them when {w_bar} is computed?",
    ),
    "weights-from-own-h": Words(
        "{w_bar} is made with {h}, the layer's own output, instead of {below}", WHICH
    ),
    "weights-from-h-bar": Words(
        "{w_bar} is made from {h_bar} instead of {z_bar}",
        "{w} stands before the activation. Which signal belongs there: {h_bar}, or {z_bar}?",
    ),
    "weights-from-y-bar": Words(
        "{w_bar} is made from the output's signal instead of {z_bar}",
        "Which units do the rows of {w} belong to?",
    ),
    "weights-transposed": Words(
        "{w_bar} is transposed",
        "{w} has a row for each unit and a column for each input. Which index "
        "of your {w_bar} counts the units?",
    ),
    "input-left-out": Words(
        "{below} is left out of {w_bar}",
        "If one entry of {w} grows by a little, by how much does {z} grow?",
    ),
    "weights-without-signal": Words(
        "{z_bar} is left out of {w_bar}",
        "If one entry of {w} grows, {z} grows. What does the loss make of that?",
    ),
    "weights-last-row": Words("only the last row of the batch counts in {w_bar}", ADD),
    "weights-first-row": Words("only the first row of the batch counts in {w_bar}", ADD),
    "weights-averaged": Words(
        "{w_bar} is divided by the number of rows once more than the other gradients",
        "Where is the average over the rows taken, and how often does it reach {w_bar}?",
    ),
    "weights-not-averaged": Words(
        "{w_bar} is summed over the rows where the others are averaged",
        "Where is the average over the rows taken, and does it reach {w_bar}?",
    ),
    "weights-sign": Words(
        "{w_bar} has the opposite sign", "Where does a minus enter {w_bar}, and not the others?"
    ),
    "weights-zero": Words("{w_bar} is zero", "Which line puts something into {w_bar}, and is it reached?"),
}

BIASES: dict[str, Words] = {
    "bias-not-summed": Words(
        "{z_bar} is given as {b_bar}, a row for each example",
        "{b} is added to every row of the batch. What becomes of what comes back from each of them?",
    ),
    "bias-averaged": Words(
        "{b_bar} is divided by the number of rows once more than the other gradients",
        "Where is the average over the rows taken, and how often does it reach {b_bar}?",
    ),
    "bias-not-averaged": Words(
        "{b_bar} is summed over the rows where the others are averaged",
        "Where is the average over the rows taken, and does it reach {b_bar}?",
    ),
    "bias-first-row": Words("only the first row of the batch counts in {b_bar}", ADD),
    "bias-last-row": Words("only the last row of the batch counts in {b_bar}", ADD),
    "bias-summed-over-units": Words(
        "{b_bar} is one sum over rows and units",
        "Each unit has a bias of its own. Over which axis does the sum run: rows, units, or both?",
    ),
    "bias-wrong-axis": Words(
        "{b_bar} is summed over the units instead of the rows",
        "Each unit has a bias of its own. Over which axis does the sum run: rows, or units?",
    ),
    "bias-kept-axis": Words(
        "{b_bar} keeps an axis of length 1", "Which shape has {b}? A gradient has its parameter's."
    ),
    "bias-from-h-bar": Words(
        "{b_bar} is made from {h_bar} instead of {z_bar}",
        "{b} stands before the activation. Which signal belongs there: {h_bar}, or {z_bar}?",
    ),
    "bias-from-y-bar": Words(
        "{b_bar} is made from the output's signal instead of {z_bar}",
        "Which units do the entries of {b} belong to?",
    ),
    "bias-sign": Words(
        "{b_bar} has the opposite sign", "Where does a minus enter {b_bar}, and not the others?"
    ),
    "bias-zero": Words("{b_bar} is zero", "Which line puts something into {b_bar}, and is it reached?"),
    "rows-overwritten": Words("only the last row of the batch counts, in every gradient", ADD),
    "first-row-only": Words("only the first row of the batch counts, in every gradient", ADD),
    "layer-skipped": Words(
        "the gradients of {w} and {b} stay zero",
        "Which turn of your loop belongs to this layer, and is it reached?",
    ),
    "layer-from-signal-above": Words(
        "{w_bar} and {b_bar} are made from {signal_above}, the signal of the layer above, instead of {z_bar}",
        "In the turn of your loop that belongs to {w}, which signal has been reached?",
    ),
    "layer-from-h-bar": Words(
        "{w_bar} and {b_bar} are made from {h_bar} instead of {z_bar}",
        "{w} and {b} stand before the activation. Which signal belongs there: {h_bar}, or {z_bar}?",
    ),
}
