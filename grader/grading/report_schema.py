"""The JSON schema of reports, made from their types: `python -m grader.grading.report_schema` prints it."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import CoreSchema
from pydantic_core.core_schema import WithDefaultSchema

from grader.grading.report_json import ReportJson, VisibleReportJson

ABOUT = (
    "The JSON that report_json.to_json writes for a report; grader grade --json writes a list of them. "
    "docs/report.md explains each field. $defs/VisibleReport is the part that one reader may see."
)


class Compact(GenerateJsonSchema):
    """Leaves out titles that only repeat a key, and defaults, since every field is always written."""

    def field_title_should_be_set(self, schema: CoreSchema) -> bool:
        return False

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schema() -> dict[str, Any]:
    """The schema of a report, and of a visible report."""
    kinds = [ReportJson, VisibleReportJson]
    _, parts = models_json_schema([(kind, "serialization") for kind in kinds], schema_generator=Compact)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A gradecheck report",
        "description": ABOUT,
        "$ref": "#/$defs/Report",
        "$defs": parts["$defs"],
    }


def text() -> str:
    """The text of the file report.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(text(), end="")
