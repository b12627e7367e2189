"""Attacks on isolation. Each file's `f()` returns True if the attack succeeded.

`targets.Targets` replaces the $WORDs. `needs` is what an attack needs to succeed when it runs bare.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.sandbox.attacks import ATTACKS
from grader.values import Mode


@dataclass(frozen=True)
class Attack:
    """One attack. `needs` is what it needs to succeed without the layers: "root" or a machine such as
    "x86_64". `known` are the modes in which it succeeds, as docs/security.md says."""

    code: str
    needs: str = ""
    known: tuple[Mode, ...] = field(default=())


HEAD = "import ctypes, errno, fcntl, io, os, platform, resource, signal, socket, struct, sys, time\n"
UNPRIVILEGED = (Mode.UNPRIVILEGED, Mode.CONTAINER)


def does(statement: str, needs: str = "", known: tuple[Mode, ...] = ()) -> Attack:
    """An attack that succeeds if the statement raises nothing."""
    return Attack(f"{HEAD}def f():\n    {statement}\n    return True\n", needs, known)


def gives(expression: str, helper: str = "", known: tuple[Mode, ...] = ()) -> Attack:
    """An attack that succeeds if the expression is true."""
    return Attack(f"{HEAD}{helper}def f():\n    return bool({expression})\n", known=known)


def raw(x86_64: int, aarch64: int, arguments: str, needs: str = "", before: str = "pass") -> Attack:
    """A raw system call; it succeeds if the kernel lets it through, even if it then rejects the arguments."""
    return Attack(
        f"{HEAD}libc = ctypes.CDLL(None, use_errno=True)\n"
        f"number = {x86_64} if platform.machine() == 'x86_64' else {aarch64}\n"
        f"def f():\n    {before}\n"
        f"    done = libc.syscall(number, {arguments})\n"
        "    if done == 0 and number in (56, 57, 220, 435) and os.getpid() != HOME: os._exit(0)\n"
        "    refused = (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.ENOTTY)\n"
        "    return done >= 0 or ctypes.get_errno() not in refused\n"
        "HOME = os.getpid()\n",
        needs,
    )


def prctl(*arguments: int) -> Attack:
    return raw(157, 167, ", ".join(map(str, [*arguments, *[0] * (5 - len(arguments))])))


FILES = {
    "read a file by descriptor": gives(
        "b'SESAME' in os.read(os.open('$FOLDER/secret.txt', os.O_RDONLY), 99)",
    ),
    "read a file with numpy": gives("len(__import__('numpy').fromfile('$FOLDER/secret.txt', 'u1'))"),
    "map a file with numpy": gives("len(__import__('numpy').memmap('$FOLDER/secret.txt', 'u1', 'r'))"),
    "read a file through the C library": gives("ctypes.CDLL(None).fopen(b'$FOLDER/secret.txt', b'r')"),
    "read a file with openat2": raw(437, 437, "-100, b'$FOLDER/secret.txt', bytes(24), 24"),
    "read a file by a link": does(
        "os.symlink('$FOLDER/secret.txt', '$FOLDER/link'); os.unlink('$FOLDER/link')",
    ),
    "read a file through /proc": does("io.FileIO('/proc/$VICTIM/root$FOLDER/secret.txt').read()"),
    "import a file from elsewhere": gives(
        "sys.path.insert(0, '$FOLDER') or __import__('secret_module').SECRET",
    ),
    "load a file as a module": gives(
        "load('s', '$FOLDER/secret_module.py').load_module().SECRET",
        "from importlib.machinery import SourceFileLoader as load\n",
    ),
    "load a shared library": gives("ctypes.CDLL('$FOLDER/library.so')"),
    "list a folder": gives("os.listdir('$FOLDER')"),
    "list the root": gives("'etc' in os.listdir('/') and 'proc' in os.listdir('/')"),
    "list processes": gives("any(p.isdigit() for p in os.listdir('/proc'))"),
    "walk up from the packages": gives(
        "'numpy' in os.listdir(os.path.dirname(os.path.dirname(numpy.__file__)))",
        "import numpy\n",
    ),
    "know that a file exists": gives("os.stat('$FOLDER/secret.txt').st_size", known=UNPRIVILEGED),
    "read the target of a link": gives("os.readlink('/proc/$VICTIM/exe')"),
    "read another's command line": gives("io.FileIO('/proc/$VICTIM/cmdline').read()"),
    "read another's environment": gives("b'SESAME' in io.FileIO('/proc/$VICTIM/environ').read()"),
    "read another's mappings": gives("io.FileIO('/proc/$VICTIM/maps').read()"),
    "read the memory's use": gives("io.FileIO('/proc/meminfo').read()"),
    "read the mounts": gives("io.FileIO('/proc/mounts').read()"),
    "read the connections": gives("io.FileIO('/proc/net/unix').read()"),
    "read the kernel's settings": gives("io.FileIO('/proc/sys/kernel/hostname').read()"),
    "read the devices": gives("os.listdir('/sys/class')"),
    "read its own source on disk": gives("b'gradecheck' in io.FileIO('$ROOT/pyproject.toml').read()"),
    "create a file": does("os.close(os.open('$FOLDER/made', os.O_CREAT | os.O_WRONLY))"),
    "append to a file": does("os.write(os.open('$FOLDER/writable.txt', os.O_WRONLY | os.O_APPEND), b'x')"),
    "cut a file": does("os.truncate('$FOLDER/writable.txt', 3)"),
    "replace a file": does(
        "os.replace('$FOLDER/victim.txt', '$FOLDER/v'); os.replace('$FOLDER/v', '$FOLDER/victim.txt')",
    ),
    "make a folder": does("os.mkdir('$FOLDER/d'); os.rmdir('$FOLDER/d')"),
    "make a hard link": does("os.link('$FOLDER/secret.txt', '$FOLDER/hard'); os.unlink('$FOLDER/hard')"),
    "make a pipe in a folder": does("os.mkfifo('$FOLDER/f2'); os.unlink('$FOLDER/f2')"),
    "open a pipe of a folder": does("os.open('$FOLDER/fifo', os.O_RDWR)"),
    "change a file's rights": does("os.chmod('$FOLDER/secret.txt', 0o666)"),
    "change a file's times": does("os.utime('$FOLDER/secret.txt')"),
    "tag a file": does("os.setxattr('$FOLDER/secret.txt', 'user.gc', b'x')"),
    "go to another folder": does("os.chdir('$FOLDER')"),
    "change the root": does("os.chroot('/')", "root"),
    "write beside numpy": does(
        "os.close(os.open(__import__('numpy').__file__, os.O_WRONLY | os.O_APPEND))",
        "root",
    ),
    "use an inherited descriptor": gives(
        "any(_held(fd) for fd in range(4, 4096))",
        "def _held(fd):\n"
        "    try:\n"
        "        return b'SESAME' in os.pread(fd, 20, 0)\n"
        "    except OSError:\n"
        "        return False\n",
    ),
    "find a secret in the environment": gives(
        "any('SESAME' in v for v in os.environ.values()) or b'SESAME' in _c()",
        "def _c():\n"
        "    e = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), 'environ')\n"
        "    out, i = b'', 0\n"
        "    while e and e[i]:\n"
        "        out, i = out + e[i], i + 1\n"
        "    return out\n",
    ),
    "lock a file that others read": does("fcntl.flock(io.FileIO(os.__file__), fcntl.LOCK_EX | 4)"),
    "lock a part of a file": does("fcntl.lockf(io.FileIO(os.__file__), fcntl.LOCK_SH | fcntl.LOCK_NB)"),
    "be notified of others' reads": raw(294, 26, "0"),
}  # fmt: skip

NETWORK = {
    "connect to a port": does("socket.create_connection(('127.0.0.1', $TCP), 1)"),
    "send a datagram": does("socket.socket(2, 2).sendto(b'x', ('127.0.0.1', $UDP))"),
    "use IPv6": does("socket.socket(socket.AF_INET6)"),
    "connect to a socket's path": does("socket.socket(1).connect('$FOLDER/stream')"),
    "connect to an abstract socket": does("socket.socket(1).connect('\\0$ABSTRACT')"),
    "send to a socket's path": does("socket.socket(1, 2).sendto(b'x', '$FOLDER/datagram')"),
    "talk to the kernel's network": does("socket.socket(16, 3, 0)"),
    "read packets": does("socket.socket(17, 3, 0)", "root"),
    "send raw packets": does("socket.socket(2, 3, 1)", "root"),
    "make a socket of any family": gives(
        "any(_can(n, k) for n in range(1, 46) for k in (1, 2, 3, 5))",
        "def _can(n, k):\n"
        "    try:\n"
        "        return socket.socket(n, k).close() is None\n"
        "    except OSError:\n"
        "        return False\n",
    ),
    "make a pair of sockets": does("socket.socketpair()"),
    "look a name up": gives("socket.getaddrinfo('localhost', 80)"),
    "run an event loop": does("__import__('asyncio').run(__import__('asyncio').sleep(0))"),
}  # fmt: skip

PROCESSES = {
    "fork by its number": raw(57, 220, "17, 0, 0, 0, 0"),
    "clone by its number": raw(56, 220, "17, 0, 0, 0, 0"),
    "clone3": raw(435, 435, "struct.pack('11Q', 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0), 88"),
    "clone with a user namespace": raw(56, 220, "0x10000011, 0, 0, 0, 0"),
    "run a command": gives("os.system('true') == 0"),
    "run a subprocess": does("__import__('subprocess').run(['/bin/true'], check=True)"),
    "read a command": gives("os.popen('echo hello').read()"),
    "use multiprocessing": does(
        "p = __import__('multiprocessing').get_context('fork').Process(target=print); p.start(); p.join()",
    ),
    "fork with a terminal": does("os.forkpty()[0] or os._exit(0)"),
    "run a program held open": raw(322, 281, "-100, b'/nowhere', 0, 0, 0"),
    "signal a process": does("os.kill($VICTIM, 0)"),
    "signal a group": does("os.killpg(os.getpgid($VICTIM), 0)"),
    "signal a thread": raw(234, 131, "$VICTIM, $VICTIM, 0"),
    "signal any thread": raw(200, 130, "$VICTIM, 0"),
    "queue a signal": raw(129, 138, "$VICTIM, 0, struct.pack('3i', 0, 0, -1) + bytes(116)"),
    "open a process": raw(434, 434, "$VICTIM, 0"),
    "signal through a descriptor": raw(424, 424, "99, 0, 0, 0"),
    "take a process's descriptor": raw(438, 438, "99, 0, 0"),
    "trace a process": raw(101, 117, "0x4206, $VICTIM, 0, 0"),
    "let itself be traced": raw(101, 117, "0, 0, 0, 0"),
    "read a process's memory": gives(
        "_read()",
        "def _read():\n"
        "    b = ctypes.create_string_buffer(11)\n"
        "    here, there = (struct.pack('2Q', a, 11) for a in (ctypes.addressof(b), $ADDRESS))\n"
        "    number = 310 if platform.machine() == 'x86_64' else 270\n"
        "    n = ctypes.CDLL(None).syscall(number, $VICTIM, here, 1, there, 1, ctypes.c_long(0))\n"
        "    return n == 11 and b.raw == b'SESAME-open'\n",
    ),
    "write a process's memory": raw(311, 271, "$VICTIM, 0, 0, 0, 0, 0"),
    "compare processes": raw(312, 272, "$VICTIM, $VICTIM, 0, 0, 0"),
    "advise a process's memory": raw(440, 440, "99, 0, 0, 0, 0"),
    "limit a process": raw(302, 261, "$VICTIM, 7, 0, bytes(16)"),
    "bind a process to a core": does("os.sched_setaffinity($VICTIM, os.sched_getaffinity(0))"),
    "schedule a process": raw(144, 119, "$VICTIM, 0, bytes(4)"),
    "slow a process down": does("os.setpriority(os.PRIO_PROCESS, $VICTIM, 1)"),
    "slow a process's disk down": raw(251, 30, "1, $VICTIM, 24576"),
    "ask for a process's session": does("os.getsid($VICTIM)"),
    "move a process's pages": raw(279, 239, "$VICTIM, 0, 0, 0, 0, 0"),
    "read another's CPU clock": does("time.clock_gettime((~$VICTIM << 3) | 2)", known=UNPRIVILEGED),
    "start a session": does("os.setsid()"),
    "change its user": does("os.setuid(os.getuid())"),
    "change its groups": does("os.setgroups([])", "root"),
    "get privileges": raw(126, 91, "0, 0"),
    "ask for its privileges": raw(125, 90, "struct.pack('Ii', 0x20080522, 0), bytes(24)"),
    "raise its priority": does("os.setpriority(os.PRIO_PROCESS, 0, -5)", "root"),
    "raise its descriptors": does(
        "resource.setrlimit(7, (40, max(40, resource.getrlimit(7)[1])))",
    ),
    "count performance": raw(298, 241, "struct.pack('II', 1, 128) + bytes(120), 0, -1, -1, 0", "root"),
}  # fmt: skip

KERNEL = {
    "make a mount namespace": raw(272, 97, "0x20000", "root"),
    "make a network namespace": raw(272, 97, "0x40000000", "root"),
    "share no more files": raw(272, 97, "0x400"),
    "join a namespace": raw(308, 268, "99, 0"),
    "open a file system": raw(430, 430, "b'tmpfs', 0", "root"),
    "clone a mount": raw(428, 428, "-100, b'/', 1", "root"),
    "pivot the root": raw(155, 41, "0, 0", "root"),
    "unmount": raw(166, 39, "b'/nowhere', 0", "root"),
    "store a key": raw(248, 217, "b'user', b'gc', b'x', 1, -2"),
    "ask for a key": raw(249, 218, "b'user', b'gc-none', 0, 0"),
    "set up io_uring with entries": raw(425, 425, "4, bytes(120)"),
    "keep secret memory": raw(319, 279, "b'x', 0"),
    "watch descriptors": raw(291, 20, "0"),
    "make an event": raw(290, 19, "0, 0"),
    "make a timer": raw(283, 85, "1, 0"),
    "make a signal descriptor": raw(289, 74, "-1, bytes(8), 8, 0"),
    "watch file systems": raw(300, 262, "0, 0", "root"),
    "move pipes' pages": raw(278, 75, "1, 0, 0, 0"),
    "ask for a filter": raw(317, 277, "2, 0, struct.pack('I', 0)"),
    "make a ruleset": raw(444, 444, "struct.pack('Q', 1), 8, 0"),
    "stop dying with the parent": prctl(1, 0),
    "adopt processes": prctl(36, 1),
    "choose its tracer": prctl(0x59616D61, -1),
    "drop a bound": prctl(23, 0),
    "catch the clock": Attack(prctl(26, 1).code, "x86_64"),
    "change its personality": raw(135, 92, "0xffffffff"),
    "change its segments": Attack(raw(154, 0, "0, bytes(64), 64").code, "x86_64"),
    "read the kernel's log": raw(103, 116, "10, 0, 0", "root"),
    "set the clock": raw(305, 266, "0, bytes(208)"),
    "name the machine": raw(170, 161, "0, 5", "root"),
    "restart the machine": raw(169, 142, "0, 0, 0, 0", "root"),
    "swap": raw(167, 224, "0, 0", "root"),
    "open a file by its handle": raw(304, 265, "-100, 0, 0", "root"),
    "attach shared memory": raw(29, 194, "$SHMKEY, 4096, 0o666"),
    "attach shared memory by number": raw(30, 196, "0, 0, 0"),
    "make semaphores": raw(64, 190, "0, 1, 0o1600"),
    "send System V messages": raw(68, 186, "0, 0o1600"),
    "open a message queue": raw(240, 180, "b'gc-none', 0, 0, 0"),
    "make named shared memory": does(
        "import _posixshmem as m; os.close(m.shm_open('/gc-aim', os.O_CREAT, 384)); m.shm_unlink('/gc-aim')"
    ),
    "make a named semaphore": does("__import__('multiprocessing').get_context('fork').Semaphore()"),
    "enlarge a pipe": raw(72, 25, "1, 1031, 4096"),
    "be signalled by a pipe": raw(72, 25, "1, 8, os.getpid()"),
    "make output non-blocking": raw(72, 25, "1, 4, 0o4000"),
    "set a pipe asynchronous": raw(16, 29, "1, 0x5452, bytes(4)"),
    "set an alarm": does("signal.setitimer(signal.ITIMER_REAL, 99)"),
    "lock memory": raw(149, 228, "0, 0"),
    "use the 32-bit calls": Attack(
        HEAD + "import mmap\ndef f():\n    m = mmap.mmap(-1, 4096, prot=7)\n"
        "    m.write(b'\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3')\n"
        "    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))() > 0\n",
        "x86_64",
    ),
    "use the x32 calls": Attack(raw(0x40000000 + 39, 0, "0").code, "x32"),
}  # fmt: skip

CANARIES = {f"canary: {name}": code for name, code in ATTACKS.items()}
OWN = FILES | NETWORK | PROCESSES | KERNEL
