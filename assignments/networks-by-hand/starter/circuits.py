"""Networks by construction: circuits, logistic in place of threshold units, functions on an interval."""


def compile_circuit(inputs, gates):
    """A list of units (sources, weights, bias) that compute the gates; the last one is the last gate."""


def sharpen(params, x, error):
    """k W and k b with k > 0 for each unit: its logistic units differ from the threshold net at x by at most error."""


def approximate(f, interval, lipschitz, error, unit):
    """A net of "step" or "relu" units with a linear output that differs from f by at most error on the interval."""
