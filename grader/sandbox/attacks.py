"""Canaries: small attacks that must fail and honest programs that must work. They run when the runner starts.

Each attack is a student file whose `f()` returns True if the attack succeeded. Anything
else (an exception, a kill) means that the sandbox stopped it. {packs} stands for the
folder with the packs, {socket} for the runner's socket, {pid} for the runner.
"""

from __future__ import annotations


def _raw(x86_64: int, aarch64: int, arguments: str) -> str:
    """Succeeds if the kernel let a raw system call through, even if it then rejected the arguments."""
    return (
        "import ctypes, errno, platform\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        f"number = {x86_64} if platform.machine() == 'x86_64' else {aarch64}\n"
        "def f():\n"
        f"    done = libc.syscall(number, {arguments}) >= 0\n"
        "    return done or ctypes.get_errno() not in (errno.EPERM, errno.EACCES, errno.ENOSYS)\n"
    )


def _reads(path: str) -> str:
    return f"import io\ndef f():\n    return len(io.FileIO({path!r}).read(1)) >= 0\n"


def _does(statement: str, imports: str = "os") -> str:
    return f"import {imports}\ndef f():\n    {statement}\n    return True\n"


ATTACKS: dict[str, str] = {
    "read a system file": _reads("/etc/passwd"),
    "list the root folder": _does("os.listdir('/etc') and os.listdir('/tmp')"),
    "list the packs": _does("os.listdir('{packs}')"),
    "read a pack": _reads("{packs}/canary/tests/test_canary.py"),
    "read its own environment": _reads("/proc/self/environ"),
    "read the runner's environment": _reads("/proc/{pid}/environ"),
    "read another process's memory": _does("os.open('/proc/{pid}/mem', os.O_RDONLY)"),
    "write a file": _does("os.open('/tmp/gradecheck-canary', os.O_CREAT | os.O_WRONLY)"),
    "write shared memory": _does("os.open('/dev/shm/gradecheck-canary', os.O_CREAT | os.O_RDWR)"),
    "open a TCP socket": _does("socket.socket(socket.AF_INET)", "socket"),
    "open a UDP socket": _does("socket.socket(socket.AF_INET, socket.SOCK_DGRAM)", "socket"),
    "reach the runner's socket": _does("socket.socket(socket.AF_UNIX).connect('{socket}')", "socket"),
    "fork": _does("os.fork() or os._exit(0)"),
    "run a program": (
        "import os\n"
        "def f():\n"
        "    try:\n"
        "        os.execv('/nowhere', ['nowhere'])\n"
        "    except FileNotFoundError:\n"  # so exec itself is allowed
        "        return True\n"
    ),
    "spawn a program": _does("os.posix_spawn('/bin/true', ['true'], {{}})"),
    "signal the runner": _does("os.kill({pid}, 0)"),
    "signal everybody": _does("os.kill(-1, 0)"),
    "make a pipe": _does("os.pipe()"),
    "make anonymous shared memory": _does("os.memfd_create('x')"),
    "make System V shared memory": _raw(29, 194, "0, 4096, 0o1600"),
    "raise its limits": _does("resource.setrlimit(resource.RLIMIT_CPU, (999, 999))", "resource"),
    "trace the runner": _raw(101, 117, "16, {pid}, 0, 0"),
    "read the runner's memory": _raw(310, 270, "{pid}, 0, 0, 0, 0, 0"),
    "take the runner's descriptors": _raw(434, 434, "{pid}, 0"),
    "make a user namespace": _raw(272, 97, "0x10000000"),
    "mount": _raw(165, 40, "0, 0, 0, 0, 0"),
    "use a keyring": _raw(250, 219, "0, -3, 1"),
    "load a BPF program": _raw(321, 280, "0, 0, 0"),
    "set up io_uring": _raw(425, 425, "1, 0"),
    "handle page faults": _raw(323, 282, "0"),
    "be debugged": _raw(157, 167, "4, 1, 0, 0, 0"),
}

HONEST: dict[str, str] = {
    "linear algebra": (
        "import numpy as np\n"
        "def f():\n"
        "    a = np.random.default_rng(0).normal(size=(20, 20))\n"
        "    ones = np.linalg.solve(a, a @ np.ones(20))\n"
        "    return bool(np.allclose(ones, 1) and np.fft.rfft(a).shape == (20, 11))\n"
    ),
    "threads": (
        "import threading\n"
        "def f():\n"
        "    got = []\n"
        "    threads = [threading.Thread(target=got.append, args=(i,)) for i in range(4)]\n"
        "    [t.start() for t in threads], [t.join() for t in threads]\n"
        "    return sum(got) == 6\n"
    ),
    "printing and late imports": (
        "import statistics, fractions, decimal, csv, textwrap\n"
        "def f():\n"
        "    print('hello')\n"
        "    return statistics.mean([1, 3]) == 2\n"
    ),
}
