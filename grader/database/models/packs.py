"""Packs, their immutable versions, and the bytes of all uploads."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.database.models.base import Base, CreatedAt, Digest, Id, to
from grader.database.models.people import Course
from grader.database.types import Line, PackedJSON, by_value

SHIPPED = text("course_id IS NULL")


def public_id() -> str:
    """An id for a URL that can't be guessed: 96 random bits."""
    return secrets.token_urlsafe(12)


class PackState(StrEnum):
    """The states of a version, from upload to publication."""

    DRAFT = "draft"  # uploaded, not checked yet
    CHECKING = "checking"  # `pack check` waits or runs
    PROVEN = "proven"  # the check found no fault
    FAILED = "failed"  # the check found faults
    PUBLISHED = "published"  # proven, and offered to the course


class Blob(Base):
    """Uploaded bytes under their SHA-256 (hex), stored once even if they are uploaded often."""

    __tablename__ = "blobs"

    sha256: Mapped[Digest] = mapped_column(primary_key=True)
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(deferred=True)
    created_at: Mapped[CreatedAt]


class Pack(Base):
    """A test pack of a course; one that ships with the product belongs to none (`course_id` is None)."""

    __tablename__ = "packs"
    __table_args__ = (
        UniqueConstraint("course_id", "slug"),
        Index("uq_packs_shipped_slug", "slug", unique=True, sqlite_where=SHIPPED, postgresql_where=SHIPPED),
    )

    id: Mapped[Id]
    course_id: Mapped[int | None] = mapped_column(to("courses.id"), index=True)
    slug: Mapped[str] = mapped_column(Line(64))  # the manifest's id
    created_at: Mapped[CreatedAt]

    course: Mapped[Course | None] = relationship()
    versions: Mapped[list[PackVersion]] = relationship(back_populates="pack", order_by="PackVersion.number")


class PackVersion(Base):
    """One version of a pack, as its zip; the same content is the same version."""

    __tablename__ = "pack_versions"
    __table_args__ = (UniqueConstraint("pack_id", "number"), UniqueConstraint("pack_id", "content_digest"))

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(Line(32), unique=True, default=public_id)
    pack_id: Mapped[int] = mapped_column(to("packs.id"))
    number: Mapped[int]  # 1, 2, ... within the pack
    title: Mapped[str]
    content_digest: Mapped[str] = mapped_column(Line(128))
    grading_digest: Mapped[str] = mapped_column(Line(128))
    zip_sha256: Mapped[str] = mapped_column(Line(64), to("blobs.sha256"))
    state: Mapped[PackState] = mapped_column(by_value(PackState))
    check_report: Mapped[Any | None] = mapped_column(PackedJSON)
    uploaded_by_id: Mapped[int | None] = mapped_column(to("users.id"))
    created_at: Mapped[CreatedAt]
    published_at: Mapped[datetime | None]

    pack: Mapped[Pack] = relationship(back_populates="versions")
    zip_blob: Mapped[Blob] = relationship()


class PackPageRow(Base):
    """What pages show of the pack in one zip, made by a sandboxed job; made again by a newer program."""

    __tablename__ = "pack_pages"

    zip_sha256: Mapped[str] = mapped_column(Line(64), to("blobs.sha256"), primary_key=True)
    page: Mapped[Any] = mapped_column(PackedJSON)  # a PackPage
    bundle_sha256: Mapped[str] = mapped_column(Line(64), to("blobs.sha256"))  # the students' zip
