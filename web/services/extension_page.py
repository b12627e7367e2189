"""Extensions, for the staff of a course: listed, given, withdrawn, put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import assignments, deadlines, effects, extensions, people_search
from grader.database.errors import BadExtension
from grader.database.extensions import Wish
from grader.database.models import Assignment, Course, Extension, Team, User
from grader.values.numbers import whole_number
from grader.values.text import one_line
from web.access import Membership, course_membership
from web.refusals import Missing
from web.services.effect_words import late_words, points_words
from web.services.new_assignment import Form

PAGE = 50
NAMES = ("who", "pick", "section", "assignment", "due", "hours", "reason")


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be meant: the value of the choice, words, and the e-mail address of a person."""

    value: str
    words: str
    email: str = ""


@dataclass(frozen=True)
class ExtensionPage:
    """The extensions of a course (`chosen`: those that hold on one assignment), and the form to give one;
    `candidates` are those whom the typed name may mean."""

    membership: Membership
    rows: tuple[Extension, ...]
    total: int
    number: int
    chosen: Assignment | None
    assignments: Sequence[Assignment]
    sections: Sequence[str]
    form: Form
    candidates: tuple[Candidate, ...]

    @property
    def section_choices(self) -> list[tuple[str, str]]:
        """Value and words of each option."""
        return [("", "no section"), *((name, name) for name in self.sections)]

    @property
    def assignment_choices(self) -> list[tuple[str, str]]:
        """Value and words of each option."""
        return [("", "every assignment"), *((row.slug, row.title) for row in self.assignments)]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def page(
    session: Session, user: User, course: str, slug: str, number: int, form: Form | None = None
) -> ExtensionPage:
    """The page; `slug` "" is all assignments. Raises Missing, and Forbidden for students."""
    membership = _staff(session, user, course)
    known = assignments.of_course(session, membership.course)
    chosen = next((row for row in known if row.slug == slug), None)
    if slug and chosen is None:
        raise Missing
    offset = PAGE * (number - 1)
    rows, total = extensions.of_course(session, membership.course, chosen, limit=PAGE, offset=offset)
    form = form or Form({"assignment": slug})
    return ExtensionPage(
        membership=membership,
        rows=tuple(rows),
        total=total,
        number=number,
        chosen=chosen,
        assignments=known,
        sections=people_search.sections(session, membership.course),
        form=form,
        candidates=_candidates(session, membership.course, form.values.get("who", "")),
    )


def give(session: Session, user: User, course: str, form: Form) -> str | None:
    """Give the extension that was typed; returns what it changed, in words, or None with the form's faults
    filled in. Raises Missing, and Forbidden for students."""
    membership = _staff(session, user, course)
    wish = _wish(session, membership.course, form)
    if wish is None or form.faults:
        return None
    before = effects.basis_of(session, membership.course)
    try:
        by = session.get_one(User, user.id)
        row = extensions.give(session, membership.course, wish, by=by)
    except BadExtension as error:
        form.faults["due" if "date" in str(error) else "hours"] = f"{error}."
        return None
    return _changed(session, membership.course, row, before)


def withdraw(session: Session, user: User, course: str, extension_id: int) -> str:
    """Withdraw an extension; returns what that changed. Raises Missing, and Forbidden for students."""
    return _turn(session, user, course, extension_id, given=False)


def put_back(session: Session, user: User, course: str, extension_id: int) -> str:
    """Undo `withdraw`; returns what that changed."""
    return _turn(session, user, course, extension_id, given=True)


def _turn(session: Session, user: User, course: str, extension_id: int, *, given: bool) -> str:
    membership = _staff(session, user, course)
    row = extensions.by_id(session, membership.course, extension_id)
    if row is None:
        raise Missing
    before = effects.basis_of(session, membership.course)
    change = extensions.put_back if given else extensions.withdraw
    change(session, row, by=session.get_one(User, user.id))
    return _changed(session, membership.course, row, before)


def _changed(session: Session, course: Course, row: Extension, before: effects.Basis) -> str:
    """What an extension that was given or withdrawn has changed, in words."""
    session.flush()
    after = replace(before, known=deadlines.of_course(session, course.id))
    teams = extensions.teams_of(session, row)
    ids = [row.assignment_id] if row.assignment_id else list(before.assignments)
    found = effects.compare(session, course, before, after, dict.fromkeys(ids, teams))
    return " ".join([*late_words(found), *points_words(found)])


def _staff(session: Session, user: User, course: str) -> Membership:
    membership = course_membership(session, user, course)
    membership.must_be_staff()
    return membership


def _candidates(session: Session, course: Course, text: str) -> tuple[Candidate, ...]:
    if not text.strip():
        return ()
    rows, _ = people_search.students(session, course, text, limit=20)
    people = [Candidate(f"u{user.id}", f"{user.name}, {user.email}", user.email) for user, _ in rows]
    groups = people_search.groups(session, course, text)
    return (*people, *(Candidate(f"t{team.id}", f"the group {team.name}") for team in groups))


def _wish(session: Session, course: Course, form: Form) -> Wish | None:
    values = {name: form.values.get(name, "").strip() for name in NAMES}
    slug = values["assignment"]
    assignment = assignments.by_slug(session, course, slug) if slug else None
    if slug and assignment is None:
        form.faults["assignment"] = "Choose one of the course's assignments, or the whole term."
    hours = whole_number(values["hours"], 1, extensions.MOST_HOURS)
    if values["hours"] and hours is None:
        form.faults["hours"] = f"A whole number from 1 to {extensions.MOST_HOURS:,} is expected."
    due: datetime | None = form.instant("due", course.zone) if values["due"] else None
    who = _whom(session, course, form, values)
    if form.faults:
        return None
    reason = one_line(values["reason"], extensions.LONGEST_REASON)
    wish = Wish(*who, assignment=assignment, due_at=due, hours=hours, reason=reason)
    try:
        wish.check()
    except BadExtension as error:
        form.faults["due"] = f"{error}."
        return None
    return wish


def _whom(
    session: Session, course: Course, form: Form, values: Mapping[str, str]
) -> tuple[User | None, Team | None, str]:
    """The student, the group or the section that is meant; a fault if it is none or several."""
    section = values["section"]
    if section:
        if values["who"] or values["pick"]:
            form.faults["section"] = "Either a name or a section is expected, not both."
        elif section not in people_search.sections(session, course):
            form.faults["section"] = "Choose one of the course's sections."
        return None, None, section
    found = _candidates(session, course, values["who"])
    picked = [one for one in found if one.value == values["pick"]]
    picked = picked or [one for one in found if one.email == values["who"].lower()] or list(found)
    if len(picked) != 1:
        form.faults["who"] = _who_fault(values["who"], len(found))
        return None, None, ""
    kind, number = picked[0].value[0], int(picked[0].value[1:])
    return (
        (session.get_one(User, number), None, "")
        if kind == "u"
        else (None, session.get_one(Team, number), "")
    )


def _who_fault(typed: str, found: int) -> str:
    if not typed:
        return "A student's name or e-mail address is expected, or a section."
    if not found:
        return f'No student and no group of this course matches "{one_line(typed, 80)}".'
    return "Several match; choose one of them."
