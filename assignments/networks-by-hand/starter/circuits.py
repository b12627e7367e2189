"""Networks by construction: circuits, logistic units towards thresholds, functions on an interval."""


def compile_circuit(inputs, gates):
    """A list of units (sources, weights, bias) that compute the gates; the last one is the last gate."""


def sharpen(params, x, error):
    """Params k W, k b with k > 0 for each unit: with logistic units within error of the threshold net at x."""


def approximate(f, interval, lipschitz, error, unit):
    """A net of "step" or "relu" units, with a linear output, within error of f on the interval."""
