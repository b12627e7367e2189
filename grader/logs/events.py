"""All events, with name, level and fields. docs/operators.md has the same table; a test compares them.

A field never contains a text that a student wrote. Times are milliseconds if they end in `_ms`, seconds if in
`_s`. `error` is the class of an exception, without its text, and `at` where it was raised.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


class Event:
    """Base of all events. Each subclass is one kind of event; its fields are the details."""

    name: ClassVar[str]
    level: ClassVar[int]

    def __init_subclass__(cls, *, name: str, level: int = logging.INFO) -> None:
        cls.name, cls.level = name, level


# ---------------------------------------------------------------------------------------------- web


@dataclass(frozen=True)
class WebReady(Event, name="web.ready"):
    """The pages are served."""

    address: str


@dataclass(frozen=True)
class SetUpNeeded(Event, name="web.set_up_needed", level=logging.WARNING):
    """There is no user yet. Whoever opens `path` makes the first one; it has no use after that."""

    path: str


@dataclass(frozen=True)
class UploadAccepted(Event, name="upload.accepted"):
    """A submission is stored and queued; its id is the line's."""

    user: int
    assignment: str
    files: int
    bytes: int


@dataclass(frozen=True)
class UploadRefused(Event, name="upload.refused"):
    """A submission was not stored. `why` is files (missing, too large, of a wrong name or kind), faults
    (found by the check at upload), a rule of the assignment (NotOpen, Closed, NoAttemptsLeft), or SameFiles:
    they were handed in before."""

    user: int
    assignment: str
    why: str


@dataclass(frozen=True)
class LoginFailed(Event, name="login.failed", level=logging.WARNING):
    """E-mail address and password don't match. `user` is an id or "unknown", never the typed text: it may be
    a password in the wrong field."""

    user: int | str
    address: str


@dataclass(frozen=True)
class LimitReached(Event, name="limit.reached", level=logging.WARNING):
    """A user or address did something more often than the rule allows."""

    rule: str
    wait_s: int


@dataclass(frozen=True)
class LimitLocal(Event, name="limit.local", level=logging.WARNING):
    """Redis can't be reached, so this process counts by itself."""

    rule: str


@dataclass(frozen=True)
class RequestFailed(Event, name="request.failed", level=logging.ERROR):
    """Our code raised an exception in a request; the error page shows `id`."""

    id: str
    method: str
    route: str
    error: str
    at: tuple[str, ...]


@dataclass(frozen=True)
class RequestTooLarge(Event, name="request.too_large"):
    """A request had more bytes than the page accepts; nothing was stored."""

    route: str
    bytes: int


@dataclass(frozen=True)
class DatabaseLost(Event, name="database.lost", level=logging.ERROR):
    """The database did not answer a request."""

    why: str


@dataclass(frozen=True)
class PreflightSkipped(Event, name="preflight.skipped", level=logging.WARNING):
    """An upload was accepted without being parsed first, because no runner could do it."""

    error: str


@dataclass(frozen=True)
class PackNotRead(Event, name="pack.not_read", level=logging.WARNING):
    """No page could be made for a stored pack: no runner answered, or the pack has faults by now."""

    digest: str
    why: str


@dataclass(frozen=True)
class RunnerUnreachable(Event, name="runner.unreachable", level=logging.WARNING):
    """The status page could not get the runner's health."""

    why: str


# ------------------------------------------------------------------------------- worker and sweeper


@dataclass(frozen=True)
class MailSent(Event, name="mail.sent"):
    """The mail server has taken a message; `mail` is its row."""

    mail: int
    kind: str


@dataclass(frozen=True)
class MailFailed(Event, name="mail.failed", level=logging.WARNING):
    """A message was not sent. It is tried again unless it is `given_up`."""

    mail: int
    kind: str
    error: str
    given_up: bool


@dataclass(frozen=True)
class MailStopped(Event, name="mail.stopped", level=logging.WARNING):
    """The messages to be sent could not be read; the sweeper tries again."""

    error: str


@dataclass(frozen=True)
class NotifyFailed(Event, name="notify.failed", level=logging.WARNING):
    """No worker could be notified of a new job; the sweeper will notify one later."""

    error: str


@dataclass(frozen=True)
class JobClaimed(Event, name="job.claimed"):
    """A worker begins a job."""

    job: int
    kind: str
    pack: str
    attempt: int
    wait_ms: int


@dataclass(frozen=True)
class JobRetried(Event, name="job.retried"):
    """The worker tries again the tests that have no outcome by our fault."""

    round: int
    tests: int


@dataclass(frozen=True)
class JobDone(Event, name="job.done"):
    """The report is stored. `phases_ms` are the runner's, of the last attempt."""

    job: int
    kind: str
    pack: str
    attempt: int
    verdicts: Mapping[str, int]
    wait_ms: int
    run_ms: float
    phases_ms: Mapping[str, float]


