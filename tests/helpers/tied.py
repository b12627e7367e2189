"""A server that ends with the test process that started it, however that ends."""

import shutil

# What to write before the server's command. Ctrl-C ends a process of pytest-xdist without its fixtures' ends.
TIED = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
