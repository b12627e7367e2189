"""Acts on a group of submissions or people: looked at first, then done, undone where that is possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import audit, bulk, class_numbers, mail, regrade_choice, regrades, submission_list
from grader.database.errors import StoreError
from grader.database.models import Assignment, MailKind, User
from grader.values.numbers import whole_number
from web.access import Membership
from web.refusals import Missing
from web.services import pack_cache, shown_names
from web.services.class_submissions import staff_of
from web.services.submission_form import SubmissionForm

ACTS = {"comment": "Comment", "write": "Write", "extend": "Extend", "rerun": "Grade again"}
RERUNS = {
    "these": "the attempts chosen here",
    "counting": "the attempt of each of them that counts",
    "latest": "the latest attempt of each of them",
    "all": "all attempts of theirs",
}
MOST = 25_000
SHOWN = 50
LONGEST_SUBJECT, LONGEST_LETTER = 120, 10_000


@dataclass(frozen=True)
class Chosen:
    """Whom an act is for: submissions and their teams; `missing`: students who have handed in nothing."""

    submissions: tuple[int, ...]
    teams: tuple[int, ...]
    missing: bool = False


@dataclass(frozen=True)
class Request:
    """What was sent: the act, the filter or the ticked submissions, and the fields of the act."""

    act: str
    form: SubmissionForm
    picked: tuple[int, ...]
    missing: bool
    values: Mapping[str, str]

    def without_names(self) -> Request:
        """The same without a filter by name."""
        return replace(self, form=self.form.without_names())

    @property
    def selection(self) -> list[tuple[str, str]]:
        """The pairs of a form that say the same again."""
        pairs = [("do", self.act), *self.form.values.items(), *(("pick", str(id)) for id in self.picked)]
        return [*pairs, ("who", "missing")] if self.missing else pairs


@dataclass(frozen=True)
class BulkPage:
    """What an act would do: to how many, the first of them by name, and why it was refused."""

    membership: Membership
    assignment: Assignment
    request: Request
    chosen: Chosen
    people: Sequence[str]
    sends_mail: bool
    fault: str = ""

    @property
    def reruns(self) -> tuple[tuple[str, str], ...]:
        return tuple(RERUNS.items())


@dataclass(frozen=True)
class Done:
    """What was done: in words, and the instant with which it is undone ("" if it can't be), or the public id
    of the regrade that began."""

    words: str
    at: str = ""
    regrade: str = ""


def page(
    session: Session, user: User, course: str, slug: str, sent: Request, now: datetime, sends_mail: bool,
    fault: str = "", *, names_hidden: bool = False,
) -> BulkPage:  # fmt: skip
    """What the act would do. Raises Missing, Forbidden for students."""
    membership, assignment = staff_of(session, user, course, slug, now)
    if sent.act not in ACTS:
        raise Missing
    chosen = _chosen(session, membership, assignment, sent)
    names = shown_names.of_teams(session, assignment, set(chosen.teams[:SHOWN]), hidden=names_hidden)
    people = [names[team] for team in chosen.teams[:SHOWN] if team in names]
    return BulkPage(membership, assignment, sent, chosen, people, sends_mail, fault)


def _chosen(session: Session, membership: Membership, assignment: Assignment, sent: Request) -> Chosen:
    if sent.missing:
        people, _ = class_numbers.missing(session, assignment, limit=MOST)
        teams = class_numbers.team_ids_of(session, assignment, [person.user_id for person in people])
        return Chosen((), tuple(teams.values()), missing=True)
    if sent.picked:
        rows = bulk.submissions_by_id(session, assignment, sent.picked)
    else:
        pack = pack_cache.pack_of(session, assignment.pack_version)
        filters = sent.form.to_filter(membership.course.zone, pack.gradient_tests)
        rows = submission_list.pairs(session, assignment, filters, limit=MOST)
    return Chosen(tuple(id for id, _ in rows), tuple(dict.fromkeys(team for _, team in rows)))


def chosen_of(
    session: Session, user: User, course: str, slug: str, sent: Request, now: datetime
) -> tuple[Chosen, Assignment]:
    """What a request is for. Raises Missing, Forbidden for students."""
    membership, assignment = staff_of(session, user, course, slug, now)
    return _chosen(session, membership, assignment, sent), assignment


def perform(
    session: Session, user: User, course: str, slug: str, sent: Request, now: datetime, sends_mail: bool
) -> Done:
    """Do it. Raises Missing, Forbidden for students, StoreError if it is refused or the group has changed
    since it was looked at."""
    membership, assignment = staff_of(session, user, course, slug, now)
    if sent.act not in ACTS:
        raise Missing
    chosen = _chosen(session, membership, assignment, sent)
    size = len(chosen.teams if chosen.missing else chosen.submissions)
    if sent.values.get("expected") != str(size):
        raise StoreError(f"The group has changed since you looked: it has {size:,} members now. Look again")
    if not chosen.teams:
        raise StoreError("Nobody is in this group")
    by = session.get_one(User, user.id)
    return _ACTS[sent.act](session, assignment, chosen, sent.values, now, by, sends_mail)


def _comment(
    session: Session, assignment: Assignment, chosen: Chosen, values: Mapping[str, str], now: datetime,
    by: User, sends_mail: bool,
) -> Done:  # fmt: skip
    if chosen.missing:
        raise StoreError("Those who have handed in nothing have nothing to comment on; write to them instead")
    count = bulk.comment(session, assignment, chosen.submissions, values.get("text", ""), now, by=by)
    return Done(f"Submissions with your comment: {count:,}.", at=now.isoformat())


def _extend(
    session: Session, assignment: Assignment, chosen: Chosen, values: Mapping[str, str], now: datetime,
    by: User, sends_mail: bool,
) -> Done:  # fmt: skip
    hours = whole_number(values.get("hours", "").strip(), 1, 366 * 24)
    if hours is None:
        raise StoreError("A number of hours from 1 to 8,784 is expected; 24 is one day")
    reason = values.get("reason", "").strip()
    count = bulk.extend(session, assignment, chosen.teams, hours, reason, now, by=by)
    return Done(f"Extensions given: {count:,}.", at=now.isoformat())


def _write(
    session: Session, assignment: Assignment, chosen: Chosen, values: Mapping[str, str], now: datetime,
    by: User, sends_mail: bool,
) -> Done:  # fmt: skip
    if not sends_mail:
        raise StoreError("This installation sends no e-mail. Comment instead")
    text = values.get("text", "").strip()
    if not 1 <= len(text) <= LONGEST_LETTER:
        raise StoreError(f"The message has {len(text):,} characters; it must have 1 to {LONGEST_LETTER:,}")
    link = mail.link(f"/courses/{assignment.course.slug}/a/{assignment.slug}")
    body = f"{text}\n\n{by.name}, about {assignment.title}: {link}\n"
    about = f"written:{assignment.id}:{by.id}:{int(now.timestamp())}"
    subject = f"A message about {assignment.title}"
    people = bulk.people_of(session, chosen.teams)
    sent = [one for one in people if mail.queue(session, one, MailKind.WRITTEN, about, subject, body)]
    audit.note(
        session, "class.written", assignment, by=by, course_id=assignment.course_id, people=len(sent),
        text=text[:500],
    )  # fmt: skip
    rest = len(people) - len(sent)
    without = f" {rest:,} of them have not asked for such e-mail, so they get none." if rest else ""
    return Done(f"Messages that will be sent: {len(sent):,}.{without}")


def _rerun(
    session: Session, assignment: Assignment, chosen: Chosen, values: Mapping[str, str], now: datetime,
    by: User, sends_mail: bool,
) -> Done:  # fmt: skip
    which = values.get("which", "these")
    if which not in RERUNS or chosen.missing:
        raise StoreError("Choose which attempts are graded again")
    ids: Sequence[int] = chosen.submissions
    if which == "all":
        ids = bulk.attempts_of(session, assignment, chosen.teams, ())
    elif which in ("counting", "latest"):
        every = (
            regrade_choice.counting(session, assignment)
            if which == "counting"
            else regrade_choice.latest(session, assignment)
        )
        ids = bulk.attempts_of(session, assignment, chosen.teams, every)
    why = RERUNS[which].replace("here", "in the table")
    started = regrades.start(session, assignment, assignment.pack_version, ids, why=why, by=by)
    return Done(f"Attempts that are graded again: {started.size:,}.", regrade=started.public_id)


_ACTS = {"comment": _comment, "write": _write, "extend": _extend, "rerun": _rerun}


def undo(session: Session, user: User, course: str, slug: str, act: str, at: str, now: datetime) -> str:
    """Take back the reader's comments or extensions of one act; says how many. Raises Missing, Forbidden."""
    _, assignment = staff_of(session, user, course, slug, now)
    by = session.get_one(User, user.id)
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        raise Missing from None
    if instant.tzinfo is None:
        raise Missing
    if act == "comment":
        return f"Comments taken back: {bulk.take_comments_back(session, assignment, instant, now, by=by):,}."
    if act == "extend":
        return (
            f"Extensions withdrawn: {bulk.take_extensions_back(session, assignment, instant, now, by=by):,}."
        )
    raise Missing
