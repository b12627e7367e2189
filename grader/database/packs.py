"""Packs and their versions: uploaded, checked, published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from grader.database import audit, blobs
from grader.database.errors import PackNotProven, StoreError
from grader.database.models import Course, JobState, Lane, Pack, PackCheck, PackState, PackVersion, User
from grader.database.models.base import utc_now


@dataclass(frozen=True)
class NewVersion:
    """The data of a pack that is uploaded."""

    slug: str  # the manifest's id
    title: str
    content_digest: str
    grading_digest: str
    zip_bytes: bytes


def add_version(session: Session, course: Course | None, new: NewVersion, *, by: User | None) -> PackVersion:
    """The version with this content in the course's pack; made as a DRAFT if there is none yet."""
    pack = _pack(session, course, new.slug)
    query = select(PackVersion).where(
        PackVersion.pack_id == pack.id, PackVersion.content_digest == new.content_digest
    )
    version = session.scalar(query)
    if version is not None:
        return version
    last = session.scalar(select(func.max(PackVersion.number)).where(PackVersion.pack_id == pack.id))
    version = PackVersion(
        pack=pack,
        number=(last or 0) + 1,
        title=new.title,
        content_digest=new.content_digest,
        grading_digest=new.grading_digest,
        zip_sha256=blobs.store(session, new.zip_bytes),
        state=PackState.DRAFT,
        uploaded_by_id=None if by is None else by.id,
    )
    session.add(version)
    audit.note(session, "pack.uploaded", version, by=by, course_id=pack.course_id, pack=new.slug)
    return version


def _pack(session: Session, course: Course | None, slug: str) -> Pack:
    course_id = None if course is None else course.id
    where = Pack.course_id.is_(None) if course_id is None else Pack.course_id == course_id
    pack = session.scalar(select(Pack).where(Pack.slug == slug, where).with_for_update())
    if pack is None:
        pack = Pack(course_id=course_id, slug=slug)
        session.add(pack)
        session.flush()
    return pack


def ship(session: Session, new: NewVersion) -> PackVersion:
    """A version of a pack that comes with gradecheck, published at once: our own tests prove it."""
    version = add_version(session, None, new, by=None)
    if version.state is not PackState.PUBLISHED:
        version.state, version.published_at = PackState.PUBLISHED, utc_now()
        audit.note(session, "pack.shipped", version, pack=new.slug)
    return version


def shipped(session: Session, slug: str) -> Sequence[PackVersion]:
    """The versions of a pack that comes with gradecheck, newest first."""
    return _versions(session, Pack.course_id.is_(None), Pack.slug == slug)


def ask_check(session: Session, version: PackVersion, *, by: User | None) -> PackCheck:
    """Queue a check of the version; if one waits or runs already, it is returned. Notify after the commit."""
    unfinished = select(PackCheck).where(
        PackCheck.pack_version_id == version.id, PackCheck.state.in_((JobState.QUEUED, JobState.RUNNING))
    )
    check = session.scalar(unfinished)
    if check is not None:
        return check
    if version.state is PackState.PUBLISHED:
        raise StoreError("This version is already published, so it is proven")
    version.state, version.check_report = PackState.CHECKING, None
    check = PackCheck(pack_version_id=version.id, lane=Lane.BULK)
    session.add(check)
    audit.note(session, "pack.check_asked", version, by=by, course_id=version.pack.course_id)
    return check


def latest_check(session: Session, version: PackVersion) -> PackCheck | None:
    """The newest check of the version, with its state and failure; None if there is none."""
    query = select(PackCheck).where(PackCheck.pack_version_id == version.id)
    return session.scalar(query.order_by(PackCheck.id.desc()).limit(1))


def publish(session: Session, version: PackVersion, *, by: User) -> None:
    """Make a proven version available in its course. Raises PackNotProven. No change if published."""
    if version.state is PackState.PUBLISHED:
        return
    if version.state is not PackState.PROVEN:
        raise PackNotProven(version.state)
    version.state, version.published_at = PackState.PUBLISHED, utc_now()
    audit.note(session, "pack.published", version, by=by, course_id=version.pack.course_id)


def by_public_id(session: Session, public_id: str) -> PackVersion | None:
    """The version with this public id, with its pack; None if there is none."""
    query = select(PackVersion).where(PackVersion.public_id == public_id)
    return session.scalar(query.options(joinedload(PackVersion.pack)))


def zip_bytes(session: Session, version: PackVersion) -> bytes:
    """The zip archive of the version."""
    return blobs.read(session, version.zip_sha256)


def of_course(session: Session, course: Course) -> Sequence[PackVersion]:
    """All versions of the course's own packs, by slug, newest first."""
    return _versions(session, Pack.course_id == course.id)


def assignable(session: Session, course: Course) -> Sequence[PackVersion]:
    """Published versions that the course may assign: its own and the shipped ones."""
    available = or_(Pack.course_id == course.id, Pack.course_id.is_(None))
    return _versions(session, available, PackVersion.state == PackState.PUBLISHED)


def _versions(session: Session, *where: object) -> Sequence[PackVersion]:
    return session.scalars(
        select(PackVersion)
        .join(Pack)
        .where(*where)  # type: ignore[arg-type]
        .order_by(Pack.slug, PackVersion.number.desc())
        .options(joinedload(PackVersion.pack))
    ).all()
