"""pack.toml as typed values. Unknown keys are errors; docs/packs.md explains every key."""

from __future__ import annotations

import sys
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from grader.packs.standins import StandIn
from grader.values import Limits, Showing, Shows, Visibility
from grader.values.text import has_controls

LARGEST_FILE_KB = 1024
TEST_ID = r"^test_[a-z0-9_]{1,80}$"
PACK_ID = r"^[a-z][a-z0-9-]{1,60}$"
FILE_NAME = r"^[A-Za-z_][A-Za-z0-9_-]{0,60}\.[a-z]{1,5}$"
PYTHON_NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,60}$"
NEED = r"^test_[a-z0-9_]{1,80}( or test_[a-z0-9_]{1,80})*$"
MISTAKE_ID = r"^[a-z][a-z0-9_]{0,60}$"
MISTAKE_PATH = r"^mistakes/[A-Za-z0-9_][A-Za-z0-9_.-]*$"


def _plain(text: str) -> str:
    if has_controls(text):
        raise ValueError("must be one line without control characters")
    return text


def _decimal(value: object, info: ValidationInfo) -> object:
    """tomllib gives int for 5 and (parse_float) Decimal for 0.5; JSON has them as strings."""
    if info.mode == "json" and isinstance(value, str):
        try:
            return Decimal(value[:60])
        except InvalidOperation:
            return value
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _seconds(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value


Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain)]
Seconds = Annotated[float, BeforeValidator(_seconds), Field(ge=0.1, le=600, allow_inf_nan=False)]
Megabytes = Annotated[int, Field(ge=16, le=4096)]
Kilobytes = Annotated[int, Field(ge=1, le=1024)]
Points = Annotated[
    Decimal, BeforeValidator(_decimal), Field(ge=0, le=1000, decimal_places=2, allow_inf_nan=False)
]
TestId = Annotated[str, Field(pattern=TEST_ID)]


class Table(BaseModel):
    """A table of pack.toml: strict types, no unknown keys, frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FileRow(Table):
    """A file that students submit. `defines` are the names that the tests call (for a sheet of
    answers, the names of the answers). `reader` is the format in which a text is checked when submitted."""

    name: Annotated[str, Field(pattern=FILE_NAME)]
    kind: Literal["python", "text"]
    required: bool = True
    max_kb: Annotated[int, Field(ge=1, le=LARGEST_FILE_KB)] = 256
    defines: tuple[Annotated[str, Field(pattern=PYTHON_NAME)], ...] = Field(default=(), strict=False)
    reader: Literal["formulas", "answers"] | None = None

    @model_validator(mode="after")
    def _reads_text(self) -> Self:
        if self.reader and self.kind != "text":
            raise ValueError('a reader needs a file of kind = "text"')
        return self

    @field_validator("name")
    @classmethod
    def _free_name(cls, name: str) -> str:
        module = name.rsplit(".", 1)[0]
        if module in sys.stdlib_module_names or module in ("numpy", "bridge", "grader", "reference"):
            raise ValueError(f"must not be the name of an existing module ({module})")
        return name


class LimitsTable(Table):
    """The limits of one test; total_s limits the whole grading (wall seconds)."""

    cpu_s: Seconds = 5.0
    wall_s: Seconds = 20.0
    memory_mb: Megabytes = 256
    output_kb: Kilobytes = 64
    total_s: Annotated[float, BeforeValidator(_seconds), Field(ge=1, le=3600, allow_inf_nan=False)] = 60.0


class OwnLimits(Table):
    """Limits of one test that differ from the pack's."""

    cpu_s: Seconds | None = None
    wall_s: Seconds | None = None
    memory_mb: Megabytes | None = None
    output_kb: Kilobytes | None = None


class TestRow(Table):
    """One test. With `points = 0` it is advice; with `secret` students never see its message; with
    `by_hand` a person gives the points for the text that the test passes on. It counts only if what it
    `needs` passed: each entry is the id of a row, or several joined by ` or `, one of which must pass.
    `draw = "fixed"`: a visible row's random numbers are the same for all files. With `own_text`, the
    message of a hidden row may hold texts that the student's program wrote. `gradient` says that it checks
    gradients, derivatives or error signals. `diagnosis` is how much of this row's diagnosis students see, if
    not what the pack says."""

    __test__ = False  # not a test class, whatever pytest thinks of the name

    id: TestId
    title: Line
    points: Points
    visibility: Visibility = Field(strict=False)
    hint: Annotated[str, Field(max_length=400), AfterValidator(_plain)] = ""
    partial: bool = False
    secret: bool = False
    own_text: bool = False
    by_hand: bool = False
    gradient: bool = False
    needs: tuple[Annotated[str, Field(pattern=NEED, max_length=1000)], ...] = Field(default=(), strict=False)
    draw: Literal["files", "fixed"] = "files"
    diagnosis: Shows | None = Field(default=None, strict=False)
    limits: OwnLimits = OwnLimits()

    @model_validator(mode="after")
    def _by_hand_has_points(self) -> Self:
        if self.by_hand and (self.partial or not self.points):
            raise ValueError("a row marked by hand must have points and can't be partial")
        return self

    @model_validator(mode="after")
    def _needs_withhold_points(self) -> Self:
        if self.needs and not self.points:
            raise ValueError("a row without points can't have needs: there is nothing to withhold")
        return self

    @model_validator(mode="after")
    def _fixed_draws_are_visible(self) -> Self:
        if self.draw == "fixed" and self.visibility is Visibility.HIDDEN:
            raise ValueError('draw = "fixed" is for visible rows; a hidden row draws by team')
        return self

    @property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """The ids in each entry of `needs`: of each, one row must pass."""
        return tuple(tuple(entry.split(" or ")) for entry in self.needs)


