"""The audit trail in plain sentences: what each action means, and what changed from what to what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from web.text import one_line

LONGEST = 300
ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")
SENTENCES: Mapping[str, Mapping[str, str]] = {
    "marks": {
        "text.marked": "marked the text of {test}",
        "standing.points": "the points of {team} on {assignment} changed",
        "column.marked": "entered a mark in {subject}",
        "column.created": "made the column {subject} of the gradebook",
        "column.changed": "changed the column {subject}",
        "column.deleted": "deleted a column of the gradebook",
        "category.created": "made the category {subject} of the gradebook",
        "category.changed": "changed the category {subject}",
        "category.deleted": "deleted a category of the gradebook",
        "submission.chosen": "chose {submission} to count",
        "comment.added": "commented on {submission}",
        "comment.changed": "changed a comment on {submission}",
        "comment.deleted": "took a comment on {submission} back",
        "comment.restored": "put a comment on {submission} back",
        "saved_comment.added": "added a comment to the shared pool",
        "saved_comment.removed": "removed a comment from the shared pool",
        "text.mark_taken_back": "took the mark of the text of {test} back",
        "points.overridden": "changed the points of {test} by hand",
        "points.restored": "put the automatic points of {test} back",
        "points.withdrawn": "put the automatic points of {test} back",
        "rubric_item.added": "added a rubric item for {test}",
        "rubric_item.changed": "changed a rubric item for {test}",
        "rubric_item.deleted": "deleted a rubric item for {test}",
        "rubric_item.restored": "put a rubric item for {test} back",
        "markers.assigned": "decided who marks what at {subject}",
        "marks.published": "published the marks of {subject}",
        "marks.taken_back": "took the published marks of {subject} back",
        "request.made": "made a request about {test}",
        "request.replied": "wrote in a request about {test}",
        "request.answered": "answered a request about {test}",
        "request.closed": "closed a request",
        "request.reopened": "opened a request again",
    },
    "dates": {
        "extension.given": "gave an extension on {assignment}",
        "extension.withdrawn": "withdrew an extension on {assignment}",
        "extension.put_back": "put an extension on {assignment} back",
        "outage.given": "moved due dates after an outage",
        "outage.undone": "undid the move of due dates after an outage",
        "course.late_policy_changed": "changed what being late costs",
    },
    "assignments": {
        "assignment.created": "made the assignment {subject}",
        "assignment.changed": "changed the assignment {subject}",
        "assignment.hidden": "hid the assignment {subject} from students",
        "assignment.shown": "showed the assignment {subject} again",
        "assignment.deleted": "deleted an assignment without submissions",
        "assignment.released": "published the hidden results of {subject}",
        "course.created": "made the course",
        "course.changed": "changed the course",
        "course.copied": "copied the course from {of}",
        "course.archived": "archived the course",
        "course.restored": "restored the course",
        "class.written": "wrote to {people} people about {subject}",
    },
    "packs": {
        "pack.uploaded": "uploaded a version of the pack {pack}",
        "pack.shipped": "a pack came with gradecheck",
        "pack.check_asked": "asked for a check of a pack",
        "pack.checked": "the check of a pack ended",
        "pack.check_given_up": "the check of a pack was given up",
        "pack.published": "published a version of a pack",
        "regrade.started": "began a regrade of {assignment}",
        "regrade.stopped": "stopped a regrade of {assignment}",
        "regrade.resumed": "resumed a regrade of {assignment}",
        "regrade.applied": "applied a regrade of {assignment}",
        "regrade.discarded": "discarded a regrade of {assignment}",
        "submission.rerun_asked": "asked to run {submission} again",
    },
    "people": {
        "course.enrolled": "gave {user} a role",
        "course.roster": "changed the people by a list",
        "person.changed": "changed role or section of {user}",
        "person.removed": "removed {user} from the course",
        "person.taken_back": "took {user} back into the course",
        "invite.made": "made an invite link",
        "invite.used": "joined by an invite link",
        "invite.withdrawn": "withdrew an invite link",
        "group.formed": "formed a group",
        "group.invited": "invited {user} into a group",
        "group.joined": "joined a group",
        "group.left": "left a group",
        "group.member_added": "put {user} into the group {team} at {assignment}",
        "group.member_removed": "took {user} out of the group {team} at {assignment}",
        "group.declined": "declined an invitation into a group",
        "group.invitation_withdrawn": "took an invitation of {user} back",
        "group.contribution": "stated a contribution",
        "student.seen_as": "looked at the course as {subject} sees it",
        "user.created": "made an account",
        "user.renamed": "changed a name",
        "user.activated": "let an account log in again",
        "user.deactivated": "deactivated an account",
        "user.password_changed": "changed a password",
        "user.password_link_made": "made a link for a password",
    },
    "automatic": {
        "submission.handed_in": "handed in {subject}",
        "grading.finished": "a grading of {submission} ended",
        "grading.retried": "a grading of {submission} is tried again",
    },
}
"""By the kind of action: its sentence after the person's name, or a sentence of its own without one."""
KINDS = {
    "": "what people decided",
    "marks": "marks and comments",
    "dates": "dates and extensions",
    "assignments": "course and assignments",
    "packs": "packs and regrades",
    "people": "people and roles",
    "automatic": "submissions and gradings",
    "everything": "everything",
}
_BY_ACTION = {action: words for kind in SENTENCES.values() for action, words in kind.items()}
_NAMED = {
    "user",
    "team",
    "assignment",
    "submission",
    "test",
    "of",
    "pack",
    "people",
    "grading",
}


