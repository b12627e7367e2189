"""A traced call in this process, as the other side reads it."""

import copy
import os
import socket
import sys
import types
from unittest.mock import patch

from grader.candidate.edits.source import Source
from grader.candidate.search.trace import traced
from grader.wire import Channel


def said_of(text, arguments, name="backward", **others):
    """What a candidate answers for one call of student.py with this text; `others` are further files, which
    it may import."""
    files = {f"{module}.py": other for module, other in others.items()} | {"student.py": text}
    with patch.dict(sys.modules):
        for file, content in files.items():
            module = types.ModuleType(file.removesuffix(".py"))
            sys.modules[module.__name__] = module
            exec(compile(content, file, "exec"), module.__dict__)

        def call():
            return getattr(module, name)(*copy.deepcopy(arguments))

        return received(traced(call, {file: Source(content) for file, content in files.items()}))


def received(parts):
    """The value of a frame after its way through a socket; a process of its own sends it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        pid = os.fork()
        if pid == 0:
            ours.sendall(b"".join(bytes(part) for part in parts))
            os._exit(0)
        try:
            theirs.setblocking(False)
            return Channel(theirs.fileno()).receive().value
        finally:
            os.waitpid(pid, 0)
