"""Two versions of a pack side by side: what its author changed, as far as it concerns marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from grader.database.models import PackVersion, User
from grader.grading.score import decimal_text
from grader.packs import StoredOutline, TestRow
from web.access import Membership, version_membership
from web.refusals import Missing
from web.services import pack_cache


@dataclass(frozen=True)
class RowChange:
    """One thing that differs: where, and its value in each version ("" if it is not in that one)."""

    where: str
    before: str
    after: str


@dataclass(frozen=True)
class Differences:
    """What differs between two versions. `same_verdicts`: only points, titles or texts differ, so that no
    grading has to run again."""

    before: PackVersion
    after: PackVersion
    rows: tuple[RowChange, ...]
    same_verdicts: bool
    handout_differs: bool

    @property
    def is_other_version(self) -> bool:
        return self.before.id != self.after.id


def page(
    session: Session, user: User, course: str, public_id: str, other: str
) -> tuple[Membership, Differences]:
    """What differs between two versions of one pack. Raises Missing, Forbidden for all but instructors."""
    membership, version = version_membership(session, user, course, public_id)
    _, second = version_membership(session, user, course, other)
    if version.pack_id != second.pack_id:
        raise Missing
    before, after = sorted((version, second), key=lambda row: row.number)
    return membership, differences(session, before, after)


def differences(session: Session, before: PackVersion, after: PackVersion) -> Differences:
    """What differs between two versions of a pack. Raises NotRead."""
    old, new = (pack_cache.pack_of(session, version) for version in (before, after))
    return Differences(
        before=before,
        after=after,
        rows=tuple((*_manifest(old, new), *_tests(old, new))),
        same_verdicts=old.grading_digest == new.grading_digest,
        handout_differs=old.page.handout != new.page.handout,
    )


def _manifest(old: StoredOutline, new: StoredOutline) -> Iterator[RowChange]:
    after = _general(new)
    for where, value in _general(old).items():
        if value != after[where]:
            yield RowChange(where, value, after[where])


def _general(pack: StoredOutline) -> dict[str, str]:
    limits = pack.manifest.limits
    each = f"{limits.cpu_s:g} s of processor time, {limits.memory_mb} MB, {limits.output_kb} KB of output"
    return {
        "title": pack.title,
        "files that students hand in": ", ".join(pack.names),
        "points in all": decimal_text(pack.total_points),
        "limits of a test": each,
    }


def _tests(old: StoredOutline, new: StoredOutline) -> Iterator[RowChange]:
    before, after = ({row.id: row for row in pack.tests} for pack in (old, new))
    for id in dict.fromkeys((*before, *after)):
        one, other = _words(before.get(id)), _words(after.get(id))
        if one != other:
            yield RowChange(id, one, other)


def _words(row: TestRow | None) -> str:
    """What a row gives, in one line; "" for none."""
    if row is None:
        return ""
    parts = [row.title, f"{decimal_text(row.points)} points", str(row.visibility)]
    marks = {"partial": row.partial, "marked by hand": row.by_hand, "checks gradients": row.gradient}
    parts += [word for word, says in marks.items() if says]
    parts += [f"needs {' and '.join(row.needs)}"] if row.needs else []
    return ", ".join(parts)
