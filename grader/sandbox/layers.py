"""The layers of isolation of a job, in the order in which they are set up.

The order matters: namespaces once in the fork-server; then in each forked job descriptors, ids,
capabilities, PDEATHSIG (a later change of ids or capabilities would undo it), no-new-privileges,
Landlock, limits, and the seccomp filter last. See docs/security.md.
"""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass

from grader.sandbox import filters, kernel
from grader.sandbox.file_view import enter_new_root, rules
from grader.sandbox.kernel import Rule
from grader.values import Mode

JOB_UID = 64100  # the first user id of jobs when the runner is root
HOST_UID = 64099  # the user id of test hosts and examiners


@dataclass(frozen=True)
class Plan:
    """What a fork-server sets up for its jobs: the mode, the packages they may read, the user and group id
    (None: unchanged), and the folders into which the runner writes packs."""

    mode: Mode
    packages: tuple[str, ...]
    uid: int | None
    shared: tuple[str, ...] = ()


class Sandbox:
    """Built once in a fork-server, before any job: the readable files, the ruleset, a pid namespace.

    Modules that jobs need must be imported before, as their files may not be readable afterwards.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._own_pids: int | None = None
        if plan.mode is Mode.FULL:
            self._enter_namespaces()
        self.base_kb = _address_space_kb()
        if plan.mode is Mode.FULL:
            enter_new_root(plan.packages, plan.shared)
        self._rules = rules(plan.packages)
        self.ruleset = kernel.landlock_ruleset(self._rules)

    def _enter_namespaces(self) -> None:
        if os.geteuid() != 0:
            _become_root_of_user_namespace()
        kernel.unshare(
            kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWNET
            | kernel.CLONE_NEWCGROUP
        )  # fmt: skip
        self._own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def fork(self) -> int:
        """fork(): the child's pid, 0 in the child. In the mode `full` the child has its own pid namespace."""
        if self._own_pids is None:
            return os.fork()
        kernel.unshare(kernel.CLONE_NEWPID)
        child = os.fork()
        if child:
            kernel.setns(self._own_pids, kernel.CLONE_NEWPID)
        return child

    def confine(self, parent: int, program: bytes, readable: str = "") -> int:
        """Put every layer on the calling job, for good; the caller takes care of descriptors.

        `parent` is the fork-server's pid, `readable` one more folder that the job may read.
        Returns the listener of the filter, which receives the calls that wait for the runner.
        """
        ruleset = self.ruleset
        if readable:
            ruleset = kernel.landlock_ruleset([*self._rules, Rule(readable)])
        os.chdir("/")
        if self.plan.uid is not None:
            os.setgroups([])
            os.setresgid(self.plan.uid, self.plan.uid, self.plan.uid)
            os.setresuid(self.plan.uid, self.plan.uid, self.plan.uid)
        kernel.drop_capabilities()
        kernel.die_with_parent()
        if self.plan.mode is not Mode.FULL and os.getppid() != parent:  # it ended before `die_with_parent`
            os._exit(1)
        os.environ.clear()
        os.umask(0o077)
        kernel.no_new_privileges()
        kernel.landlock_restrict(ruleset)
        for descriptor in {ruleset, self.ruleset}:
            os.close(descriptor)
        _set_common_limits(self.plan)
        own_program = filters.for_pid(program, os.getpid())
        return kernel.seccomp_load(own_program, listener=True)


def _set_common_limits(plan: Plan) -> None:
    """Set the limits that are the same for every job; the runner sends those of memory and CPU."""
    for which, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(which, (most, most))
    if (
        plan.uid is not None
    ):  # counts all threads of a user id on the machine, so only if jobs have their own id
        resource.setrlimit(resource.RLIMIT_NPROC, (256, 256))


def _become_root_of_user_namespace() -> None:
    """Without root: enter a user namespace, where we may create the others, and a first pid namespace.
    A forked child returns from this function; the calling process waits for it and then ends."""
    uid, gid = os.geteuid(), os.getegid()
    kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWPID)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    child = os.fork()
    if child:
        os.closerange(3, 4096)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255)
    kernel.die_with_parent()
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("proc", "/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)


def _address_space_kb() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize() // 1024