@dataclass(frozen=True)
class JobGivenBack(Event, name="job.given_back", level=logging.WARNING):
    """A job is queued again after a fault of ours; it can be claimed after `after_s`."""

    job: int
    attempt: int
    why: str
    after_s: float


@dataclass(frozen=True)
class JobFailed(Event, name="job.failed", level=logging.ERROR):
    """A job failed by our fault, after all attempts."""

    job: int
    why: str


@dataclass(frozen=True)
class GradingUnscored(Event, name="grading.unscored", level=logging.ERROR):
    """A grading ended without a score: `tests` have no verdict, by `cause` (none if there is no report).
    `detail` is the class and place of an exception in its detail. It is tried again after `after_s`; None:
    no more, it waits for staff."""

    job: int
    pack: str
    tests: tuple[str, ...]
    cause: str
    detail: str
    after_s: int | None


@dataclass(frozen=True)
class GradingRetried(Event, name="grading.retried"):
    """A grading that ended without a score is queued again, for the `retry`-th time."""

    job: int
    retry: int


@dataclass(frozen=True)
class JobFault(Event, name="job.fault", level=logging.ERROR):
    """The worker's own code raised an exception in the job."""

    job: int
    error: str
    at: tuple[str, ...]


@dataclass(frozen=True)
class ClaimLost(Event, name="claim.lost", level=logging.WARNING):
    """Another worker has taken the job over, so this worker's results are dropped."""

    job: int


@dataclass(frozen=True)
class LeaseNotRenewed(Event, name="lease.not_renewed", level=logging.WARNING):
    """The database did not store the renewal of a lease; the worker tries again until the lease ends."""

    job: int
    error: str


@dataclass(frozen=True)
class JobTakenOver(Event, name="job.taken_over", level=logging.WARNING):
    """A job's worker was lost; the sweeper queued the job again."""

    job: int


@dataclass(frozen=True)
class SweepFailed(Event, name="sweep.failed", level=logging.WARNING):
    """The database did not answer the sweeper."""

    error: str


@dataclass(frozen=True)
class ClaimsPaused(Event, name="claims.paused", level=logging.ERROR):
    """The worker claims no jobs, because its runner can't be reached or its isolation is too weak."""

    why: str


@dataclass(frozen=True)
class TaskFailed(Event, name="task.failed", level=logging.ERROR):
    """The worker could not claim a job, or not store that it failed; the sweeper takes it over."""

    error: str
    at: tuple[str, ...]


@dataclass(frozen=True)
class HeartbeatFailed(Event, name="heartbeat.failed", level=logging.WARNING):
    """The database did not store a process's heartbeat."""

    error: str


# -------------------------------------------------------------------------------------------- runner


@dataclass(frozen=True)
class RunnerReady(Event, name="runner.ready"):
    """The runner has proven its mode by attacks on itself, and accepts connections."""

    mode: str
    slots: int


@dataclass(frozen=True)
class GradingBegun(Event, name="grading.begun"):
    """The runner begins an order. `digest` is the start of the pack's digest, here and in later lines."""

    digest: str
    tests: int


@dataclass(frozen=True)
class GradingDone(Event, name="grading.done"):
    """Every test of the order has an outcome."""

    digest: str
    verdicts: Mapping[str, int]
    run_ms: float
    phases_ms: Mapping[str, float]


@dataclass(frozen=True)
class GradingFailed(Event, name="grading.failed", level=logging.WARNING):
    """An order ended early; `cause` is system, pack, or cancelled by the client."""

    digest: str
    cause: str


@dataclass(frozen=True)
class CandidateKilled(Event, name="candidate.killed"):
    """The student's process broke a limit of the test and was killed."""

    test: str
    limit: str


@dataclass(frozen=True)
class CallRefused(Event, name="call.refused", level=logging.WARNING):
    """The student's process made a system call that is not allowed, and was killed."""

    test: str
    call: str


@dataclass(frozen=True)
class CandidateLost(Event, name="candidate.lost"):
    """The student's process ended by itself before it answered."""

    test: str
    how: str


@dataclass(frozen=True)
class TestHostStarted(Event, name="test_host.started"):
    """A pack's tests are collected and wait for gradings."""

    digest: str
    run_ms: float


@dataclass(frozen=True)
class TestHostLost(Event, name="test_host.lost", level=logging.WARNING):
    """A pack's test host crashed, hung or made a forbidden call; the next grading gets a new one."""

    digest: str


@dataclass(frozen=True)
class ForkServerRenewed(Event, name="fork_server.renewed"):
    """A new fork-server replaces one that has served its maximum of jobs, or that died."""

    kind: str
    died: bool


@dataclass(frozen=True)
class RunnerFault(Event, name="runner.fault", level=logging.ERROR):
    """The runner's own code raised an exception in a request."""

    request: str
    error: str
    at: tuple[str, ...]
