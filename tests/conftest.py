"""What all tests share: how long property tests look, and that Ctrl-C reaches what they start."""

import signal

from hypothesis import settings

# Started in the background by a shell, we and what we start would ignore it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["tests.helpers.parallel", "tests.helpers.runners"]
settings.register_profile("usual", deadline=None, max_examples=50)
settings.register_profile("long", deadline=None, max_examples=10_000)  # make fuzz
settings.load_profile("usual")
