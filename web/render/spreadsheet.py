"""Tables as files: CSV and XLSX, no cell of which a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from xlsxwriter import Workbook

Value = str | Decimal | None
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell of a CSV file may begin with that spreadsheets read as a formula, also in its wide form."""
STRINGS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


def to_csv(rows: Iterable[Sequence[Value]]) -> bytes:
    """A CSV file that spreadsheets open as UTF-8. A text that looks like a formula gets an apostrophe."""
    text = io.StringIO()
    csv.writer(text).writerows([_csv_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _csv_cell(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return defused(value or "")


def defused(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def to_xlsx(title: str, rows: Sequence[Sequence[Value]], heads: int = 1) -> bytes:
    """An XLSX file with one sheet, whose first `heads` rows stay in view. Texts are stored as texts, so that
    none is a formula or a link; numbers are numbers."""
    file = io.BytesIO()
    with Workbook(file, STRINGS) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(heads, 2)
        sheet.set_column(0, 1, 28)
        for at, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, Decimal):
                    sheet.write_number(at, place, float(value))
                elif value:
                    sheet.write_string(at, place, value, bold if at < heads else None)
    return file.getvalue()
