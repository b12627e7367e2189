"""The gradebook: weighted categories, and columns with marks that people enter."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.database.models.base import Base, CreatedAt, Id, to
from grader.database.models.people import Course


class Category(Base):
    """A part of the final mark, `weight` percent of it; the lowest `drop_lowest` of its columns (assignments
    included) don't count."""

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("course_id", "name"),)

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(to("courses.id"))
    name: Mapped[str]
    weight: Mapped[Decimal]
    drop_lowest: Mapped[int] = mapped_column(Integer, default=0)
    position: Mapped[int] = mapped_column(Integer)

    course: Mapped[Course] = relationship()


class Column(Base):
    """Something that is marked outside of the product, such as an exam; shown to students once its marks are
    published."""

    __tablename__ = "gradebook_columns"
    __table_args__ = (UniqueConstraint("course_id", "title"),)

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(to("courses.id"))
    category_id: Mapped[int | None] = mapped_column(to("categories.id"), index=True)
    title: Mapped[str]
    max_points: Mapped[Decimal]
    position: Mapped[int] = mapped_column(Integer)
    published_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    category: Mapped[Category | None] = relationship()


class ColumnMark(Base):
    """The points of one student in one column; earlier values are in the audit trail."""

    __tablename__ = "column_marks"

    column_id: Mapped[int] = mapped_column(to("gradebook_columns.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(to("users.id"), primary_key=True, index=True)
    points: Mapped[Decimal]
    comment: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(to("users.id"))
    at: Mapped[CreatedAt]
