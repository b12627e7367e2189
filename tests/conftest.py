"""For all tests: the number of examples of property tests, and that Ctrl-C ends the processes they start."""

import gc
import signal

from hypothesis import settings

# A shell starts background processes with SIGINT ignored, and child processes inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["tests.helpers.parallel", "tests.helpers.runners", "tests.helpers.servers"]
settings.register_profile("usual", deadline=None, max_examples=50)
settings.register_profile("long", deadline=None, max_examples=2_000)  # make fuzz
settings.load_profile("usual")


def pytest_collection_finish():
    """Leave modules and collected tests out of every garbage collection: they stay until the end."""
    gc.collect()
    gc.freeze()
