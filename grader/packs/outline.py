"""The part of a pack that pages and the checks of an upload use: its manifest and its files' names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal

from grader.packs.manifest import Manifest, TestRow
from grader.values import Visibility
from grader.values.readings import PackPage


class Outline(ABC):
    """A pack whose files need not be at hand."""

    manifest: Manifest

    @property
    @abstractmethod
    def support(self) -> tuple[str, ...]:
        """The paths of the files in support/, relative to it."""

    @property
    def id(self) -> str:
        """The pack's name, which is also its folder's."""
        return self.manifest.id

    @property
    def title(self) -> str:
        """The pack's title, one line."""
        return self.manifest.title

    @property
    def tests(self) -> tuple[TestRow, ...]:
        """The rows of the tests, visible ones first."""
        return self.manifest.tests

    @property
    def gradient_tests(self) -> tuple[str, ...]:
        """The ids of the tests that check gradients, as the pack says."""
        return tuple(row.id for row in self.tests if row.gradient)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files that students submit."""
        return tuple(row.name for row in self.manifest.files)

    @property
    def total_points(self) -> Decimal:
        """Points of all tests."""
        return sum((row.points for row in self.tests), Decimal(0))

    @property
    def visible_points(self) -> Decimal:
        """Points of the visible tests."""
        rows = (row.points for row in self.tests if row.visibility is Visibility.VISIBLE)
        return sum(rows, Decimal(0))


@dataclass(frozen=True)
class StoredOutline(Outline):
    """The outline of a pack that a reader's job has read."""

    manifest: Manifest
    page: PackPage

    @classmethod
    def of(cls, page: PackPage) -> StoredOutline:
        """The outline in this page. Raises ValueError if its manifest is not one."""
        return cls(Manifest.model_validate_json(page.manifest), page)

    @property
    def support(self) -> tuple[str, ...]:
        return self.page.support

    @property
    def content_digest(self) -> str:
        """SHA-256 (hex) of all files of the pack."""
        return self.page.content_digest

    @property
    def grading_digest(self) -> str:
        """SHA-256 (hex) of what decides a verdict."""
        return self.page.grading_digest
