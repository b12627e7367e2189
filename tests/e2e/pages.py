"""What people do on the pages, by the words on the pages."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from grader.local import demo

ROOT = Path(__file__).parents[2]
PACK = ROOT / "assignments" / "mlp-backprop"
SOLUTION = PACK / "solution" / "mlp.py"
BACKPROP = f"/courses/{demo.COURSE}/a/mlp-backprop"


def hand_in(page: Page, file: Path | dict[str, object], button: str = "Check and hand in") -> None:
    """Choose a file on the assignment's page and press the button."""
    page.get_by_label(re.compile("^Your files?, ")).set_input_files(file)
    page.get_by_role("button", name=button).click()


def a_file(text: str | bytes, name: str = "mlp.py") -> dict[str, object]:
    """A file with this content, in the form that Playwright uploads."""
    data = text if isinstance(text, bytes) else text.encode()
    return {"name": name, "mimeType": "text/x-python", "buffer": data}


def expect_graded(page: Page, patience_s: float = 60) -> None:
    """Wait until the open submission's page says that its grading is over."""
    expect(page.get_by_role("region", name="Result")).to_be_visible(timeout=patience_s * 1000)


def score(page: Page) -> str:
    """The score of a graded submission: `55 of 85 points`."""
    return page.locator(".strip .big").inner_text()


def verdicts(page: Page) -> dict[str, str]:
    """Test id -> the word of its verdict, from the list of tests."""
    rows = page.locator("[data-test]")
    words = {}
    for place in range(rows.count()):
        row = rows.nth(place)
        words[row.get_attribute("data-test") or ""] = row.locator(".dot .vh").inner_text()
    return words


def attempts(page: Page) -> Locator:
    """The rows of the assignment page's table of attempts."""
    return page.get_by_role("link", name=re.compile(r"^Attempt \d+$"))