@dataclass(frozen=True)
class Names:
    """The names of what the entries of a page are about, by table and id."""

    known: Mapping[tuple[str, str], str] = field(default_factory=dict)
    zone: str = "UTC"

    def readable(self, key: str, value: Any) -> Any:
        """The value of an entry with the names of categories in place of their ids, and times of the zone."""
        if isinstance(value, Mapping):
            return {
                name: self.readable(key if name in ("before", "after") else name, part)
                for name, part in value.items()
            }
        if not isinstance(value, str | int) or isinstance(value, bool):
            return value
        old, arrow, new = str(value).partition(" -> ")
        if value == "None":  # of a change that is kept as "None -> 2"
            return "nothing"
        if arrow:
            return f"{self.readable(key, old)} -> {self.readable(key, new)}"
        if key == "category_id":
            return self.known.get(("categories", old), old)
        return self._instant(old) if ISO.fullmatch(old) else value

    def _instant(self, text: str) -> str:
        return f"{datetime.fromisoformat(text).astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M}"

    def of(self, table: str, key: object) -> str:
        """The name, or what is known instead."""
        return self.known.get((table, str(key)), "" if key is None else f"no. {key}")


def actions_of(kind: str) -> tuple[str, ...] | None:
    """The actions of a kind; None means every action."""
    if kind == "everything":
        return None
    if kind in SENTENCES:
        return tuple(SENTENCES[kind])
    return tuple(action for name, words in SENTENCES.items() if name != "automatic" for action in words)


def sentence(action: str, subject: str, subject_id: int, detail: Mapping[str, Any], names: Names) -> str:
    """What was done, in words."""
    words = _BY_ACTION.get(action, action.replace(".", ": ").replace("_", " "))
    values = {
        "subject": names.of(subject, subject_id),
        "user": names.of("users", detail.get("user")) or "somebody",
        "team": names.of(subject, subject_id)
        if subject == "teams"
        else names.of("teams", detail.get("team")),
        "assignment": names.of("assignments", detail.get("assignment")) or "all assignments",
        "submission": names.of(
            "submissions", subject_id if subject == "submissions" else detail.get("submission")
        ),
    }
    shown = {key: str(detail.get(key, "")) for key in _NAMED} | values
    shown["test"] = (
        shown["test"] or shown["submission"] or "an attempt"
    )  # a request may be about no single test
    return one_line(words.format_map(shown), LONGEST)


def changes(detail: Mapping[str, Any], names: Names, action: str = "") -> tuple[str, ...]:
    """What changed, each as "points: from 8 to 10"; and what else the entry says that the sentence of the
    action does not. Categories are named, and times are those of `names.zone`."""
    detail = {key: names.readable(key, value) for key, value in detail.items()}
    unsaid = {"user", "team"} - {name for name in _NAMED if f"{{{name}}}" in _BY_ACTION.get(action, "")}
    said = [*_before_and_after(detail.get("before"), detail.get("after"))]
    for key, value in detail.items():
        if key in ("before", "after", *(_NAMED - unsaid), "files") or value in (None, ""):
            continue
        if key == "line" and value == 0:  # about no line
            continue
        old = detail.get(f"{key}_before")
        if key.endswith("_before") and key.removesuffix("_before") in detail:
            continue
        if key in ("user", "team"):
            said.insert(0, f"for {names.of(f'{key}s', value)}")
        elif isinstance(value, Mapping) and set(value) == {"before", "after"}:
            said += _before_and_after({key: value["before"]}, {key: value["after"]})
        elif old is not None:
            said += _before_and_after({key: old}, {key: value})
        elif isinstance(value, str) and " -> " in value:
            said += _before_and_after({key: value.partition(" -> ")[0]}, {key: value.partition(" -> ")[2]})
        else:
            said.append(f"{_key(key)}: {_shown(value)}")
    return tuple(one_line(text, LONGEST) for text in said)


def _before_and_after(before: Any, after: Any) -> list[str]:
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        old = before if isinstance(before, Mapping) else {}
        new = after if isinstance(after, Mapping) else {}
        keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        return [f"{_key(key)}: from {_shown(old.get(key))} to {_shown(new.get(key))}" for key in keys]
    if before is None and after is None:
        return []
    return [f"from {_shown(before)} to {_shown(after)}"]


def _key(key: str) -> str:
    return key.removesuffix("_at").removesuffix("_id").replace("_", " ")


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{_key(str(key))} {_shown(part)}" for key, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_shown(part) for part in value)
    return str(value)
