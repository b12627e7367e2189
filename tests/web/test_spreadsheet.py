"""Files for spreadsheets: no text is a formula, and what was written is read again."""

import csv
import io
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from web.render.spreadsheet import to_csv, to_xlsx

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
STARTS = st.sampled_from(["", "=", "+", "-", "@", "\t", " =", "\uff1d", "'", "http://"])
CELLS = st.builds(str.__add__, STARTS, TEXT) | st.decimals(0, 1000, places=2) | st.none()
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=4)


@given(ROWS)
def test_no_cell_of_a_csv_file_begins_like_a_formula(rows):
    for found, row in zip(csv.reader(io.StringIO(to_csv(rows).decode("utf-8-sig"))), rows, strict=False):
        for cell, value in zip(found, row, strict=True):
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\uff1d"))
            assert cell.removeprefix("'") == str(value or "").removeprefix("'") or isinstance(value, Decimal)


@settings(max_examples=15)
@given(ROWS)
def test_an_xlsx_file_has_no_formula_and_no_link(rows):
    with zipfile.ZipFile(io.BytesIO(to_xlsx("Gradebook", rows))) as file:
        assert file.testzip() is None
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
        for name in file.namelist():
            ElementTree.fromstring(file.read(name))
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