class DiagnosisTable(Table):
    """How much of a diagnosis students see, and from which attempt on. Staff see all of it."""

    level: Shows = Field(default=Shows.KIND, strict=False)
    after_attempts: Annotated[int, Field(ge=0, le=1000)] = 0


Reason = Annotated[str, Field(max_length=400), AfterValidator(_plain)]


class StubsTable(Table):
    """Why a program without any work may earn more than a small share of the points, by its kind; the
    kinds are those of grader/packcheck/stubs.py."""

    zeros: Reason = ""
    ones: Reason = ""
    argument: Reason = ""
    linear: Reason = ""
    table: Reason = ""


class EditRow(Table):
    """One change of the solution: `old`, which must be in the file exactly once, is replaced by `new`. `file`
    may be left out if the pack asks for only one."""

    file: Annotated[str, Field(pattern=FILE_NAME)] = ""
    old: Annotated[str, Field(min_length=1, max_length=4000)]
    new: Annotated[str, Field(max_length=4000)]


class MistakeRow(Table):
    """A wrong solution, and exactly the tests that must fail it. Either an `id` with edits of the solution
    and a sentence `why` it is wrong, or the `path` of whole files."""

    id: Annotated[str, Field(pattern=MISTAKE_ID)] = ""
    path: Annotated[str, Field(pattern=MISTAKE_PATH, max_length=120)] = ""
    title: Annotated[str, Field(max_length=200), AfterValidator(_plain)] = ""
    why: Annotated[str, Field(max_length=400), AfterValidator(_plain)] = ""
    fails: Annotated[tuple[TestId, ...], Field(min_length=1, strict=False)]
    edit: Annotated[tuple[EditRow, ...], Field(max_length=10, strict=False)] = ()

    @model_validator(mode="after")
    def _files_or_edits(self) -> Self:
        if self.path and (self.id or self.edit):
            raise ValueError("must have a path, or an id with edits, not both")
        absent = [key for key in ("id", "why", "edit") if not getattr(self, key)]
        if not self.path and absent:
            raise ValueError(f"must have a path, or id, why and edit; missing: {', '.join(absent)}")
        return self

    @property
    def stated(self) -> tuple[str, str]:
        """The key that names this row, and its value."""
        return ("id", self.id) if self.id else ("path", self.path)

    @property
    def name(self) -> str:
        """The mistake's id; for whole files, the last part of the path without its suffix."""
        return self.id or self.path.removeprefix("mistakes/").removesuffix(".py").removesuffix(".txt")


class Manifest(Table):
    """The whole of pack.toml. `total` is what the points of all tests must add up to."""

    format: Literal[1]
    id: Annotated[str, Field(pattern=PACK_ID)]
    title: Line
    runtime: Literal["numpy"]
    extra_files: bool = False
    stand_ins: tuple[StandIn, ...] = Field(default=(), strict=False)
    total: Points | None = None
    files: Annotated[tuple[FileRow, ...], Field(min_length=1, max_length=20, strict=False)]
    limits: LimitsTable = LimitsTable()
    diagnosis: DiagnosisTable = DiagnosisTable()
    stubs: StubsTable = StubsTable()
    tests: Annotated[tuple[TestRow, ...], Field(min_length=1, max_length=200, strict=False)]
    mistakes: Annotated[tuple[MistakeRow, ...], Field(max_length=200, strict=False)] = ()

    def limits_of(self, row: TestRow) -> Limits:
        """The limits of this test: the pack's limits, overridden by the row's own."""
        own = Limits(**self.limits.model_dump(exclude={"total_s"}))
        return own.with_overrides(**row.limits.model_dump())

    @property
    def showing(self) -> Showing:
        """What students see of a diagnosis, and when."""
        return Showing(self.diagnosis.level, self.diagnosis.after_attempts)

    @property
    def python_files(self) -> tuple[str, ...]:
        """The names of the Python files asked for."""
        return tuple(row.name for row in self.files if row.kind == "python")

    @property
    def answers(self) -> tuple[str, ...]:
        """The names of the answers that the text files ask for, if they say."""
        return tuple(name for row in self.files if row.kind == "text" for name in row.defines)

    @property
    def single_file(self) -> str | None:
        """The file that a mistake of one file replaces: the only Python file, or the only file at all."""
        names = self.python_files if self.python_files else tuple(row.name for row in self.files)
        return names[0] if len(names) == 1 else None

    def mistake_title(self, row: MistakeRow) -> str:
        """The mistake in words: its title, else its `why`, else its name."""
        return row.title or row.why.removesuffix(".") or row.name.replace("_", " ")
