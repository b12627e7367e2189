"""Ends a server together with the test process that started it."""

import shutil

# Prefix of the server's command. Ctrl-C ends a process of pytest-xdist before its fixtures are finished.
TIED = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
