"""Why nothing can be run here, or was not.

SandboxError
|-- SystemFault         our own machinery failed; the grading is to be tried again
|-- Refused             no mode as strong as demanded can be had on this machine
|-- SandboxNotProven    a canary got through, or honest code did not work
|-- NotDelegated        no cgroup can be made here
`-- UnknownMachine      a processor whose system calls we have no table of
"""

from __future__ import annotations


class SandboxError(Exception):
    """A sandbox can't be had, or did not do its work."""


class SystemFault(SandboxError):
    """Our own machinery failed; the grading is to be tried again."""


class Refused(SandboxError):
    """No mode as strong as the configuration demands can be had; the text says what is missing."""


class SandboxNotProven(SandboxError):
    """A canary got through, or honest code did not work: the mode is not to be used."""


class NotDelegated(SandboxError):
    """No cgroup can be made here; the text says why."""


class UnknownMachine(SandboxError):
    """This machine's system calls are not in our table, so no filter can be built."""
