"""Networks written by hand. A net is a dict W1, b1, W2, b2, ...: W of shape (units, inputs), b (units,)."""


def and_net():
    """A net with threshold units: 1 if both bits are 1."""


def or_net():
    """A net with threshold units: 1 if at least one bit is 1."""


def not_net():
    """A net with threshold units and one input: 1 if the bit is 0."""


def xor_net():
    """XOR with two hidden threshold units and a threshold output."""


def other_xor_net():
    """XOR with two other hidden units, whose truth tables differ from those in xor_net."""


def collapse_linear(params):
    """One linear layer, a dict with W1 and b1, that computes the same as all layers of params."""


def universal_net(table):
    """Hidden threshold units and a linear output: table[i] at the i-th input over {-1, +1}^D."""
