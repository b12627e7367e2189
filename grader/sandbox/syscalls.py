"""System call numbers of the machines we support; on another machine the runner refuses to start."""

from __future__ import annotations

import errno
import platform
from dataclasses import dataclass

from grader.sandbox.errors import UnknownMachine

X86_64 = {
    "read": 0, "write": 1, "open": 2, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8,
    "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14,
    "rt_sigreturn": 15, "ioctl": 16, "pread64": 17, "readv": 19, "writev": 20, "access": 21, "pipe": 22,
    "select": 23, "sched_yield": 24, "mremap": 25, "madvise": 28, "shmget": 29, "dup": 32, "dup2": 33,
    "nanosleep": 35, "getpid": 39, "socket": 41, "sendmsg": 46, "recvmsg": 47, "getsockname": 51,
    "socketpair": 53, "getsockopt": 55, "clone": 56, "fork": 57, "vfork": 58, "execve": 59, "exit": 60,
    "kill": 62, "uname": 63, "fcntl": 72, "ftruncate": 77, "getcwd": 79, "chdir": 80, "rename": 82,
    "mkdir": 83, "unlink": 87, "symlink": 88, "readlink": 89, "chmod": 90, "umask": 95, "getrlimit": 97,
    "getrusage": 98, "sysinfo": 99, "times": 100, "getuid": 102, "getgid": 104, "geteuid": 107,
    "getegid": 108, "getppid": 110, "capset": 126, "sigaltstack": 131, "getpriority": 140,
    "setpriority": 141, "pivot_root": 155, "prctl": 157, "arch_prctl": 158, "setrlimit": 160, "mount": 165,
    "umount2": 166, "gettid": 186, "tkill": 200, "futex": 202, "sched_setaffinity": 203,
    "sched_getaffinity": 204, "getdents64": 217, "set_tid_address": 218, "restart_syscall": 219,
    "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231, "tgkill": 234,
    "mbind": 237, "get_mempolicy": 239, "openat": 257, "mkdirat": 258, "newfstatat": 262, "unlinkat": 263,
    "readlinkat": 267, "pselect6": 270, "ppoll": 271, "unshare": 272, "set_robust_list": 273,
    "eventfd2": 290, "epoll_create1": 291, "dup3": 292, "pipe2": 293, "prlimit64": 302, "setns": 308,
    "seccomp": 317, "getrandom": 318, "memfd_create": 319, "execveat": 322, "membarrier": 324, "statx": 332,
    "rseq": 334, "io_uring_setup": 425, "clone3": 435, "close_range": 436, "openat2": 437,
    "faccessat2": 439, "landlock_create_ruleset": 444, "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}  # fmt: skip

AARCH64 = {
    "getcwd": 17, "eventfd2": 19, "epoll_create1": 20, "dup": 23, "dup3": 24, "fcntl": 25, "ioctl": 29,
    "mkdirat": 34, "unlinkat": 35, "umount2": 39, "mount": 40, "pivot_root": 41, "ftruncate": 46,
    "faccessat": 48, "chdir": 49, "openat": 56, "close": 57, "pipe2": 59, "getdents64": 61, "lseek": 62,
    "read": 63, "write": 64, "readv": 65, "writev": 66, "pread64": 67, "pselect6": 72, "ppoll": 73,
    "readlinkat": 78, "newfstatat": 79, "fstat": 80, "capset": 91, "exit": 93, "exit_group": 94,
    "set_tid_address": 96, "unshare": 97, "futex": 98, "set_robust_list": 99, "nanosleep": 101,
    "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115, "sched_setaffinity": 122,
    "sched_getaffinity": 123, "sched_yield": 124, "restart_syscall": 128, "kill": 129, "tkill": 130,
    "tgkill": 131, "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139,
    "setpriority": 140, "getpriority": 141, "times": 153, "uname": 160, "getrlimit": 163, "setrlimit": 164,
    "getrusage": 165, "umask": 166, "prctl": 167, "getpid": 172, "getppid": 173, "getuid": 174,
    "geteuid": 175, "getgid": 176, "getegid": 177, "gettid": 178, "sysinfo": 179, "shmget": 194,
    "socket": 198, "socketpair": 199, "getsockname": 204, "getsockopt": 209, "sendmsg": 211, "recvmsg": 212,
    "brk": 214, "munmap": 215, "mremap": 216, "clone": 220, "execve": 221, "mmap": 222, "mprotect": 226,
    "madvise": 233, "mbind": 235, "get_mempolicy": 236, "prlimit64": 261, "setns": 268, "seccomp": 277,
    "getrandom": 278, "memfd_create": 279, "execveat": 281, "membarrier": 283, "statx": 291, "rseq": 293,
    "io_uring_setup": 425, "clone3": 435, "close_range": 436, "openat2": 437, "faccessat2": 439,
    "landlock_create_ruleset": 444, "landlock_add_rule": 445, "landlock_restrict_self": 446,
}  # fmt: skip

# What course code with numpy needs; no call here reaches another process, the network or a file for writing.
_ALLOWED = """
read write close fstat poll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn pread64
readv writev access select sched_yield mremap madvise dup nanosleep getpid exit uname getcwd readlink
getrusage sysinfo times getuid getgid geteuid getegid getppid sigaltstack arch_prctl gettid futex
sched_getaffinity getdents64 set_tid_address restart_syscall clock_gettime clock_getres clock_nanosleep
exit_group openat newfstatat readlinkat pselect6 ppoll set_robust_list dup2 dup3 getrandom membarrier statx
rseq faccessat faccessat2 open stat lstat getrlimit
"""
ALLOWED: tuple[str, ...] = tuple(_ALLOWED.split())

# Calls that libraries try but don't need: they get an error; the process goes on.
_NOT_PERMITTED = """
pipe pipe2 fork vfork execve execveat kill tkill unlink mkdir rename unlinkat mkdirat memfd_create shmget
ftruncate sched_setaffinity symlink setpriority getpriority mbind get_mempolicy epoll_create1 chdir eventfd2
setrlimit chmod umask sendmsg recvmsg
"""
_NOT_THERE = {"clone3": errno.ENOSYS, "io_uring_setup": errno.ENOSYS, "openat2": errno.ENOSYS}
_NO_ACCESS = {"socket": errno.EACCES, "socketpair": errno.EACCES}
DENIED: dict[str, int] = _NOT_THERE | _NO_ACCESS | dict.fromkeys(_NOT_PERMITTED.split(), errno.EPERM)


@dataclass(frozen=True)
class Machine:
    """One architecture: its audit number and the numbers of its calls by name."""

    name: str
    audit: int
    calls: dict[str, int]


MACHINES = {
    "x86_64": Machine("x86_64", 0xC000003E, X86_64),
    "aarch64": Machine("aarch64", 0xC00000B7, AARCH64),
}


def this_machine() -> Machine:
    """The call numbers of the machine that we run on. Raises UnknownMachine."""
    name = platform.machine()
    if name not in MACHINES:
        raise UnknownMachine(f"the machine is {name}; supported are {', '.join(MACHINES)}")
    return MACHINES[name]


# Names of calls that only messages use: (number on x86_64, number on aarch64).
_NAMES_FOR_MESSAGES = {
    "ptrace": (101, 117), "mount": (165, 40), "chroot": (161, 51), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "kcmp": (312, 272), "init_module": (175, 105),
    "reboot": (169, 142), "swapon": (167, 224), "flock": (73, 32), "splice": (275, 76),
    "vmsplice": (278, 75), "tee": (276, 77), "shmat": (30, 196), "shmctl": (31, 195), "msgget": (68, 186),
    "semget": (64, 190), "mq_open": (240, 180), "inotify_init1": (294, 26), "fanotify_init": (300, 262),
    "timer_create": (222, 107), "alarm": (37, -1), "setitimer": (38, 103), "setsid": (112, 157),
    "setpgid": (109, 154), "setuid": (105, 146), "setresuid": (117, 147), "fchmod": (91, 52),
    "fchown": (93, 55), "chown": (92, -1), "link": (86, -1), "truncate": (76, 45), "mknod": (133, -1),
    "mknodat": (259, 33), "renameat2": (316, 276), "bind": (49, 200), "connect": (42, 203),
    "accept": (43, 202), "listen": (50, 201), "sendto": (44, 206), "recvfrom": (45, 207),
    "epoll_ctl": (233, 21), "epoll_wait": (232, -1), "signalfd4": (289, 74), "timerfd_create": (283, 85),
    "io_uring_enter": (426, 426), "wait4": (61, 260), "waitid": (247, 95), "sync": (162, 81),
}  # fmt: skip


def call_name(number: int) -> str:
    """The name of a system call for a message, or "call number N" if we have no name for it."""
    column = 0 if platform.machine() == "x86_64" else 1
    names = {number: name for name, number in this_machine().calls.items()}
    names |= {pair[column]: name for name, pair in _NAMES_FOR_MESSAGES.items()}
    return names.get(number, f"call number {number}")
