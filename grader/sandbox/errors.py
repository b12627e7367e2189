"""Reasons why the sandbox can't run code here, or did not run it.

SandboxError
|-- SystemFault         our own system failed; the grading should be retried
|-- Refused             no mode that is as strong as required is possible here
|-- SandboxNotProven    an attack succeeded, or honest code did not work
|-- NotDelegated        no cgroup can be created here
`-- UnknownMachine      we have no system call numbers for this machine
"""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox is not possible here, or it failed."""


class SystemFault(SandboxError):
    """Our own system failed, not the pack or the submission: the grading should be retried."""


class Refused(SandboxError):
    """No mode is possible that is as strong as the configuration requires; the text says what is missing."""


class SandboxNotProven(SandboxError):
    """An attack succeeded, or honest code did not work: this mode must not be used."""


class NotDelegated(SandboxError):
    """No cgroup can be created here; the text says why."""


class UnknownMachine(SandboxError):
    """We have no system call numbers for this machine, so no filter can be built."""
