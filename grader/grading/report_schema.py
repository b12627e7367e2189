"""The JSON schema of reports, made from their types: `python -m grader.grading.report_schema` prints it."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import CoreSchema
from pydantic_core.core_schema import WithDefaultSchema

from grader.grading.report_json import ReportJson, VisibleReportJson

ABOUT = (
    "What report_json.to_json writes of a report, and one entry of the list that grader grade --json writes. "
    "What each field means: docs/report.md. $defs/VisibleReport is what one reader may see of a report."
)


class Quiet(GenerateJsonSchema):
    """Without titles that only repeat a key; and what is written holds every field, so no defaults."""

    def field_title_should_be_set(self, schema: CoreSchema) -> bool:
        return False

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schema() -> dict[str, Any]:
    """The schema of a report, with that of a visible one beside it."""
    kinds = [ReportJson, VisibleReportJson]
    _, made = models_json_schema([(kind, "serialization") for kind in kinds], schema_generator=Quiet)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A gradecheck report",
        "description": ABOUT,
        "$ref": "#/$defs/Report",
        "$defs": made["$defs"],
    }


def text() -> str:
    """The file report.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(text(), end="")
