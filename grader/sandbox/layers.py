"""The layers of a job, in their order, and the facts that decide which are possible here.

Order matters: namespaces once in the fork-server, then in each forked job descriptors,
ids, capabilities, PDEATHSIG (lost by any later change of credentials), no-new-privileges,
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

JOB_UID = 64100  # the first of the ids that jobs get when the runner is root
HOST_UID = 64099  # test hosts' and examiners'


@dataclass(frozen=True)
class Plan:
    """What a fork-server sets up for its jobs: the mode, packages in view, the ids to take
    (None keeps them), and folders the runner writes packs into."""

    mode: Mode
    packages: tuple[str, ...]
    uid: int | None
    shared: tuple[str, ...] = ()


class Sandbox:
    """Built once in a fork-server, before any job: view, ruleset, own pid namespace.

    Files and modules that jobs need must be loaded before `enter`.
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
        """fork(), into a pid namespace of its own where the mode has them."""
        if self._own_pids is None:
            return os.fork()
        kernel.unshare(kernel.CLONE_NEWPID)
        child = os.fork()
        if child:
            kernel.setns(self._own_pids, kernel.CLONE_NEWPID)
        return child

    def confine(self, parent: int, program: bytes, readable: str = "") -> int:
        """Every layer on the calling job, for good; descriptors are the caller's affair.

        `parent` is the fork-server's pid, `readable` one more folder in the job's view.
        Returns the listener of the filter, where calls that ask the runner arrive.
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
        if self.plan.mode is not Mode.FULL and os.getppid() != parent:  # it died before we asked
            os._exit(1)
        os.environ.clear()
        os.umask(0o077)
        kernel.no_new_privileges()
        kernel.landlock_restrict(ruleset)
        os.close(ruleset)
        _limit_the_rest(self.plan)
        own_program = filters.for_pid(program, os.getpid())
        return kernel.seccomp_load(own_program, listener=True)


def _limit_the_rest(plan: Plan) -> None:
    """Limits that are the same for every job; memory and CPU come from the runner."""
    for which, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(which, (most, most))
    if plan.uid is not None:  # counts an id's threads on the whole machine, so only with an id of its own
        resource.setrlimit(resource.RLIMIT_NPROC, (256, 256))


def _become_root_of_user_namespace() -> None:
    """Without root: a user namespace in which we may make the others, and a pid namespace to
    come back to. The process that called goes on as the waiting parent of the one that returns."""
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
