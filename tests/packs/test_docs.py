"""docs/packs.md contains a whole pack and names every key: both are checked here."""

import re
from pathlib import Path

import pytest

from grader.packcheck import check
from grader.packs import Pack
from grader.packs.manifest import EditRow, FileRow, LimitsTable, Manifest, MistakeRow, TestRow

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "packs.md").read_text("utf-8")


def pack_on_the_page():
    blocks = re.findall(r"```\w+ file=(\S+)\n(.*?)```\n", PAGE, re.DOTALL)
    return Pack.from_files({path: text.encode() for path, text in blocks}, "logistic")


def test_the_pack_on_the_page_passes_its_check(runner_client):
    report = check(pack_on_the_page(), runner_client)

    assert report.faults == ()
    assert report.mutants.caught > 20


@pytest.mark.parametrize("table", [Manifest, FileRow, LimitsTable, TestRow, MistakeRow, EditRow])
def test_the_page_names_every_key(table):
    for key in table.model_fields:
        assert re.search(rf"`\[?\[?{key}\]?\]?`", PAGE), key


def test_the_page_names_every_fixture():
    plugin = (DOCS.parent / "grader" / "examiner" / "plugin.py").read_text("utf-8")

    for name in re.findall(r"@pytest\.fixture\n    def (\w+)", plugin):
        assert f"`{name}" in PAGE, name


def test_the_page_on_reports_names_every_field():
    from grader.grading.report_json import to_json
    from tests.helpers.reports import make_report

    page = (DOCS / "report.md").read_text("utf-8")
    data = to_json(make_report())

    for name in (*data, *data["results"][0]):
        assert f"`{name}`" in page, name
